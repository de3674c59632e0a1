#include "cli/run.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "tests/cli/stage.h"
#include "tests/fake/folder.h"

namespace caas::cli {
namespace {

constexpr auto not_found =
    R"({"type":"about:blank","title":"Not found","status":404,"detail":"There is no content abcd",)"
    R"("code":"not_found","hint":"see caas content list","request_id":"r1"})";

TEST_CASE("no command at all shows what there is") {
    Stage stage;

    CHECK(stage.run({}) == 0);

    CHECK(stage.terminal.out.find("Usage: caas COMMAND") != std::string::npos);
    CHECK(stage.terminal.out.find("generate") != std::string::npos);
    CHECK(stage.opened.empty());
}

TEST_CASE("a command that needs a command below it shows them and exits 2") {
    Stage stage;

    CHECK(stage.run({"content"}) == 2);

    CHECK(stage.terminal.out.empty());
    CHECK(stage.terminal.err.find("caas content COMMAND") != std::string::npos);
}

TEST_CASE("the version is one line") {
    Stage stage;

    CHECK(stage.run({"--version"}) == 0);

    CHECK(stage.terminal.out == "caas " CAAS_VERSION "\n");
}

TEST_CASE("a wrong usage exits 2 with what and why and a hint") {
    Stage stage;

    CHECK(stage.run({"contnet"}) == 2);

    CHECK(
        stage.terminal.err ==
        "caas: error: Wrong usage: There is no command `caas contnet`\n"
        "hint: did you mean `caas content`?\n");
    CHECK(stage.terminal.out.empty());
}

TEST_CASE("what the API refuses is said in its words and decides the exit status") {
    Stage stage;
    stage.answer(404, not_found);

    CHECK(stage.run({"content", "show", "abcd"}) == 5);

    CHECK(
        stage.terminal.err ==
        "caas: error: Not found: There is no content abcd\nhint: see caas content list\n");
}

TEST_CASE("with json the problem of the API comes byte for byte on standard error") {
    Stage stage;
    stage.answer(404, not_found);

    CHECK(stage.run({"content", "show", "abcd", "--json"}) == 5);

    CHECK(stage.terminal.err == std::string(not_found) + "\n");
    CHECK(stage.terminal.out.empty());
}

TEST_CASE("with json a wrong usage is a problem object too") {
    Stage stage;

    CHECK(stage.run({"schedule", "abcd", "--account", "a", "--json"}) == 2);

    const auto problem = json::parse(stage.terminal.err, "the problem");
    CHECK(problem.at("code") == "usage");
    CHECK(problem.at("hint").get<std::string>().find("--at") != std::string::npos);
}

TEST_CASE("each thing wrong inside an input is listed") {
    Stage stage;
    stage.answer(
        422,
        R"({"title":"Content breaks a rule","status":422,"detail":"2 rules are broken",)"
        R"("code":"content_rejected","errors":[)"
        R"({"pointer":"/parts/0","rule":"x.text.too_long","message":"300 of 280"}]})");

    CHECK(stage.run({"schedule", "abcd", "--account", "a", "--in", "2h"}) == 4);

    CHECK(
        stage.terminal.err ==
        "caas: error: Content breaks a rule: 2 rules are broken\n"
        "  /parts/0  x.text.too_long  300 of 280\n");
}

TEST_CASE("an answer without a code still has an exit status") {
    Stage stage;
    stage.answer(503, "<html>bad gateway</html>");

    CHECK(stage.run({"platforms"}) == 75);

    CHECK(stage.terminal.err.find("status 503") != std::string::npos);
}

TEST_CASE("a change that may have been done is not one to try again, and what is read is") {
    constexpr auto undecided =
        R"({"title":"Not available now","status":503,"detail":"The connection was lost",)"
        R"("code":"unavailable","hint":"Look before trying again.","is_undecided":true})";
    Stage stage;
    stage.answer(503, undecided);
    stage.answer(503, undecided);
    stage.answer(503, undecided);

    CHECK(stage.run({"posts", "cancel", "0192"}) == 8);
    CHECK(
        stage.terminal.err ==
        "caas: error: Outcome unconfirmed: The connection was lost\n"
        "hint: Look before trying again.\n");
    CHECK(stage.run({"posts", "cancel", "0192", "--json"}) == 8);
    CHECK(stage.terminal.err.ends_with(std::string(undecided) + "\n"));
    CHECK(stage.run({"platforms"}) == 75);
}

TEST_CASE("an answer that is no JSON is an error and not a crash") {
    Stage stage;
    stage.answer(200, "hello");
    stage.answer(200, R"({"hello":1})");

    CHECK(stage.run({"platforms"}) == 1);
    CHECK(stage.run({"platforms"}) == 1);

    CHECK(stage.terminal.err.find("json.exception") == std::string::npos);
}

TEST_CASE("what steers a terminal does not get through what is said, asked or warned of") {
    Stage stage;
    stage.terminal.in_is_terminal = true;
    auto account =
        R"({"id":"1a2b3c4d","name":"ana\u001b]0;owned\u0007","handle":"\u009b2J\u202eana"})";
    stage.answer(201, account);
    stage.answer(200, R"({"name":"\u001b[2Jacme"})");
    stage.answer(200, "{}");

    CHECK(stage.run({"account", "connect", "outbox"}) == 0);
    stage.run({"org", "delete", "acme"});

    CHECK(stage.terminal.err.starts_with(
        "Connected ana\uFFFD]0;owned\uFFFD (\uFFFD2Jana). Next: caas publish ID --account "));
    CHECK(
        stage.terminal.asked.find("Type its name (\uFFFD[2Jacme) to go on: ") != std::string::npos);
    for (const auto& text : {stage.terminal.err, stage.terminal.asked})
        CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("what steers a terminal does not get through an error message") {
    Stage stage;
    stage.answer(404, R"({"detail":"evil \u001b[2J","code":"not_found"})");

    CHECK(stage.run({"content", "show", "abcd"}) == 5);

    CHECK(stage.terminal.err.find('\x1b') == std::string::npos);
}

TEST_CASE("a command of this machine refuses a server") {
    Stage stage;

    CHECK(stage.run({"completion", "bash", "--server", "https://caas.example.org"}) == 2);

    CHECK(stage.terminal.err.find("works on this machine only") != std::string::npos);
}

TEST_CASE("the environment names the server and the token and the option wins") {
    Stage stage;
    stage.terminal.variables = {{"CAAS_SERVER", "https://a.example"}, {"CAAS_TOKEN", "caas_t"}};
    stage.answer(200, R"({"items":[]})");
    stage.answer(200, R"({"items":[]})");

    stage.run({"platforms"});
    stage.run({"platforms", "--server", "https://b.example"});

    CHECK(stage.opened.at(0).server == "https://a.example");
    CHECK(stage.opened.at(0).token.reveal() == "caas_t");
    CHECK(stage.opened.at(1).server == "https://b.example");
}

TEST_CASE("an address with a password is refused and not repeated") {
    Stage stage;

    CHECK(stage.run({"platforms", "--server", "https://ana:hunter2@a.example"}) == 2);
    CHECK(stage.terminal.err.find("`--server` holds a user name") != std::string::npos);
    stage.terminal.variables = {{"CAAS_SERVER", "https://ana:hunter2@a.example"}};
    CHECK(stage.run({"platforms"}) == 2);

    CHECK(stage.terminal.err.find("CAAS_SERVER holds a user name") != std::string::npos);
    CHECK(stage.terminal.err.find("hunter2") == std::string::npos);
    CHECK(stage.opened.empty());
}

TEST_CASE("a token with a line break is blamed on its variable and not on the server") {
    Stage stage;
    stage.terminal.variables = {{"CAAS_SERVER", "https://a.example"}, {"CAAS_TOKEN", "caas_t\n"}};

    CHECK(stage.run({"platforms"}) == 2);

    CHECK(stage.terminal.err.find("CAAS_TOKEN holds a line break") != std::string::npos);
    CHECK(stage.terminal.err.find("caas_t") == std::string::npos);
    CHECK(stage.opened.empty());
}

TEST_CASE("an empty server is refused, and nothing happens on this machine in its place") {
    Stage stage;

    CHECK(stage.run({"content", "add", "Hello.", "--server", ""}) == 2);
    stage.terminal.variables = {{"CAAS_SERVER", "https://a.example"}};
    CHECK(stage.run({"content", "add", "Hello.", "--server="}) == 2);

    CHECK(stage.terminal.err.find("`--server` names no daemon") != std::string::npos);
    CHECK(stage.opened.empty());
}

TEST_CASE("words that are no UTF-8 are refused before anything is asked") {
    const std::vector<std::vector<std::string>> commands{
        {"content",
         "add",
         "-",
         "--title",
         "a\xff"
         "b"},
        {"org",
         "create",
         "a\xff"
         "b"},
        {"account",
         "connect",
         "outbox",
         "--name=a\xff"
         "b"}};
    for (const auto& words : commands) {
        CAPTURE(words.front());
        Stage stage;

        CHECK(stage.run(words) == 4);

        CHECK(
            stage.terminal.err.find("the byte at offset 1 cannot stand there") !=
            std::string::npos);
        CHECK(stage.opened.empty());
    }
}

TEST_CASE("the name of a file may be of any bytes") {
    const fake::Folder folder;
    const auto file = (folder / "a\xff.md").string();
    write_file(file, "Hello.");
    Stage stage;
    stage.answer(201, R"({"id":"0192","parts":[]})");

    stage.run({"content", "add", file, "--json"});

    CHECK(stage.opened.size() == 1);
}

TEST_CASE("an empty configuration file is refused, and the usual one is not read in its place") {
    Stage stage;

    CHECK(stage.run({"content", "list", "--config", ""}) == 2);
    CHECK(stage.run({"content", "list", "--config="}) == 2);

    CHECK(stage.terminal.err.find("`--config` names no file") != std::string::npos);
    CHECK(stage.opened.empty());
}

TEST_CASE("an empty id is refused, and no command about one thing answers with the list") {
    Stage stage;

    const std::vector<std::vector<std::string>> commands{
        {"content", "show", ""},
        {"posts", "show", "", "--json"},
        {"posts", "cancel", ""},
        {"series", "show", " ", "--server", "https://a.example"}};
    for (const auto& words : commands) {
        CAPTURE(words.front());
        CHECK(stage.run(words) == 2);
    }

    CHECK(stage.terminal.out.empty());
    CHECK(stage.terminal.err.find("is a variable of your script empty?") != std::string::npos);
    CHECK(stage.opened.empty());
}

TEST_CASE("an id of dots is refused before it leads a request to another route") {
    Stage stage;

    CHECK(stage.run({"content", "show", ".."}) == 2);
    CHECK(stage.run({"posts", "cancel", ".", "--server", "https://a.example"}) == 2);
    CHECK(stage.run({"api", "GET", "content/../posts"}) == 2);
    stage.answer(200, R"({"items":[]})");
    CHECK(stage.run({"api", "GET", "content?q=a/../b"}) == 0);

    CHECK(stage.terminal.err.find("`..` is no id") != std::string::npos);
    CHECK(stage.script.asked.size() == 1);
}

TEST_CASE("revoking a token of dots deletes nothing else") {
    Stage stage;
    stage.answer(200, R"({"organization_id":"o1"})");

    CHECK(stage.run({"token", "revoke", "..", "--yes", "--server", "https://a.example"}) == 2);

    CHECK(stage.script.asked.size() == 1);
    CHECK(stage.asked().path == "auth/me");
}

TEST_CASE("an empty CAAS_SERVER is none") {
    Stage stage;
    stage.terminal.variables = {{"CAAS_SERVER", ""}};
    stage.answer(200, R"({"items":[]})");

    stage.run({"platforms"});

    CHECK(stage.opened.at(0).server.empty());
}

TEST_CASE("a no to a question ends every command alike, and nothing is asked of the server") {
    const std::vector<std::vector<std::string>> questions{
        {"account", "disconnect", "site"},
        {"content", "delete", "1a2b"},
        {"media", "delete", "1a2b"},
        {"posts", "take-back", "1a2b"},
        {"series", "end", "1a2b"},
        {"token", "revoke", "1a2b"},
        {"voice", "delete", "calm"}};
    for (const auto& words : questions) {
        CAPTURE(words.front());
        Stage stage;
        stage.terminal.in_is_terminal = true;
        stage.terminal.answers = {"n"};

        CHECK(stage.run(words) == 130);

        CHECK(stage.terminal.err.starts_with("Nothing was "));
        CHECK(stage.script.asked.empty());
    }
}

TEST_CASE("a change that was made but could not be printed is not one to try again") {
    Stage stage;
    stage.terminal.is_full = true;
    stage.answer(200, R"({"id":"0192","state":"canceled"})");
    stage.answer(200, R"({"items":[{"id":"0192"}]})");

    CHECK(stage.run({"posts", "cancel", "0192"}) == 8);
    CHECK(
        stage.terminal.err.ends_with("Standard output could not be written\n"
                                     "hint: it is done, so do not repeat it; its id: 0192\n"));
    CHECK(stage.run({"platforms"}) == 75);
}

TEST_CASE("a change that was made is on record also where standard output is closed") {
    Stage stage;
    stage.terminal.is_closed = true;
    stage.answer(200, R"({"id":"0192","state":"canceled"})");
    stage.answer(200, R"({"items":[{"id":"0192"}]})");

    CHECK(stage.run({"posts", "cancel", "0192"}) == 8);
    CHECK(stage.terminal.err.ends_with("hint: it is done, so do not repeat it; its id: 0192\n"));
    CHECK(stage.run({"platforms"}) == 1);
}

TEST_CASE("verbose names each request") {
    Stage stage;
    stage.answer(200, R"({"items":[]})");

    stage.run({"platforms", "-v"});

    CHECK(stage.terminal.err.find("caas: GET /api/v1/platforms 200\n") != std::string::npos);
}

TEST_CASE("something that throws what it should not ends as an unexpected failure") {
    Stage stage;

    CHECK(stage.run({"platforms"}) == 1);

    CHECK(stage.terminal.err.find("caas: error: Unexpected failure") != std::string::npos);
}

}  // namespace
}  // namespace caas::cli
