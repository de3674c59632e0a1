// Connecting with a browser over the API, and what its answers and the log hold.
#include <doctest/doctest.h>

#include "core/access/identity.h"
#include "core/base/file.h"
#include "core/net/url.h"
#include "core/sandbox/authorization.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Answer;
using api::Server;

constexpr auto loopback = "http://127.0.0.1:8765/callback";

struct Desk : Server {
    explicit Desk(const std::string& public_url = "")
        : Server(
              {{"CAAS_PLATFORMS_X_CLIENT_ID", "x-client"},
               {"CAAS_PLATFORMS_X_CLIENT_SECRET", "x-client-secret"},
               {"CAAS_HTTP_PUBLIC_URL", public_url}}) {
        x.add_client(
            "x-client", "x-client-secret", {loopback, public_url + "/api/v1/oauth/x/callback"});
        home.http.handler = [this](const net::Request& request) { return x.handle(request); };
    }

    Answer begin(Json body) { return call("POST", "/api/v1/accounts/x/connect", body); }

    static std::string id_of(const Answer& answer) {
        return answer.json.at("id").get<std::string>();
    }

    std::string approve(const Answer& begun) { return x.approve(link_of(begun)); }

    static std::string link_of(const Answer& begun) {
        return begun.json.at("authorize_url").get<std::string>();
    }

    Answer finish(const Answer& begun, const std::string& answer) {
        return call("POST", "/api/v1/sign-ins/" + id_of(begun) + "/finish", {{"answer", answer}});
    }

    // As a browser that nobody knows.
    Answer browse(const std::string& url, net::Headers headers = {}) {
        const auto parsed = net::parse_url(url);
        return send(
            "GET",
            parsed->path + "?" + parsed->query,
            nullptr,
            std::optional<access::Principal>{},
            std::move(headers));
    }

    Answer press(const std::string& confirmation, const std::string& identity) {
        return send(
            "POST",
            "/api/v1/oauth/x/callback",
            std::make_unique<api::TextBody>(
                net::form_encode({{"confirmation", confirmation}, {"identity", identity}})),
            std::optional<access::Principal>{},
            {{"Content-Type", "application/x-www-form-urlencoded"}});
    }

    sandbox::PretendXSignIn x{home.clock};
};

std::string between(const std::string& text, const std::string& from, const std::string& to) {
    const auto start = text.find(from) + from.size();
    return text.substr(start, text.find(to, start) - start);
}

TEST_CASE("what happens to a post nobody can tell about travels with a sign-in with a browser") {
    Desk it;
    const auto connect = [&](Json more) {
        more["redirect_uri"] = loopback;
        const auto begun = it.begin(more);
        REQUIRE(begun.status == 202);
        return it.finish(begun, it.approve(begun)).json.at("account").at("on_unknown");
    };

    CHECK(connect(Json::object()) == "ask");
    CHECK(connect({{"on_unknown", "resend"}}) == "resend");
    CHECK(connect(Json::object()) == "resend");
    CHECK(connect({{"on_unknown", "ask"}}) == "ask");

    const auto refused = it.begin({{"redirect_uri", loopback}, {"on_unknown", "guess"}});
    CHECK(refused.status == 422);
    CHECK(refused.json.at("errors").at(0).at("pointer") == "/on_unknown");
}

TEST_CASE("what happens to a post nobody can tell about outlives the page of the daemon") {
    Desk desk("https://caas.example.org");
    const auto begun = desk.begin({{"on_unknown", "resend"}});
    const auto page = desk.browse(desk.approve(begun));

    desk.press(between(page.text, "name=\"confirmation\" value=\"", "\""), "2244994945");

    const auto shown = desk.call("GET", "/api/v1/sign-ins/" + Desk::id_of(begun));
    CHECK(shown.json.at("account").at("on_unknown") == "resend");
}

TEST_CASE("connect answers with a link and a handle, and finish with the account") {
    Desk desk;
    const auto begun = desk.begin({{"name", "work"}, {"redirect_uri", loopback}});
    CHECK(begun.status == 202);
    CHECK(begun.json.at("state") == "waiting");
    CHECK(begun.header("Cache-Control") == "no-store");
    CHECK(begun.header("Set-Cookie").empty());
    const auto shown = desk.call("GET", "/api/v1/sign-ins/" + Desk::id_of(begun));
    CHECK(shown.json.at("authorize_url").is_null());
    CHECK(shown.json.at("state") == "waiting");

    const auto done = desk.finish(begun, desk.approve(begun));
    CHECK(done.status == 200);
    CHECK(done.json.at("state") == "done");
    CHECK(done.json.at("account").at("name") == "work");
    CHECK(done.json.at("account").at("handle") == "sandbox");
    CHECK(desk.wakes == 1);
    const auto after = desk.call("GET", "/api/v1/sign-ins/" + Desk::id_of(begun));
    CHECK(after.json.at("account").at("name") == "work");
}

TEST_CASE("a check tells scopes and times") {
    Desk desk;
    desk.x.set_granted({"tweet.read", "users.read", "offline.access"});
    const auto begun = desk.begin({{"redirect_uri", loopback}});
    desk.finish(begun, desk.approve(begun));
    const auto checked = desk.call("POST", "/api/v1/accounts/sandbox/check");
    CHECK(checked.status == 200);
    const auto& identity = checked.json.at("identity");
    CHECK(identity.at("scopes") == "tweet.read users.read offline.access");
    CHECK(identity.at("missing_scopes") == Json{"tweet.write", "media.write"});
    CHECK(identity.at("expires_at") == "2026-11-22T12:00:00.000Z");
    CHECK(identity.at("renews") == true);
    CHECK(identity.at("ends_at").is_null());
}

TEST_CASE("a browser that comes back to the daemon sees for whom it is, and presses a button") {
    Desk desk("https://caas.example.org");
    const auto begun = desk.begin(Json::object());
    CHECK(begun.json.at("redirect_uri") == "https://caas.example.org/api/v1/oauth/x/callback");

    const auto page = desk.browse(desk.approve(begun));

    CHECK(page.status == 200);
    CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
    CHECK(page.header("Referrer-Policy") == "same-origin");
    CHECK(page.header("Cache-Control") == "no-store");
    CHECK(page.header("Content-Security-Policy").find("default-src 'none'") != std::string::npos);
    CHECK(page.text.find("<strong>ana</strong>") != std::string::npos);
    CHECK(page.text.find("Connect Sandbox (sandbox)") != std::string::npos);
    const auto waiting = desk.call("GET", "/api/v1/sign-ins/" + Desk::id_of(begun));
    CHECK(waiting.json.at("state") == "choosing");
    CHECK(waiting.json.at("confirms_in_browser") == true);

    const auto confirmation = between(page.text, "name=\"confirmation\" value=\"", "\"");
    const auto end = desk.press(confirmation, "2244994945");
    CHECK(end.text.find("<h1>Connected</h1>") != std::string::npos);
    CHECK(desk.wakes == 1);
    const auto shown = desk.call("GET", "/api/v1/sign-ins/" + Desk::id_of(begun));
    CHECK(shown.json.at("account").at("name") == "sandbox");
    CHECK(
        desk.press(confirmation, "2244994945").text.find("No sign-in waits here") !=
        std::string::npos);
}

TEST_CASE("what fails when the button is pressed is said to the browser and to who waits") {
    Desk desk("https://caas.example.org");
    const auto begun = desk.begin({{"name", "work"}});
    const auto page = desk.browse(desk.approve(begun));
    // Meanwhile somebody else takes the name.
    desk.home.store.write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE account SET name = 'work' WHERE name = 'outbox'", {});
    });

    const auto end =
        desk.press(between(page.text, "name=\"confirmation\" value=\"", "\""), "2244994945");

    CHECK(end.status == 409);
    CHECK(end.text.find("There is another account named") != std::string::npos);
    const auto shown = desk.call("GET", "/api/v1/sign-ins/" + Desk::id_of(begun)).json;
    CHECK(shown.at("state") == "failed");
    CHECK(shown.at("code") == "conflict");
    CHECK(shown.at("message").get<std::string>().find("named 'work'") != std::string::npos);
}

TEST_CASE("a name that another platform's account has is refused before a browser opens") {
    Desk desk;
    const auto refused = desk.begin({{"name", "outbox"}, {"redirect_uri", loopback}});
    CHECK(refused.status == 409);
    CHECK(refused.json.at("errors").at(0).at("rule") == "account.name.taken");
    CHECK(desk.begin({{"name", "a\nb"}, {"redirect_uri", loopback}}).status == 422);
    CHECK(desk.home.count("oauth_sign_in") == 0);
}

TEST_CASE("the browser of a signed-in person carries a cookie and sees at once that it is done") {
    Desk desk("https://caas.example.org");
    auto person = desk.home.remote();
    person.session = access::SessionId("a-session");
    const auto begun = desk.as(person, "POST", "/api/v1/accounts/x/connect", Json::object());
    const auto cookie = begun.header("Set-Cookie");
    CHECK(
        cookie.find("; Path=/api/v1/oauth; HttpOnly; SameSite=Lax; Max-Age=600; Secure") !=
        std::string::npos);
    const auto page =
        desk.browse(desk.approve(begun), {{"Cookie", cookie.substr(0, cookie.find(';'))}});
    CHECK(page.text.find("<h1>Connected</h1>") != std::string::npos);
}

TEST_CASE("what goes wrong in the browser is said on a page, and nothing of it is repeated there") {
    Desk desk("https://caas.example.org");
    const auto begun = desk.begin(Json::object());
    const auto denied = desk.browse(desk.x.deny(Desk::link_of(begun)));
    CHECK(denied.status == 409);
    CHECK(denied.text.find("It was refused at X") != std::string::npos);
    for (const auto* query :
         {"?code=abc&state=def",
          "?error=%3Cscript%3E&state=x",
          "?code=%3Cscript%3Ealert(1)%3C/script%3E&state=%3Cscript%3E",
          "?",
          "?iss=https%3A%2F%2Fx.com&foo=bar"}) {
        const auto page =
            desk.browse("https://caas.example.org/api/v1/oauth/x/callback" + std::string(query));
        CHECK(page.status == 409);
        CHECK(page.text.find("No sign-in waits here") != std::string::npos);
        CHECK(page.text.find("<script") == std::string::npos);
    }
    CHECK(desk.home.count("account") == 1);
}

TEST_CASE("no answer, error, log line or row holds a token, a code or a secret") {
    Desk desk("https://caas.example.org");
    std::string said;
    const auto hear = [&](const Answer& answer) {
        said += answer.text;
        for (const auto& [name, value] : answer.headers)
            said += name + ": " + value + "\n";
        return answer;
    };
    // By this machine, by the daemon, refused, too late, renewed, lost, checked, disconnected.
    const auto begun = desk.begin({{"name", "one"}, {"redirect_uri", loopback}});
    hear(desk.finish(begun, desk.approve(begun)));
    const auto other = desk.begin({{"name", "two"}});
    hear(desk.browse(desk.approve(other)));
    const auto late = desk.begin({{"redirect_uri", loopback}});
    const auto back = desk.approve(late);
    desk.home.clock.advance(std::chrono::minutes(1));
    hear(desk.finish(late, back));
    hear(desk.finish(late, back));
    hear(desk.call("POST", "/api/v1/accounts/one/check"));
    desk.home.clock.advance(std::chrono::hours(3));
    hear(desk.call("POST", "/api/v1/accounts/one/check"));
    desk.x.revoke_all();
    hear(desk.call("POST", "/api/v1/accounts/one/check"));
    hear(desk.call("GET", "/api/v1/accounts"));
    hear(desk.call("GET", "/api/v1/sign-ins/" + Desk::id_of(begun)));
    hear(desk.call("DELETE", "/api/v1/accounts/one"));

    auto secrets = desk.x.given();
    CHECK(secrets.size() >= 8);
    secrets.emplace_back("x-client-secret");
    for (const auto& secret : secrets) {
        CAPTURE(secret);
        CHECK(said.find(secret) == std::string::npos);
        for (const auto& file :
             std::filesystem::recursive_directory_iterator(desk.home.folder.path())) {
            if (file.is_regular_file())
                CHECK(read_file(file.path(), 64U << 20U).find(secret) == std::string::npos);
        }
    }
}

}  // namespace
}  // namespace caas
