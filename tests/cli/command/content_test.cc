#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

constexpr auto made =
    R"({"id":"01997d3a-0000-7000-8000-00001a2b3c4d","title":"","latest":2,"text":"Hello",)"
    R"("created_at":"2026-11-22T09:00:00.000Z","updated_at":"2026-11-22T09:57:00.000Z",)"
    R"("version":{"number":2,"origin":"generated","provider":"openai","model":"gpt-5-mini",)"
    R"("parts":[{"text":"Hello","media":[]}],"overrides":{"x":{"parts":[{"text":"Hi"}]}},)"
    R"("marks":["x.text.shortened"],"digest":"abc","cost_usd":0.0021,)"
    R"("created_at":"2026-11-22T09:57:00.000Z"}})";

// A file that is gone after the test.
struct TextFile {
    std::string path;

    explicit TextFile(std::string_view text)
        : path((std::filesystem::temp_directory_path() /
                ("caas-test-" + std::to_string(reinterpret_cast<std::uintptr_t>(this))))
                   .string()) {
        write_file(path, text);
    }

    TextFile(const TextFile&) = delete;
    TextFile& operator=(const TextFile&) = delete;

    ~TextFile() { std::filesystem::remove(path); }
};

TEST_CASE("content add sends the parts of standard input and prints the id alone") {
    Stage stage;
    stage.terminal.input = "one\n---\ntwo\n";
    stage.answer(201, made);

    CHECK(stage.run({"content", "add", "-", "--title", "T"}) == 0);

    CHECK(stage.asked().method == "POST");
    CHECK(stage.asked().path == "content");
    CHECK(
        stage.asked_json() ==
        Json::parse(R"({"parts":[{"text":"one"},{"text":"two"}],"title":"T"})"));
    CHECK(stage.terminal.out == "01997d3a-0000-7000-8000-00001a2b3c4d\n");
    CHECK(stage.terminal.err.find("caas schedule 1a2b3c4d") != std::string::npos);
}

TEST_CASE("content add takes another text for a platform, by any of its names") {
    Stage stage;
    const TextFile common("long\n");
    const TextFile small("short\n");
    stage.answer(201, made);

    CHECK(stage.run({"content", "add", common.path, "--for", "twitter=" + small.path}) == 0);

    CHECK(stage.asked_json().at("overrides").at("x").at("parts").at(0).at("text") == "short");
}

TEST_CASE("a dash is refused when standard input is a keyboard") {
    Stage stage;
    stage.terminal.in_is_terminal = true;

    CHECK(stage.run({"content", "add", "-"}) == 2);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("a file that is not there, not text or too large is refused before anything is sent") {
    Stage stage;
    const TextFile wrong("caf\xe9");
    const TextFile large(std::string((1U << 20U) + 1, 'a'));

    CHECK(stage.run({"content", "add", "/nowhere/post.md"}) == 5);
    CHECK(stage.run({"content", "add", wrong.path}) == 4);
    CHECK(stage.run({"content", "add", large.path}) == 4);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("json prints exactly the bytes of the API and a line end") {
    Stage stage;
    stage.terminal.input = "x";
    stage.answer(201, made);

    CHECK(stage.run({"content", "add", "-", "--json"}) == 0);

    CHECK(stage.terminal.out == std::string(made) + "\n");
    CHECK(stage.terminal.err.empty());
}

TEST_CASE("content list is a table with short ids and relative times") {
    Stage stage;
    stage.answer(200, R"({"items":[)" + std::string(made) + R"(],"next_cursor":"c2"})");

    CHECK(stage.run({"content", "list", "--limit", "1"}) == 0);

    CHECK(stage.asked().query == Query{{"limit", "1"}});
    CHECK(
        stage.terminal.out ==
        "ID        VERSION  CHANGED    TEXT\n1a2b3c4d        2  3 min ago  Hello\n");
    CHECK(stage.terminal.err.find("--cursor c2") != std::string::npos);
}

TEST_CASE("a limit that is no number or out of range is refused") {
    Stage stage;

    CHECK(stage.run({"content", "list", "--limit", "abc"}) == 2);
    CHECK(stage.run({"content", "list", "--limit", "201"}) == 2);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("content search sends its words") {
    Stage stage;
    stage.answer(200, R"({"items":[],"next_cursor":null})");

    CHECK(stage.run({"content", "search", "offline", "launch"}) == 0);

    CHECK(stage.asked().query == Query{{"q", "offline launch"}});
    CHECK(stage.terminal.out.empty());
}

TEST_CASE("when nothing is found a list says how to begin, and a search what was looked for") {
    for (const auto& [name, words] :
         {std::pair("list", "Begin with: caas generate"),
          std::pair("search", "No content has all these words")}) {
        Stage stage;
        stage.answer(200, R"({"items":[],"next_cursor":null})");
        std::vector<std::string> typed{"content", name};
        if (typed.back() == "search")
            typed.emplace_back("offline");

        CHECK(stage.run(typed) == 0);
        CHECK(stage.terminal.err.find(words) != std::string::npos);
    }
}

TEST_CASE("content show prints each text with what is known of it") {
    Stage stage;
    stage.answer(200, made);

    CHECK(stage.run({"content", "show", "1a2b3c4d"}) == 0);

    const auto& out = stage.terminal.out;
    CHECK(out.find("by       openai gpt-5-mini\n") != std::string::npos);
    CHECK(out.find("cost     $0.0021\n") != std::string::npos);
    CHECK(out.find("marks    x.text.shortened\n") != std::string::npos);
    CHECK(out.find("common text\nHello\n\nx\nHi\n") != std::string::npos);
}

TEST_CASE("content show gives the text of a platform alone") {
    Stage stage;
    stage.answer(200, made);
    stage.answer(200, made);

    stage.run({"content", "show", "1a2b3c4d", "--text"});
    stage.run({"content", "show", "1a2b3c4d", "--text", "--for", "x"});

    CHECK(stage.terminal.out == "Hello\nHi\n");
}

TEST_CASE("content show --text prints what content edit reads back") {
    Stage stage;
    stage.answer(200, R"({"version":{"parts":[{"text":"one\n---\nmore"}]}})");

    CHECK(stage.run({"content", "show", "1a2b", "--text"}) == 0);

    CHECK(stage.terminal.out == "one\n\\---\nmore\n");
}

TEST_CASE("a platform that has options and no text of its own gets the common one") {
    Stage stage;
    stage.answer(200, R"({"version":{"parts":[{"text":"all"}],"overrides":{"x":{"parts":[]}}}})");

    CHECK(stage.run({"content", "show", "1a2b", "--text", "--for", "x"}) == 0);

    CHECK(stage.terminal.out == "all\n");
}

TEST_CASE("content show of a version asks for that version") {
    Stage stage;
    stage.answer(200, R"({"content_id":"c","number":1,"parts":[{"text":"old"}],"overrides":{}})");

    CHECK(stage.run({"content", "show", "1a2b", "--version", "1"}) == 0);

    CHECK(stage.asked().path == "content/1a2b/versions/1");
    CHECK(stage.terminal.out.find("old\n") != std::string::npos);
}

TEST_CASE("an id cannot leave its place in the path") {
    Stage stage;
    stage.answer(404, R"({"detail":"no","code":"not_found"})");

    stage.run({"content", "show", "../posts/1?x"});

    CHECK(stage.asked().path == "content/..%2Fposts%2F1%3Fx");
}

TEST_CASE("content delete asks first and takes no for an answer") {
    Stage stage;
    stage.terminal.in_is_terminal = true;
    stage.terminal.answers = {"n"};

    CHECK(stage.run({"content", "delete", "1a2b"}) == 130);

    CHECK(stage.terminal.asked.find("[y/N]") != std::string::npos);
    CHECK(stage.script.asked.empty());
}

TEST_CASE("content delete goes on after a yes or with the option") {
    Stage stage;
    stage.terminal.in_is_terminal = true;
    stage.terminal.answers = {"y"};
    stage.answer(200, R"({"id":"1","deleted":true})");
    stage.answer(200, R"({"id":"1","deleted":true})");

    CHECK(stage.run({"content", "delete", "1a2b"}) == 0);
    stage.terminal.in_is_terminal = false;
    CHECK(stage.run({"content", "delete", "1a2b", "--yes"}) == 0);

    CHECK(stage.asked(1).method == "DELETE");
    CHECK(stage.terminal.out.empty());
}

TEST_CASE("content delete is refused where nobody can be asked") {
    Stage stage;
    CHECK(stage.run({"content", "delete", "1a2b"}) == 2);
    stage.terminal.in_is_terminal = true;
    CHECK(stage.run({"content", "delete", "1a2b", "--no-input"}) == 2);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("content versions lists who made each and what it cost") {
    Stage stage;
    stage.answer(
        200,
        R"({"items":[{"number":2,"origin":"restored","restored_from":1,"parts":[{"text":"a"}],)"
        R"("created_at":"2026-11-22T09:59:00.000Z"},{"number":1,"origin":"generated",)"
        R"("provider":"offline","cost_usd":null,"parts":[{"text":"a\nb"}],)"
        R"("created_at":"2026-11-22T09:58:00.000Z"}],"next_cursor":null})");

    CHECK(stage.run({"content", "versions", "1a2b"}) == 0);

    CHECK(
        stage.terminal.out ==
        "VERSION  MADE       BY               TEXT\n"
        "      2  1 min ago  restored from 1  a\n"
        "      1  2 min ago  offline          a b\n");
}

TEST_CASE("content restore names the version by its number") {
    Stage stage;
    stage.answer(200, made);

    CHECK(stage.run({"content", "restore", "1a2b", "v1"}) == 0);

    CHECK(stage.asked().path == "content/1a2b/restore");
    CHECK(stage.asked_json() == Json::parse(R"({"number":1})"));
    CHECK(stage.run({"content", "restore", "1a2b", "first"}) == 2);
    CHECK(stage.terminal.err.find("`caas content versions 1a2b`") != std::string::npos);
}

}  // namespace
}  // namespace caas::cli
