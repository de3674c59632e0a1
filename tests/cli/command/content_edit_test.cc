#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

constexpr auto made = R"({"id":"01997d3a-0000-7000-8000-00001a2b3c4d","title":"","latest":2,)"
                      R"("version":{"number":2,"parts":[{"text":"Hello","media":[]}]}})";

// One part, as a model or a program wrote it.
constexpr auto dashed =
    R"({"id":"1a2b","latest":1,"version":{"parts":[{"text":"one\n---\nmore"}]}})";

TEST_CASE("content edit takes the new text from standard input") {
    Stage stage;
    stage.terminal.input = "new text\n";
    stage.answer(200, R"({"id":"1","title":"","latest":1})");
    stage.answer(200, made);

    CHECK(stage.run({"content", "edit", "1a2b", "--file", "-"}) == 0);

    CHECK(stage.asked(1).method == "PATCH");
    CHECK(stage.asked_json(1) == Json::parse(R"({"parts":[{"text":"new text"}]})"));
    CHECK(stage.terminal.err.starts_with("Version 2 is the latest now."));
}

TEST_CASE("content edit with the text that is there says that nothing changed") {
    Stage stage;
    stage.terminal.input = "Hello\n";
    stage.answer(200, made);
    stage.answer(200, made);

    CHECK(stage.run({"content", "edit", "1a2b", "--file", "-"}) == 0);

    CHECK(stage.terminal.out == "01997d3a-0000-7000-8000-00001a2b3c4d\n");
    CHECK(stage.terminal.err == "Nothing changed: version 2 is the same.\n");
}

TEST_CASE("content edit of the title alone says that the version stays") {
    Stage stage;
    stage.answer(200, R"({"id":"1","title":"Old","latest":2})");
    stage.answer(200, R"({"id":"1","title":"New","latest":2})");

    CHECK(stage.run({"content", "edit", "1a2b", "--title", "New"}) == 0);

    CHECK(stage.asked_json(1) == Json::parse(R"({"title":"New"})"));
    CHECK(stage.terminal.err == "The title is changed. Version 2 stays the latest.\n");
}

TEST_CASE("content edit with --json asks once") {
    Stage stage;
    stage.terminal.input = "new text\n";
    stage.answer(200, made);

    CHECK(stage.run({"content", "edit", "1a2b", "--file", "-", "--json"}) == 0);

    CHECK(stage.asked().method == "PATCH");
}

TEST_CASE("content edit for a platform changes its own text and an empty text removes it") {
    Stage stage;
    for (int i = 0; i < 4; ++i)
        stage.answer(200, made);

    stage.terminal.input = "short\n";
    stage.run({"content", "edit", "1a2b", "--file", "-", "--for", "twitter"});
    stage.terminal.input = "";
    stage.run({"content", "edit", "1a2b", "--file", "-", "--for", "x"});

    CHECK(
        stage.asked_json(1) == Json::parse(R"({"overrides":{"x":{"parts":[{"text":"short"}]}}})"));
    CHECK(stage.asked_json(3) == Json::parse(R"({"overrides":{"x":null}})"));
}

TEST_CASE("content edit opens an editor on the text and saves what it left") {
    Stage stage;
    stage.terminal.in_is_terminal = true;
    stage.terminal.variables = {{"VISUAL", "ed --fast"}, {"EDITOR", "other"}};
    std::string program;
    std::string kept;
    stage.edit = [&](const std::string& name, const std::string& file) {
        program = name;
        kept = file;
        CHECK(read_file(file, 1000) == "Hello\n");
        write_file(file, "Hello world\n");
    };
    stage.answer(200, made);
    stage.answer(200, made);

    CHECK(stage.run({"content", "edit", "1a2b"}) == 0);

    CHECK(program == "ed --fast");
    CHECK(stage.asked_json(1).at("parts").at(0).at("text") == "Hello world");
    CHECK(stage.asked_json(1).at("expected_version") == 2);
    CHECK_FALSE(std::filesystem::exists(kept));
}

TEST_CASE("content edit of the pictures alone leaves the parts as they are") {
    Stage stage;
    for (int i = 0; i < 3; ++i)
        stage.answer(200, dashed);

    CHECK(stage.run({"content", "edit", "1a2b", "--no-media"}) == 0);

    CHECK(
        stage.asked_json(2) == Json::parse(R"({"parts":[{"text":"one\n---\nmore","media":[]}]})"));
}

TEST_CASE("content edit in an editor makes no thread of a part with a line of dashes") {
    Stage stage;
    stage.terminal.in_is_terminal = true;
    stage.edit = [](const std::string&, const std::string& file) {
        CHECK(read_file(file, 1000) == "one\n\\---\nmore\n");
        write_file(file, "one\n\\---\nless\n");
    };
    stage.answer(200, dashed);
    stage.answer(200, dashed);

    CHECK(stage.run({"content", "edit", "1a2b"}) == 0);

    CHECK(stage.asked_json(1).at("parts") == Json::parse(R"([{"text":"one\n---\nless"}])"));
}

TEST_CASE("content edit that changes nothing makes no version") {
    Stage stage;
    stage.terminal.in_is_terminal = true;
    stage.answer(200, made);

    CHECK(stage.run({"content", "edit", "1a2b"}) == 0);

    CHECK(stage.script.asked.size() == 1);
    CHECK(stage.terminal.err == "Nothing changed.\n");
}

TEST_CASE("content edit keeps what was typed when it cannot be saved") {
    Stage stage;
    stage.terminal.in_is_terminal = true;
    std::string kept;
    stage.edit = [&](const std::string&, const std::string& file) {
        kept = file;
        write_file(file, "a long work\n");
    };
    stage.answer(200, made);
    stage.answer(412, R"({"detail":"Changed in the meantime","code":"stale"})");

    CHECK(stage.run({"content", "edit", "1a2b"}) == 6);

    CHECK(stage.terminal.err.find("your text is kept in " + kept) != std::string::npos);
    CHECK(read_file(kept, 1000) == "a long work\n");
    std::filesystem::remove(kept);
}

TEST_CASE("content edit keeps the file when the editor fails") {
    Stage stage;
    stage.terminal.in_is_terminal = true;
    std::string kept;
    stage.edit = [&](const std::string&, const std::string& file) {
        kept = file;
        throw Error(Code::invalid, "The editor `vi` failed");
    };
    stage.answer(200, made);

    CHECK(stage.run({"content", "edit", "1a2b"}) == 4);

    CHECK(stage.terminal.err.find(kept) != std::string::npos);
    CHECK(std::filesystem::remove(kept));
}

TEST_CASE("content edit without a terminal wants a file") {
    Stage stage;

    CHECK(stage.run({"content", "edit", "1a2b"}) == 2);

    CHECK(stage.terminal.err.find("--file -") != std::string::npos);
}

}  // namespace
}  // namespace caas::cli
