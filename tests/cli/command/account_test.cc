#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/platform/driver.h"
#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

constexpr auto connected =
    R"({"id":"01997d3a-0000-7000-8000-00001a2b3c4d","name":"work","platform":"webhook",)"
    R"("handle":"example.org","state":"active"})";

TEST_CASE("the help of connect names every platform that is connected with a browser") {
    Stage stage;

    CHECK(stage.run({"account", "connect", "--help"}) == 0);

    for (const auto* driver : platform::all()) {
        CAPTURE(driver->id);
        if (driver->sign_in != nullptr)
            CHECK(stage.terminal.out.find(driver->title) != std::string::npos);
    }
}

TEST_CASE("connect takes the secret from its variable") {
    Stage stage;
    stage.terminal.variables = {{"CAAS_WEBHOOK_SECRET", "s3cret"}};
    stage.answer(201, connected);

    CHECK(
        stage.run(
            {"account",
             "connect",
             "webhook",
             "--name",
             "work",
             "--url",
             "https://example.org/h"}) == 0);

    CHECK(stage.asked().path == "accounts/webhook/connect");
    CHECK(
        stage.asked_json() ==
        Json::parse(R"({"name":"work","base_url":"https://example.org/h","secret":"s3cret"})"));
    CHECK(stage.terminal.out == "01997d3a-0000-7000-8000-00001a2b3c4d\n");
}

TEST_CASE("connect takes the secret from the first line of standard input") {
    Stage stage;
    stage.terminal.input = "s3cret\nrest\n";
    stage.answer(201, connected);

    CHECK(stage.run({"account", "connect", "webhook", "--url", "https://example.org/h"}) == 0);

    CHECK(stage.asked_json().at("secret") == "s3cret");
}

TEST_CASE("connect says what happens to a post nobody can tell about") {
    Stage stage;
    stage.answer(201, connected);

    CHECK(stage.run({"account", "connect", "outbox", "--on-unknown", "resend"}) == 0);

    CHECK(stage.asked_json() == Json::parse(R"({"on_unknown":"resend"})"));
}

TEST_CASE("connect hands on what the receiver of a webhook promises, and of no other platform") {
    Stage stage;
    stage.terminal.variables = {{"CAAS_WEBHOOK_SECRET", "s3cret"}};
    stage.answer(201, connected);

    CHECK(
        stage.run(
            {"account",
             "connect",
             "webhook",
             "--url",
             "https://example.org/h",
             "--repeats",
             "safe"}) == 0);
    CHECK(stage.run({"account", "connect", "outbox", "--repeats", "safe"}) == 2);

    CHECK(stage.asked_json().at("config") == Json::parse(R"({"repeats":"safe"})"));
    CHECK(stage.script.asked.size() == 1);
}

TEST_CASE("connect asks a person for what is missing") {
    Stage stage;
    stage.terminal.in_is_terminal = true;
    stage.terminal.answers = {"https://example.org/h", "s3cret"};
    stage.answer(201, connected);

    CHECK(stage.run({"account", "connect", "webhook"}) == 0);

    CHECK(stage.terminal.asked.find("URL of the receiver: ") != std::string::npos);
    CHECK(stage.asked_json().at("base_url") == "https://example.org/h");
    CHECK(stage.asked_json().at("secret") == "s3cret");
}

TEST_CASE("connect without its secret says which variable answers") {
    Stage stage;

    CHECK(stage.run({"account", "connect", "webhook", "--url", "https://example.org/h"}) == 2);
    stage.terminal.in_is_terminal = true;
    CHECK(
        stage.run(
            {"account", "connect", "webhook", "--url", "https://example.org/h", "--no-input"}) ==
        2);

    CHECK(stage.terminal.err.find("CAAS_WEBHOOK_SECRET") != std::string::npos);
    CHECK(stage.script.asked.empty());
}

TEST_CASE("connect has no option that would show a secret to the machine") {
    Stage stage;

    CHECK(stage.run({"account", "connect", "webhook", "--secret", "s3cret"}) == 2);
}

TEST_CASE("connect names the platform that was mistyped") {
    Stage stage;

    CHECK(stage.run({"account", "connect", "blusky"}) == 4);

    CHECK(stage.terminal.err.find("bluesky") != std::string::npos);
}

TEST_CASE("connect to an outbox needs nothing") {
    Stage stage;
    stage.answer(201, connected);

    CHECK(stage.run({"account", "connect", "outbox"}) == 0);

    CHECK(stage.asked_json() == Json::object());
}

TEST_CASE("account list shows the state of each") {
    Stage stage;
    stage.answer(
        200,
        R"({"items":[)" + std::string(connected) +
            R"(,{"id":"00002222","name":"old","platform":"bluesky","handle":"ana",)"
            R"("state":"needs_sign_in","state_reason":"expired"}],"next_cursor":null})");

    CHECK(stage.run({"account", "list"}) == 0);

    CHECK(
        stage.terminal.out ==
        "ID        NAME  PLATFORM  STATE          HANDLE       WHY\n"
        "1a2b3c4d  work  webhook   active         example.org\n"
        "00002222  old   bluesky   needs_sign_in  ana          expired\n");
}

TEST_CASE("account list marks what the plan keeps locked") {
    Stage stage;
    stage.answer(
        200,
        R"({"items":[{"id":"00003333","name":"old","platform":"bluesky","handle":"ana",)"
        R"("state":"active","state_reason":null,"locked_at":"2026-11-22T10:00:00.000Z"},)"
        R"({"id":"00004444","name":"new","platform":"bluesky","handle":"ben",)"
        R"("state":"active","state_reason":null,"locked_at":null}],"next_cursor":null})");

    CHECK(stage.run({"account", "list"}) == 0);

    CHECK(
        stage.terminal.out ==
        "ID        NAME  PLATFORM  STATE           HANDLE  WHY\n"
        "00003333  old   bluesky   active, locked  ana     over the plan's limit\n"
        "00004444  new   bluesky   active          ben\n");
}

TEST_CASE("a list that comes in pages is shown whole") {
    Stage stage;
    const std::string first = R"({"items":[{"id":"1","name":"a"}],"next_cursor":"c1"})";
    const std::string last = R"({"items":[{"id":"2","name":"b"}],"next_cursor":null})";
    for (int i = 0; i < 2; ++i) {
        stage.answer(200, first);
        stage.answer(200, last);
    }

    CHECK(stage.run({"account", "list"}) == 0);
    CHECK(stage.terminal.out.find("b\n") != std::string::npos);
    CHECK(stage.asked(1).query == Query{{"limit", "200"}, {"cursor", "c1"}});
    stage.terminal.out.clear();
    CHECK(stage.run({"account", "list", "--json"}) == 0);
    CHECK(
        Json::parse(stage.terminal.out) ==
        Json::parse(
            R"({"items":[{"id":"1","name":"a"},{"id":"2","name":"b"}],"next_cursor":null})"));
}

TEST_CASE("a list is shown in the pages that are asked for") {
    Stage stage;
    stage.answer(200, R"({"items":[{"id":"1","name":"a"}],"next_cursor":"c1"})");

    CHECK(stage.run({"account", "list", "--limit", "1"}) == 0);

    CHECK(stage.asked().query == Query{{"limit", "1"}});
    CHECK(stage.terminal.err.find("--cursor c1") != std::string::npos);
}

TEST_CASE("account disconnect says what became of the posts") {
    Stage stage;
    stage.answer(200, R"({"id":"1","canceled_posts":2,"failed_posts":1,"unconfirmed_posts":0})");

    CHECK(stage.run({"account", "disconnect", "work", "--yes"}) == 0);

    CHECK(stage.terminal.err.find("Canceled: 2 posts.") != std::string::npos);
    CHECK(stage.terminal.err.find("Failed half-way: 1 post.") != std::string::npos);
    CHECK(stage.terminal.err.find("In doubt") == std::string::npos);
    CHECK(stage.terminal.err.find("Being sent") == std::string::npos);
}

TEST_CASE("account disconnect says what becomes of a post that is being sent right now") {
    Stage stage;
    stage.answer(
        200,
        R"({"id":"1","canceled_posts":0,"failed_posts":0,"unconfirmed_posts":0,)"
        R"("publishing_posts":1})");

    CHECK(stage.run({"account", "disconnect", "work", "--yes"}) == 0);

    CHECK(
        stage.terminal.err.find("Being sent right now: 1 post. It is brought to its end; of a "
                                "thread only the part under way") != std::string::npos);
}

TEST_CASE("account check, pause and resume name the account in the path") {
    Stage stage;
    for (int i = 0; i < 3; ++i)
        stage.answer(200, connected);

    CHECK(stage.run({"account", "check", "my work"}) == 0);
    CHECK(stage.run({"account", "pause", "work"}) == 0);
    CHECK(stage.run({"account", "resume", "work"}) == 0);

    CHECK(stage.asked(0).path == "accounts/my%20work/check");
    CHECK(stage.asked(1).path == "accounts/work/pause");
    CHECK(stage.asked(2).path == "accounts/work/resume");
    CHECK(stage.terminal.out == "active  work  example.org\n");
}

TEST_CASE("account pause says that the account is paused only when it is") {
    Stage stage;
    auto account = Json::parse(connected);
    account["name"] = "my work";
    account["state"] = "paused";
    stage.answer(200, account.dump());
    CHECK(stage.run({"account", "pause", "my work"}) == 0);
    CHECK(stage.terminal.err.find("my work is paused") != std::string::npos);
    CHECK(stage.terminal.err.find("caas account resume 'my work'") != std::string::npos);

    Stage other;
    account["state"] = "needs_sign_in";
    other.answer(200, account.dump());
    CHECK(other.run({"account", "pause", "my work"}) == 0);
    CHECK(other.terminal.err.find("is not paused, but needs_sign_in") != std::string::npos);
}

TEST_CASE("account check says what was not allowed, and how to connect this account again") {
    Stage stage;
    auto account = Json::parse(connected);
    account["platform"] = "x";
    account["name"] = "my work";
    account["identity"] = {{"missing_scopes", {"tweet.write"}}};
    stage.answer(200, account.dump());
    CHECK(stage.run({"account", "check", "my work"}) == 0);
    CHECK(
        stage.terminal.err.find("tweet.write. Connect it again: caas account connect x --name "
                                "'my work'") != std::string::npos);
}

TEST_CASE("account disconnect needs a yes") {
    Stage stage;
    stage.answer(200, connected);

    CHECK(stage.run({"account", "disconnect", "work"}) == 2);
    CHECK(stage.run({"account", "disconnect", "work", "--yes"}) == 0);

    CHECK(stage.asked().method == "DELETE");
}

}  // namespace
}  // namespace caas::cli
