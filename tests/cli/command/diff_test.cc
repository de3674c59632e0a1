#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "cli/print/difference.h"
#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

constexpr auto changed =
    R"({"from":1,"to":3,"same":false,"sections":[{"platform":null,"changes":[)"
    R"({"op":"equal","text":"Our app "},{"op":"erase","text":"soon"},)"
    R"({"op":"insert","text":"now"},{"op":"equal","text":" works"}],)"
    R"("unified":"--- version 1\n+++ version 3\n@@ -1 +1 @@\n-Our app soon works\n+Our app now works\n",)"
    R"("options":null}]})";

TEST_CASE("content diff compares two versions word by word") {
    Stage stage;
    stage.answer(200, changed);

    CHECK(stage.run({"content", "diff", "1a2b", "1", "v3"}) == 0);

    CHECK(stage.asked().path == "content/1a2b/diff");
    CHECK(stage.asked().query == Query{{"from", "1"}, {"to", "3"}});
    CHECK(stage.terminal.out == "Our app [-soon-]{+now+} works\n");
}

TEST_CASE("content diff is coloured on a terminal and then needs no brackets") {
    Stage stage;
    stage.terminal.out_is_terminal = true;
    stage.answer(200, changed);

    CHECK(stage.run({"content", "diff", "1a2b"}) == 0);

    CHECK(stage.asked().query.empty());
    CHECK(stage.terminal.out == "Our app \x1b[31msoon\x1b[0m\x1b[32mnow\x1b[0m works\n");
}

TEST_CASE("no colour in any of the three ways to ask for that") {
    for (const auto& [name, value, option] :
         {std::tuple("NO_COLOR", "1", "--quiet"),
          std::tuple("TERM", "dumb", "--quiet"),
          std::tuple("TERM", "xterm", "--no-color")}) {
        Stage stage;
        stage.terminal.out_is_terminal = true;
        stage.terminal.variables = {{name, value}};
        stage.answer(200, changed);

        CHECK(stage.run({"content", "diff", "1a2b", option}) == 0);

        CHECK(stage.terminal.out == "Our app [-soon-]{+now+} works\n");
    }
}

TEST_CASE("content diff unified can be kept as a patch") {
    Stage stage;
    stage.answer(200, changed);

    CHECK(stage.run({"content", "diff", "1a2b", "--unified"}) == 0);

    CHECK(
        stage.terminal.out ==
        "--- version 1\n+++ version 3\n@@ -1 +1 @@\n-Our app soon works\n+Our app now works\n");
}

TEST_CASE("content diff of equal versions says so and prints nothing") {
    Stage stage;
    stage.answer(200, R"({"from":1,"to":2,"same":true,"sections":[]})");

    CHECK(stage.run({"content", "diff", "1a2b"}) == 0);

    CHECK(stage.terminal.out.empty());
    CHECK(stage.terminal.err == "Versions 1 and 2 say the same.\n");
}

TEST_CASE("content diff names each platform whose own text or options changed") {
    const auto sections = Json::parse(
        R"([{"platform":null,"changes":[{"op":"insert","text":"a"}],"unified":"x","options":null},)"
        R"({"platform":"x","changes":[],"unified":"","options":{"before":{},"after":{"a":1}}}])");

    CHECK(
        print::difference(sections, false, print::Paint(false)) ==
        "common text\n{+a+}\n\nx\noptions {} -> {\"a\":1}\n");
}

TEST_CASE("content diff has no heading for a common text that stayed the same") {
    const auto sections = Json::parse(
        R"([{"platform":null,"changes":[{"op":"equal","text":"a"}],"unified":"","options":null},)"
        R"({"platform":"x","changes":[{"op":"insert","text":"b"}],"unified":"+b\n","options":null}])");

    CHECK(print::difference(sections, false, print::Paint(false)) == "x\n{+b+}\n");
    CHECK(print::difference(sections, true, print::Paint(false)) == "x\n+b\n");
}

TEST_CASE("content diff refuses what is no number of a version") {
    Stage stage;

    CHECK(stage.run({"content", "diff", "1a2b", "0"}) == 2);
    CHECK(stage.run({"content", "diff", "1a2b", "one"}) == 2);

    CHECK(stage.script.asked.empty());
}

}  // namespace
}  // namespace caas::cli
