#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/config/servers.h"
#include "tests/cli/stage.h"
#include "tests/fake/folder.h"

namespace caas::cli {
namespace {

constexpr auto me = R"({"name":"ana","scope":"publish","organization":{"id":"o1","name":"Acme"}})";
constexpr auto denied = R"({"title":"Not signed in","status":401,"detail":"This needs a token",)"
                        R"("code":"unauthenticated"})";
constexpr auto server = "https://caas.example.org";

// A person with a home of their own.
struct Desk : Stage {
    Desk() { terminal.variables["CAAS_HOME"] = folder.path().string(); }

    std::string kept(const std::string& url = server) const {
        const auto found = config::find_server(folder / "servers.toml", url);
        return found ? found->token.reveal() : std::string();
    }

    void keep(const std::string& url, const std::string& token) const {
        config::remember_server(folder / "servers.toml", {url, Secret(token), "ana", ""});
    }

    fake::Folder folder;
};

TEST_CASE("login with a token checks it and keeps it for its server") {
    Desk desk;
    desk.terminal.input = "  caas_abc \n";
    desk.answer(200, me);

    CHECK(desk.run({"login", "--server", "https://caas.example.org/api/v1/", "--token", "-"}) == 0);

    CHECK(desk.asked().path == "auth/me");
    CHECK(desk.opened.back().token.reveal() == "caas_abc");
    CHECK(desk.opened.back().is_signing_in);
    CHECK(desk.kept() == "caas_abc");
    CHECK(desk.terminal.err.find("as ana at Acme, with scope publish") != std::string::npos);
    CHECK(desk.terminal.out.empty());
}

TEST_CASE("a token that the server does not accept is not kept") {
    Desk desk;
    desk.terminal.input = "caas_abc\n";
    desk.answer(401, denied);

    CHECK(desk.run({"login", "--server", server, "--token", "-"}) == 3);

    CHECK(desk.terminal.err.find("does not accept this token") != std::string::npos);
    CHECK(desk.kept().empty());
}

TEST_CASE("a password is never sent as a token") {
    Desk desk;
    desk.terminal.input = "hunter2\n";

    CHECK(desk.run({"login", "--server", server, "--token", "-"}) == 4);
    CHECK(desk.run({"login", "--server", server, "--token", "caas_abc"}) == 2);
    CHECK(desk.run({"login", "--server", server, "--token", "-"}) == 4);

    CHECK(desk.script.asked.empty());
    CHECK(desk.terminal.err.find("hunter2") == std::string::npos);
}

TEST_CASE("login needs a server, and a person or a token") {
    Desk desk;

    CHECK(desk.run({"login", "--token", "-"}) == 2);
    CHECK(desk.run({"login", "--server", server}) == 2);
    CHECK(desk.run({"login", "--server", "http://caas.example.org", "--token", "-"}) == 2);
    CHECK(desk.run({"login", "--server", server, "--token", "-", "--scope", "read"}) == 2);

    CHECK(desk.script.asked.empty());
}

constexpr auto begun =
    R"({"device_code":"secret","user_code":"BCDF-GHJK","interval":5,"expires_in":600,)"
    R"("verification_uri":"https://caas.example.org/device",)"
    R"("verification_uri_complete":"https://caas.example.org/device?code=BCDF-GHJK"})";

TEST_CASE("login in a browser shows link and code and waits for the approval") {
    Desk desk;
    desk.terminal.err_is_terminal = true;
    desk.terminal.variables["TERM"] = "dumb";
    desk.answer(200, begun);
    desk.answer(400, R"({"code":"authorization_pending","error":"authorization_pending"})");
    desk.answer(429, R"({"code":"rate_limited","error":"slow_down"})");
    desk.answer(200, R"({"access_token":"caas_new","token_type":"Bearer"})");
    desk.answer(200, me);
    const auto start = desk.clock.now();

    CHECK(
        desk.run(
            {"login", "--server", server, "--scope", "draft", "--name", "laptop", "--quiet"}) == 0);

    CHECK(desk.asked_json(0) == Json{{"name", "laptop"}, {"scope", "draft"}});
    CHECK(desk.asked_json(1) == Json{{"device_code", "secret"}});
    CHECK(desk.terminal.err.find("/device?code=BCDF-GHJK") != std::string::npos);
    // 5 s, 5 s and, told to slow down, 10 s.
    CHECK(desk.clock.now() - start == std::chrono::seconds(20));
    CHECK(desk.kept() == "caas_new");
}

TEST_CASE("login in a browser ends when the person says no") {
    Desk desk;
    desk.terminal.err_is_terminal = true;
    desk.terminal.variables["TERM"] = "dumb";
    desk.answer(200, begun);
    desk.answer(
        403,
        R"({"code":"forbidden","status":403,"detail":"It was refused","error":"access_denied"})");

    CHECK(desk.run({"login", "--server", server}) == 3);

    CHECK(desk.kept().empty());
}

TEST_CASE("logout revokes the token and forgets it") {
    Desk desk;
    desk.keep(server, "caas_abc");
    desk.answer(200, R"({"id":"t1"})");

    CHECK(desk.run({"logout"}) == 0);

    CHECK(desk.asked().method == "DELETE");
    CHECK(desk.asked().path == "auth/token");
    CHECK(desk.opened.back().server == server);
    CHECK(desk.opened.back().token.reveal() == "caas_abc");
    CHECK(desk.kept().empty());
    CHECK(desk.run({"logout"}) == 5);
}

TEST_CASE("logout keeps the token when it could not be revoked, unless told not to try") {
    Desk desk;
    desk.keep(server, "caas_abc");
    desk.answer(503, R"({"code":"unavailable","detail":"busy"})");

    CHECK(desk.run({"logout", "--server", server}) == 75);
    CHECK(desk.kept() == "caas_abc");
    CHECK(desk.run({"logout", "--server", server, "--keep-token"}) == 0);

    CHECK(desk.kept().empty());
    CHECK(desk.script.asked.size() == 1);
}

TEST_CASE("a token that has expired is forgotten all the same") {
    Desk desk;
    desk.keep(server, "caas_abc");
    desk.answer(401, denied);

    CHECK(desk.run({"logout"}) == 0);

    CHECK(desk.kept().empty());
}

TEST_CASE("logout asks which server when there are several") {
    Desk desk;
    desk.keep(server, "caas_abc");
    desk.keep("https://other.example", "caas_def");

    CHECK(desk.run({"logout"}) == 2);
    CHECK(desk.run({"logout", "--server", "https://third.example"}) == 5);
    desk.answer(200, "{}");
    CHECK(desk.run({"logout", "--server", "https://other.example"}) == 0);

    CHECK(desk.kept() == "caas_abc");
}

TEST_CASE("a refusal of another version says which versions they are") {
    Desk desk;
    desk.answer(404, R"({"code":"not_found","detail":"There is no such route"})");
    desk.answer(200, R"({"version":"9.0.0"})");
    desk.answer(404, R"({"code":"not_found","detail":"There is no content abcd"})");
    desk.answer(200, R"({"version":")" CAAS_VERSION R"("})");

    CHECK(desk.run({"voice", "list", "--server", server}) == 5);
    const auto first = std::exchange(desk.terminal.err, {});
    CHECK(desk.run({"content", "show", "abcd", "--server", server}) == 5);

    CHECK(first.find("this is caas " CAAS_VERSION) != std::string::npos);
    CHECK(first.find("runs 9.0.0") != std::string::npos);
    CHECK(desk.terminal.err.find("this is caas") == std::string::npos);
}

TEST_CASE("without a token elsewhere the way in is shown") {
    Desk desk;
    desk.answer(401, denied);
    desk.answer(401, denied);

    CHECK(desk.run({"posts", "list", "--server", server}) == 3);
    CHECK(
        desk.terminal.err.find("caas login --server https://caas.example.org") !=
        std::string::npos);
    desk.terminal.variables["CAAS_TOKEN"] = "caas_old";
    CHECK(desk.run({"posts", "list", "--server", server, "--json"}) == 3);

    CHECK(desk.terminal.err.ends_with(std::string(denied) + "\n"));
}

}  // namespace
}  // namespace caas::cli
