#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

std::string post(const std::string& state, const std::string& more = "") {
    return R"({"id":"01997d3a-0000-7000-8000-00001a2b3c4d","account":"work","platform":"outbox",)"
           R"("content_id":"01997d3a-0000-7000-8000-0000deadbeef","version":2,"parts":1,)"
           R"("parts_published":0,"tries":0,"due_at":"2026-11-22T10:00:00.000Z","state":")" +
           state + R"(")" + more + "}";
}

TEST_CASE("posts wait asks until the post is out, and orders nothing") {
    Stage stage;
    stage.answer(200, post("scheduled"));
    stage.answer(200, post("publishing"));
    stage.answer(200, post("published", R"(,"url":"file:///o/1.md")"));

    CHECK(stage.run({"posts", "wait", "1a2b3c4d"}) == 0);

    for (const auto& ask : stage.script.asked) {
        CHECK(ask.method == "GET");
        CHECK(ask.path == "posts/1a2b3c4d");
    }
    CHECK(stage.asked(1).query == Query{{"wait", "30"}});
    CHECK(stage.terminal.out.find("file:///o/1.md") != std::string::npos);
}

TEST_CASE("posts wait exits as publish does") {
    const auto ends = [](const std::string& last) {
        Stage stage;
        stage.answer(200, last);
        return stage.run({"posts", "wait", "1a2b3c4d", "--json"});
    };

    CHECK(ends(post("failed")) == 7);
    CHECK(ends(post("canceled")) == 7);
    CHECK(ends(post("paused")) == 3);
    CHECK(ends(post("unconfirmed")) == 8);
    CHECK(ends(post("retrying", R"(,"next_try_at":"2026-11-22T11:00:00.000Z")")) == 8);
}

TEST_CASE("posts wait gives up when its time is over and says not to order the post again") {
    Stage stage;
    stage.answer(200, post("publishing"));

    CHECK(stage.run({"posts", "wait", "1a2b3c4d", "--timeout", "0s"}) == 8);

    CHECK(stage.terminal.err == "It is still to be sent: do not order it again.\n");
}

TEST_CASE("posts wait that gets no answer may be tried again") {
    Stage stage;
    stage.answer(503, R"({"detail":"gone","code":"busy"})");

    CHECK(stage.run({"posts", "wait", "1a2b3c4d"}) == 75);
}

}  // namespace
}  // namespace caas::cli
