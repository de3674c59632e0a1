#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "tests/cli/stage.h"
#include "tests/fake/folder.h"

namespace caas::cli {
namespace {

constexpr auto good =
    R"({"platforms":[{"platform":"x","length":5,"limit":280,"unit":"weighted","valid":true,)"
    R"("issues":[]}]})";
constexpr auto broken =
    R"({"platforms":[{"platform":"x","length":300,"limit":280,"unit":"weighted","valid":false,)"
    R"("issues":[{"rule":"x.text.too_long","severity":"error","message":"20 too many",)"
    R"("start":280,"end":300}]},{"platform":"linkedin","length":300,"limit":3000,)"
    R"("unit":"utf16","valid":true,"issues":[]}]})";

TEST_CASE("lint changes nothing of its input, not even a last line end") {
    Stage stage;
    stage.terminal.input = "Hello \n\n";
    stage.answer(200, good);

    CHECK(stage.run({"lint", "-", "--platform", "twitter"}) == 0);

    CHECK(stage.asked_json() == Json::parse(R"({"text":"Hello \n\n","platforms":["x"]})"));
    CHECK(stage.terminal.out == "ok      x  5 of 280 weighted\n");
}

TEST_CASE("the byte-order mark in front of a file or of standard input is no part of the text") {
    const fake::Folder folder;
    const auto file = folder.path() / "post.md";
    write_file(file, "\xEF\xBB\xBFHello\n");
    Stage stage;
    stage.terminal.input =
        "\xEF\xBB\xBF"
        "Hello";
    stage.answer(200, good);
    stage.answer(201, R"({"id":"1a2b3c4d"})");

    CHECK(stage.run({"lint", "-"}) == 0);
    CHECK(stage.run({"content", "add", file.string()}) == 0);

    CHECK(stage.asked_json(0) == Json::parse(R"({"text":"Hello"})"));
    CHECK(stage.asked_json(1) == Json::parse(R"({"parts":[{"text":"Hello"}]})"));
}

TEST_CASE("lint reads the parts of a thread") {
    Stage stage;
    stage.terminal.input = "one\n---\ntwo\n";
    stage.answer(200, good);

    stage.run({"lint", "-"});

    CHECK(stage.asked_json() == Json::parse(R"({"parts":[{"text":"one"},{"text":"two"}]})"));
}

TEST_CASE("lint takes a line of dashes that belongs to a part for what it stands for") {
    Stage stage;
    stage.terminal.input = "one\n\\---\nmore\n";
    stage.answer(200, good);

    stage.run({"lint", "-"});

    CHECK(stage.asked_json() == Json::parse(R"({"text":"one\n---\nmore\n"})"));
}

TEST_CASE("lint exits 4 when a rule is broken and says which") {
    Stage stage;
    stage.terminal.input = "x";
    stage.answer(200, broken);

    CHECK(stage.run({"lint", "-"}) == 4);

    CHECK(
        stage.terminal.out ==
        "broken  x         300 of 280 weighted\n"
        "    error    x.text.too_long  20 too many\n"
        "ok      linkedin  300 of 3000 utf16\n");
}

TEST_CASE("lint prints its JSON also when a rule is broken") {
    Stage stage;
    stage.terminal.input = "x";
    stage.answer(200, broken);

    CHECK(stage.run({"lint", "-", "--json"}) == 4);

    CHECK(stage.terminal.out == std::string(broken) + "\n");
    CHECK(stage.terminal.err.empty());
}

TEST_CASE("lint takes the id of a content") {
    Stage stage;
    stage.answer(200, good);

    CHECK(stage.run({"lint", "1a2b3c4d"}) == 0);

    CHECK(stage.asked_json() == Json::parse(R"({"content_id":"1a2b3c4d"})"));
}

TEST_CASE("lint of what is neither a file nor an id says so") {
    Stage stage;

    CHECK(stage.run({"lint", "nowhere.md"}) == 5);

    CHECK(stage.script.asked.empty());
}

}  // namespace
}  // namespace caas::cli
