#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

constexpr auto me = R"({"workspace_id":"w1","organization_id":"o1","role":"owner","scope":"admin",)"
                    R"("organization":{"id":"o1","name":"ana"}})";
constexpr auto workspace =
    R"({"id":"w1","organization_id":"o1","name":"ana","zone":"Europe/Berlin",)"
    R"("created_at":"2026-11-22T09:00:00.000Z"})";

TEST_CASE("token create prints the token and nothing else") {
    Stage stage;
    stage.answer(200, me);
    stage.answer(201, R"({"id":"t1","token":"caas_abc"})");

    CHECK(
        stage.run(
            {"token",
             "create",
             "--scope",
             "publish",
             "--name",
             "laptop",
             "--expires-in-days",
             "90"}) == 0);

    CHECK(stage.asked(1).path == "organizations/o1/tokens");
    CHECK(
        stage.asked_json(1) ==
        Json::parse(R"({"scope":"publish","name":"laptop","expires_in_days":90})"));
    CHECK(stage.terminal.out == "caas_abc\n");
}

TEST_CASE("token create with json gives id and token") {
    Stage stage;
    stage.answer(200, me);
    stage.answer(201, R"({"id":"t1","token":"caas_abc"})");

    CHECK(stage.run({"token", "create", "--scope", "publish", "--name", "laptop", "--json"}) == 0);

    CHECK(stage.terminal.out == "{\"id\":\"t1\",\"token\":\"caas_abc\"}\n");
}

TEST_CASE("token create needs a scope") {
    Stage stage;

    CHECK(stage.run({"token", "create", "--name", "laptop"}) == 2);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("token list says whose each token is and what kind it is of") {
    Stage stage;
    stage.answer(200, me);
    stage.answer(
        200,
        R"({"items":[{"id":"t1","name":"laptop","kind":"machine","scope":"publish",)"
        R"("person":"Ben"}],)"
        R"("next_cursor":null})");

    CHECK(stage.run({"token", "list"}) == 0);

    CHECK(stage.terminal.out.find("WHO") != std::string::npos);
    CHECK(stage.terminal.out.find("Ben") != std::string::npos);
    CHECK(stage.terminal.out.find("KIND") != std::string::npos);
    CHECK(stage.terminal.out.find("machine") != std::string::npos);
}

TEST_CASE("token revoke needs a yes") {
    Stage stage;
    stage.answer(200, me);
    stage.answer(200, R"({"id":"t1"})");

    CHECK(stage.run({"token", "revoke", "t1"}) == 2);
    CHECK(stage.run({"token", "revoke", "t1", "--yes"}) == 0);

    CHECK(stage.asked(1).path == "organizations/o1/tokens/t1");
}

TEST_CASE("voice set sends the text of its file to the workspace") {
    Stage stage;
    stage.terminal.input = "Short sentences.\n";
    stage.answer(200, me);
    stage.answer(201, R"({"id":"v1","name":"calm","text":"Short sentences."})");

    CHECK(stage.run({"voice", "set", "calm", "-"}) == 0);

    CHECK(stage.asked(1).path == "workspaces/w1/voices");
    CHECK(stage.asked_json(1) == Json::parse(R"({"name":"calm","text":"Short sentences."})"));
}

TEST_CASE("voice set takes a file of Windows for the same text") {
    Stage stage;
    stage.terminal.input = "Short sentences.\r\nNo jargon.\r\n";
    stage.answer(200, me);
    stage.answer(201, R"({"id":"v1","name":"calm","text":"Short sentences.\nNo jargon."})");

    CHECK(stage.run({"voice", "set", "calm", "-"}) == 0);

    CHECK(stage.asked_json(1).at("text") == "Short sentences.\nNo jargon.");
}

TEST_CASE("voice delete names the voice in the path") {
    Stage stage;
    stage.answer(200, me);
    stage.answer(200, R"({"deleted":true})");

    CHECK(stage.run({"voice", "delete", "very calm", "--yes"}) == 0);

    CHECK(stage.asked(1).path == "workspaces/w1/voices/very%20calm");
}

TEST_CASE("workspace set changes the zone of the caller's own") {
    Stage stage;
    stage.answer(200, me);
    stage.answer(200, workspace);

    CHECK(stage.run({"workspace", "set", "--zone", "Europe/Berlin"}) == 0);

    CHECK(stage.asked(1).method == "PATCH");
    CHECK(stage.asked_json(1) == Json::parse(R"({"zone":"Europe/Berlin"})"));
    CHECK(stage.run({"workspace", "set"}) == 2);
}

TEST_CASE("a workspace may be named by its name or a part of its id") {
    Stage stage;
    stage.answer(200, R"({"id":"bbbb-2222","name":"two and a half"})");
    stage.answer(200, workspace);
    stage.answer(
        404,
        R"({"title":"Not found","status":404,"detail":"There is no workspace three",)"
        R"("code":"not_found"})");

    CHECK(stage.run({"workspace", "show", "--workspace", "two and a half"}) == 0);
    CHECK(stage.run({"workspace", "show", "--workspace", "three"}) == 5);
    CHECK(stage.run({"workspace", "show", "--workspace", ""}) == 2);

    CHECK(stage.asked(0).path == "workspaces/two%20and%20a%20half");
    CHECK(stage.asked(1).path == "workspaces/bbbb-2222");
}

constexpr auto acme = R"({"id":"o2","name":"Acme","slug":"acme","role":"admin","created_at":)"
                      R"("2026-11-22T09:00:00.000Z","disabled_at":null})";

TEST_CASE("org show names the organization and the role") {
    Stage stage;
    stage.answer(200, me);
    stage.answer(200, acme);

    CHECK(stage.run({"org", "show"}) == 0);

    CHECK(stage.asked(1).path == "organizations/o1");
    CHECK(stage.terminal.out.starts_with("organization  o2\nname          Acme\n"));
    CHECK(stage.terminal.out.find("you are       admin\n") != std::string::npos);
}

TEST_CASE("an organization may be named, and its name travels encoded") {
    Stage stage;
    stage.answer(200, acme);

    CHECK(stage.run({"org", "rename", "Acme Inc.", "--org", "a b/c"}) == 0);
    CHECK(stage.run({"org", "show", "--org", ""}) == 2);

    CHECK(stage.asked().method == "PATCH");
    CHECK(stage.asked().path == "organizations/a%20b%2Fc");
    CHECK(stage.asked_json() == Json::parse(R"({"name":"Acme Inc."})"));
}

TEST_CASE("deleting an organization takes its name") {
    Stage stage;
    stage.answer(200, R"({"id":"o2","deleted":true})");

    CHECK(stage.run({"org", "delete", "acme", "--yes"}) == 2);
    CHECK(stage.run({"org", "delete", "acme", "--confirm", "Acme"}) == 0);

    CHECK(stage.asked().method == "DELETE");
    CHECK(stage.asked().query == Query{{"confirm", "Acme"}});
}

TEST_CASE("org roles shows the table of the API") {
    Stage stage;
    stage.answer(
        200,
        R"({"items":[{"action":"write","what":"make","roles":["owner","admin","member"],)"
        R"("scope":"draft"}],"next_cursor":null})");

    CHECK(stage.run({"org", "roles"}) == 0);

    CHECK(
        stage.terminal.out.find("write   yes    yes    yes     -       draft") !=
        std::string::npos);
}

TEST_CASE("org audit verify says what is wrong and fails") {
    Stage stage;
    stage.answer(200, me);
    stage.answer(200, R"({"is_sound":true,"rows":12,"head":"ab","has_head":null,"faults":[]})");
    stage.answer(200, me);
    stage.answer(
        200,
        R"({"is_sound":false,"rows":12,"head":"ab","has_head":false,"faults":[)"
        R"({"number":3,"rule":"changed","message":"Row 3 is not as it was written"}]})");

    CHECK(stage.run({"org", "audit", "--verify"}) == 0);
    CHECK(stage.terminal.out == "sound, 12 rows, head ab\n");
    CHECK(stage.run({"org", "audit", "--head", "cd"}) == 1);

    CHECK(stage.asked(1).path == "organizations/o1/audit/verification");
    CHECK(stage.asked(3).query == Query{{"head", "cd"}});
    CHECK(stage.terminal.out.find("Row 3 is not as it was written\n") != std::string::npos);
    CHECK(stage.terminal.out.find("No row has the digest") != std::string::npos);
}

TEST_CASE("member invite prints the token, into which organization it is and what to do with it") {
    Stage stage;
    stage.answer(200, me);
    stage.answer(201, R"({"id":"i1","token":"caasi_abc","organization":"Acme","role":"viewer"})");

    CHECK(stage.run({"member", "invite", "ben@example.org", "--role", "viewer"}) == 0);

    CHECK(stage.asked(1).path == "organizations/o1/invitations");
    CHECK(stage.asked_json(1) == Json::parse(R"({"email":"ben@example.org","role":"viewer"})"));
    CHECK(stage.terminal.out == "caasi_abc\n");
    CHECK(
        stage.terminal.err.find("ben@example.org is invited into Acme as viewer.\n") !=
        std::string::npos);
    CHECK(stage.terminal.err.find("caas member accept") != std::string::npos);
}

TEST_CASE("members are removed and left with a yes only") {
    Stage stage;
    CHECK(stage.run({"member", "remove", "ben"}) == 2);
    CHECK(stage.script.asked.empty());
    stage.answer(200, me);
    CHECK(stage.run({"member", "leave"}) == 2);

    stage.answer(200, me);
    stage.answer(200, R"({"id":"p2","deleted":true})");
    CHECK(stage.run({"member", "remove", "ben@example.org", "--yes"}) == 0);
    CHECK(stage.asked(2).path == "organizations/o1/members/ben%40example.org");
}

TEST_CASE("an invitation is accepted from standard input") {
    Stage stage;
    stage.terminal.input = "caasi_abc\n";
    stage.answer(200, acme);

    CHECK(stage.run({"member", "accept", "-"}) == 0);

    CHECK(stage.asked().path == "invitations/accept");
    CHECK(stage.asked_json() == Json::parse(R"({"token":"caasi_abc"})"));
    CHECK(stage.terminal.err.find("CAAS_ORGANIZATION=acme") != std::string::npos);
}

TEST_CASE("admin disables and enables people and organizations, on this machine only") {
    Stage stage;
    stage.answer(200, "{}");
    stage.answer(200, "{}");

    CHECK(stage.run({"admin", "disable", "user", "eve@example.org"}) == 2);
    CHECK(stage.run({"admin", "disable", "user", "eve@example.org", "--yes"}) == 0);
    CHECK(stage.run({"admin", "enable", "organization", "evil"}) == 0);
    CHECK(stage.run({"admin", "enable", "robot", "evil"}) == 2);
    CHECK(stage.run({"admin", "users", "--server", "http://127.0.0.1:1"}) == 2);

    CHECK(stage.asked(0).path == "admin/users/eve%40example.org/disable");
    CHECK(stage.asked(1).path == "admin/organizations/evil/enable");
}

TEST_CASE("admin ends the second factor of a person who lost it, once it is confirmed") {
    Stage stage;
    stage.answer(200, R"({"name": "Ben", "email": "ben@example.org"})");

    CHECK(stage.run({"admin", "end-factor", "ben@example.org"}) == 2);
    CHECK(stage.run({"admin", "end-factor", "01ab", "--yes"}) == 0);

    CHECK(stage.asked().path == "admin/users/01ab/end-factor");
    CHECK(
        stage.terminal.err.find(
            "The second factor of Ben (ben@example.org) is ended. They are told by mail.") !=
        std::string::npos);
}

TEST_CASE("variables say where commands act") {
    Stage stage;
    stage.terminal.variables["CAAS_ORGANIZATION"] = "Grün & Co";
    stage.terminal.variables["CAAS_WORKSPACE"] = "second";
    stage.answer(200, me);
    stage.answer(200, acme);

    CHECK(stage.run({"org", "show"}) == 0);

    const net::Headers expected{
        {"Caas-Organization", "Gr%C3%BCn%20%26%20Co"}, {"Caas-Workspace", "second"}};
    CHECK(stage.asked(0).headers == expected);
    CHECK(stage.asked(1).headers == expected);
}

TEST_CASE("status says when nothing is sent because no daemon runs") {
    Stage stage;
    stage.answer(
        200,
        R"({"version":"0.1.0","daemon":{"is_running":false,"description":null},"queue":)"
        R"({"waiting":2,"due":1,"in_hand":0,"unconfirmed":0,"next_due":"2026-11-22T12:00:00.000Z",)"
        R"("lateness_ms":65000}})");

    CHECK(stage.run({"status"}) == 0);

    CHECK(stage.terminal.out.find("daemon       not running\n") != std::string::npos);
    CHECK(stage.terminal.out.find("late by      1 min 5 s\n") != std::string::npos);
    CHECK(stage.terminal.err.find("caasd --once") != std::string::npos);
}

TEST_CASE("platforms shows limits and providers who is ready") {
    Stage stage;
    stage.answer(
        200,
        R"({"items":[{"id":"x","title":"X","can_publish":false,)"
        R"("limits":{"text":280,"unit":"weighted","has_threads":true}},)"
        R"({"id":"outbox","title":"Outbox","can_publish":true,"limits":{"text":null}}]})");
    stage.answer(
        200,
        R"({"items":[{"id":"openai","title":"OpenAI","model":"gpt","is_configured":false,)"
        R"("is_default":false},{"id":"offline","title":"Offline","is_configured":true,)"
        R"("is_default":true}]})");

    CHECK(stage.run({"platforms"}) == 0);
    CHECK(stage.run({"providers"}) == 0);

    CHECK(
        stage.terminal.out ==
        "PLATFORM  TITLE   TEXT          THREADS  PUBLISHES\n"
        "x         X       280 weighted  yes      no\n"
        "outbox    Outbox                         yes\n"
        "PROVIDER  TITLE    MODEL  READY   DEFAULT\n"
        "openai    OpenAI   gpt    no key\n"
        "offline   Offline         yes     yes\n");
}

}  // namespace
}  // namespace caas::cli
