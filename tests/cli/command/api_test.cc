#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

TEST_CASE("api puts fields into the query of a GET") {
    Stage stage;
    stage.answer(200, R"({"items":[]})");

    CHECK(stage.run({"api", "get", "posts", "-f", "state=failed"}) == 0);

    CHECK(stage.asked().method == "GET");
    CHECK(stage.asked().query == Query{{"state", "failed"}});
    CHECK(stage.asked().body.empty());
    CHECK(stage.terminal.out == "{\"items\":[]}\n");
}

TEST_CASE("api puts fields into the body of a POST, as text or as JSON") {
    Stage stage;
    stage.answer(201, "{}");

    CHECK(
        stage.run(
            {"api",
             "POST",
             "content/generate",
             "-f",
             "prompt=2026",
             "-F",
             "variants=2",
             "-F",
             "store=false"}) == 0);

    CHECK(stage.asked_json() == Json::parse(R"({"prompt":"2026","variants":2,"store":false})"));
}

TEST_CASE("api sends a whole body and headers") {
    Stage stage;
    stage.terminal.input = R"({"a":1})";
    stage.answer(204, "");

    CHECK(stage.run({"api", "PATCH", "content/1", "--input", "-", "-H", "If-Match: \"2\""}) == 0);

    CHECK(stage.asked().body == R"({"a":1})");
    CHECK(stage.asked().headers == net::Headers{{"If-Match", "\"2\""}});
    CHECK(stage.terminal.out.empty());
}

TEST_CASE("api indents for a person") {
    Stage stage;
    stage.terminal.out_is_terminal = true;
    stage.answer(200, R"({"a":1})");

    CHECK(stage.run({"api", "GET", "/healthz"}) == 0);

    CHECK(stage.asked().path == "/healthz");
    CHECK(stage.terminal.out == "{\n  \"a\": 1\n}\n");
}

TEST_CASE("api refuses methods and fields that are none") {
    Stage stage;

    CHECK(stage.run({"api", "FETCH", "posts"}) == 2);
    CHECK(stage.run({"api", "GET", "posts", "-f", "state"}) == 2);
    CHECK(stage.run({"api", "POST", "posts", "-F", "a={"}) == 4);
    CHECK(stage.run({"api", "POST", "posts", "-f", "a=1", "--input", "x"}) == 2);

    CHECK(stage.script.asked.empty());
}

}  // namespace
}  // namespace caas::cli
