// People: registering, signing in, staying in, recovering, going out.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/access/identity.h"
#include "core/access/invitation.h"
#include "core/access/token.h"
#include "core/access/totp.h"
#include "tests/core/api/auth_rig.h"

namespace caas {
namespace {

using namespace std::chrono_literals;

using api::Auth;
using api::other_words;
using api::secret_words;

TEST_CASE("whoever registers is the owner of an organization and workspace of their own") {
    Auth it;

    const auto answer = it.join();

    CHECK(answer.status == 201);
    const auto me = it.principal(Auth::access_token(answer));
    REQUIRE(me);
    CHECK(me->role == access::Role::owner);
    CHECK_FALSE(me->organization.empty());
    CHECK(me->organization != it.home.owner.organization);
    CHECK_FALSE(me->workspace.empty());
    CHECK_FALSE(me->is_installation_owner);
    const auto shown = it.from("192.0.2.1", "GET", "me", nullptr, Auth::access_token(answer));
    CHECK(shown.json.at("email") == "ana@example.org");
    CHECK(shown.json.at("name") == "ana");
    CHECK(shown.json.at("has_verified_email") == false);
    CHECK(shown.json.at("session_id") == answer.json.at("session_id"));
    CHECK(it.posts == 1);
    CHECK(answer.header("Cache-Control") == "no-store");
}

TEST_CASE("nobody registers where that is closed, but whoever is invited") {
    Auth it{{}};
    CHECK(it.join().code() == "forbidden");
    const auto invited = it.home.store.write([&](store::Transaction& transaction) {
        return access::create_invitation(
            transaction,
            it.home.ids,
            it.home.random,
            it.home.clock.now(),
            it.home.owner.organization,
            it.home.owner.person,
            "ben@example.org",
            access::Role::viewer);
    });
    const auto join = [&](const std::string& email, const std::string& invitation) {
        return it.post(
            "register", {{"email", email}, {"password", secret_words}, {"invitation", invitation}});
    };

    CHECK(join("ben@example.org", "caasi_x").code() == "not_found");
    CHECK(join("eve@example.org", invited.text.reveal()).code() == "forbidden");
    const auto answer = join("ben@example.org", invited.text.reveal());
    CHECK(answer.status == 201);
    const auto ben = it.principal(Auth::access_token(answer));
    REQUIRE(ben);
    CHECK(ben->organization == it.home.owner.organization);
    CHECK(ben->role == access::Role::viewer);
    CHECK(join("ben2@example.org", invited.text.reveal()).code() == "not_found");
    CHECK(it.home.count("person") == 2);
}

TEST_CASE("whoever belongs to two organizations says in which they write") {
    Auth it;
    const auto token = Auth::access_token(it.join());
    const auto own = it.principal(token);
    const auto there = it.home.owner.organization.text();
    const auto write = [&](const Json& more) {
        Json body{{"prompt", "Announce it"}, {"provider", "offline"}};
        body.update(more);
        return it.as(*it.principal(token), "POST", "/api/v1/content/generate", body);
    };
    const auto contents_in = [&](const WorkspaceId& workspace) {
        return it.home.store.read([&](store::Reader& reader) {
            return reader.query("SELECT id FROM content WHERE workspace_id = $1", {workspace})
                .size();
        });
    };
    CHECK(write({{"organization_id", there}}).code() == "not_found");

    it.home.clock.advance(1s);
    it.home.store.write([&](store::Transaction& transaction) {
        access::set_member(
            transaction,
            it.home.clock.now(),
            it.home.owner.organization,
            own->person,
            access::Role::viewer);
    });
    CHECK(write({{"organization_id", there}}).code() == "forbidden");
    it.home.store.write([&](store::Transaction& transaction) {
        access::set_member(
            transaction,
            it.home.clock.now(),
            it.home.owner.organization,
            own->person,
            access::Role::member);
    });
    CHECK(write({{"organization_id", there}}).status == 201);
    CHECK(contents_in(it.home.owner.workspace) == 1);
    CHECK(write({{"organization_id", own->organization.text()}}).status == 201);
    CHECK(write(Json::object()).status == 201);
    CHECK(contents_in(own->workspace) == 2);
}

TEST_CASE("an address that is taken and a password that is weak make nobody") {
    Auth it;
    it.join();

    CHECK(it.join("ANA@example.org").code() == "conflict");
    CHECK(it.join("not an address").code() == "invalid");
    CHECK(
        it.post("register", {{"email", "b@example.org"}, {"password", "short"}}).code() ==
        "invalid");
    CHECK(
        it.post(
              "register",
              {{"email", "b@example.org"}, {"password", secret_words}, {"zone", "Mars"}})
            .code() == "invalid");
    CHECK(it.home.count("person") == 2);
    CHECK(it.home.count("organization") == 2);
}

TEST_CASE("a person signs in with the right password and nobody with another") {
    Auth it;
    it.join();

    const auto right = it.login(secret_words);
    const auto wrong = it.login(other_words);
    const auto stranger =
        it.post("login", {{"email", "eve@example.org"}, {"password", secret_words}});

    CHECK(right.status == 200);
    CHECK(right.json.at("token_type") == "Bearer");
    CHECK(right.json.at("expires_in") == 900);
    CHECK(it.principal(Auth::access_token(right)));
    CHECK(wrong.status == 401);
    // Whether somebody is here is not to be told from the answer.
    auto wrong_json = wrong.json;
    auto stranger_json = stranger.json;
    wrong_json.erase("request_id");
    stranger_json.erase("request_id");
    CHECK(wrong_json == stranger_json);
    CHECK(it.post("login", {{"email", "x"}, {"password", secret_words}}).status == 401);
    CHECK(it.post("login", {{"email", "local"}, {"password", ""}}).status == 401);
}

TEST_CASE("a person without a password cannot sign in by an empty one") {
    Auth it;
    it.home.store.write([&](store::Transaction& transaction) {
        access::set_email(transaction, it.home.owner.person, "owner@example.org");
    });

    for (const auto* password : {"", "null", secret_words})
        CHECK(
            it.post("login", {{"email", "owner@example.org"}, {"password", password}}).status ==
            401);
}

TEST_CASE("guessing is slowed down by account, wherever it comes from") {
    Auth it;
    const auto joined = it.join();
    const auto guess = [&](int i, const std::string& email) {
        return it.from(
            "198.51.100." + std::to_string(i),
            "POST",
            "login",
            {{"email", email}, {"password", other_words}});
    };
    for (int i = 0; i < 10; ++i)
        CHECK(guess(i, "ana@example.org").status == 401);

    const auto slowed = guess(11, "Ana@example.org");
    CHECK(slowed.status == 429);
    CHECK(slowed.header("Retry-After") == "60");
    for (int i = 0; i < 10; ++i)
        CHECK(guess(i, "nobody@example.org").status == 401);
    // The same for whoever is not there.
    CHECK(guess(11, "nobody@example.org").status == 429);
    CHECK(guess(11, "Nobody@example.org ").status == 429);
    // Ana is not locked out where she was signed in before.
    CHECK(it.login(secret_words).status == 200);
    it.home.clock.advance(1min);
    CHECK(guess(12, "ana@example.org").status == 401);
    CHECK(guess(13, "ana@example.org").status == 429);
}

TEST_CASE("guessing is slowed down by address, whoever is tried") {
    Auth it;
    const auto guess = [&](int i) {
        return it.from(
            "198.51.100.7",
            "POST",
            "login",
            {{"email", "p" + std::to_string(i) + "@example.org"}, {"password", other_words}});
    };
    for (int i = 0; i < 50; ++i)
        CHECK(guess(i).status == 401);

    CHECK(guess(50).status == 429);
    it.home.clock.advance(5s);
    CHECK(guess(51).status == 401);
    CHECK(guess(52).status == 429);
}

TEST_CASE("who signs in has all tries again") {
    Auth it;
    it.join();
    for (int round = 0; round < 4; ++round) {
        for (int i = 0; i < 9; ++i)
            CHECK(it.login(other_words).status == 401);
        CHECK(it.login(secret_words).status == 200);
        it.home.clock.advance(1min);
    }
}

TEST_CASE("browsers keep the refresh token in a cookie that scripts of pages never see") {
    Auth it;
    it.join();

    const auto answer =
        it.post("login", {{"email", "ana@example.org"}, {"password", secret_words}});

    const auto cookie = answer.header("Set-Cookie");
    CHECK_FALSE(answer.json.contains("refresh_token"));
    CHECK(cookie.starts_with("caas_refresh=caasr_"));
    for (const auto* part :
         {"; Path=/api/v1/auth",
          "; HttpOnly",
          "; Secure",
          "; SameSite=Strict",
          "; Max-Age=2592000"})
        CHECK(cookie.find(part) != std::string::npos);
    const auto pair = cookie.substr(0, cookie.find(';'));
    const auto next = it.post("refresh", nullptr, "", "a=b; " + pair + "; c=d");
    CHECK(next.status == 200);
    CHECK_FALSE(next.json.contains("refresh_token"));
    CHECK(next.header("Set-Cookie").substr(0, pair.size()) != pair);
    CHECK(it.post("refresh", nullptr, "", pair).status == 401);
    CHECK(it.post("refresh", nullptr, "", "caas_refreshx=1; xcaas_refresh=2").status == 401);
}

TEST_CASE("only on this machine a cookie goes without TLS") {
    Auth it;
    it.join();
    const auto cookie = [&](const std::string& host) {
        const Json body{{"email", "ana@example.org"}, {"password", secret_words}};
        return it
            .send(
                "POST",
                "/api/v1/auth/login",
                std::make_unique<api::TextBody>(body.dump()),
                std::nullopt,
                {{"Content-Type", "application/json"}, {"Host", host}})
            .header("Set-Cookie");
    };

    CHECK(cookie("localhost:8000").find("Secure") == std::string::npos);
    CHECK(cookie("127.0.0.1:8000").find("Secure") == std::string::npos);
    CHECK(cookie("[::1]:8000").find("Secure") == std::string::npos);
    for (const auto* host :
         {"caas.example.org", "localhost.example.org", "127.0.0.1.example.org", "[::2]", ""})
        CHECK(cookie(host).find("; Secure") != std::string::npos);
}

TEST_CASE("a replayed refresh token ends the session for whoever has the next one") {
    Auth it;
    const auto joined = it.join();
    const auto other = it.login(secret_words);
    const auto second = it.post("refresh", {{"refresh_token", Auth::refresh_token(joined)}});
    CHECK(second.status == 200);
    CHECK(it.principal(Auth::access_token(second)));

    const auto replayed = it.post("refresh", {{"refresh_token", Auth::refresh_token(joined)}});

    CHECK(replayed.status == 401);
    CHECK_FALSE(it.principal(Auth::access_token(second)));
    CHECK_FALSE(it.principal(Auth::access_token(joined)));
    CHECK(it.post("refresh", {{"refresh_token", Auth::refresh_token(second)}}).status == 401);
    CHECK(it.principal(Auth::access_token(other)));
}

TEST_CASE("an access token is good for a quarter of an hour, a session for as long as it is used") {
    Auth it;
    auto answer = it.join();
    it.home.clock.advance(15min);
    CHECK_FALSE(it.principal(Auth::access_token(answer)));

    for (int i = 0; i < 5; ++i) {
        it.home.clock.advance(24h * 29);
        answer = it.post("refresh", {{"refresh_token", Auth::refresh_token(answer)}});
        CHECK(answer.status == 200);
    }
    it.home.clock.advance(24h * 30);
    CHECK(it.post("refresh", {{"refresh_token", Auth::refresh_token(answer)}}).status == 401);
}

TEST_CASE("going out ends the session by its token, its cookie or its refresh token") {
    Auth it;
    it.join();
    const auto first = it.login(secret_words);
    const auto second = it.login(secret_words);
    const auto third = it.login(secret_words);

    const auto out = it.post("logout", Json::object(), Auth::access_token(first));
    CHECK(out.status == 204);
    CHECK(out.header("Set-Cookie").find("caas_refresh=; ") == 0);
    CHECK(out.header("Set-Cookie").find("Max-Age=0") != std::string::npos);
    it.post("logout", {{"refresh_token", Auth::refresh_token(second)}});
    it.post("logout", nullptr, "", "caas_refresh=" + Auth::refresh_token(third));
    CHECK(it.post("logout", {{"refresh_token", "nonsense"}}).status == 204);

    CHECK_FALSE(it.principal(Auth::access_token(first)));
    CHECK_FALSE(it.principal(Auth::access_token(second)));
    CHECK_FALSE(it.principal(Auth::access_token(third)));
}

TEST_CASE("sessions are listed and ended one by one or all at once") {
    Auth it;
    const auto joined = it.join();
    const auto second = it.login(secret_words);
    const auto token = Auth::access_token(second);
    const auto stranger = Auth::access_token(it.join("eve@example.org"));

    const auto list = it.from("192.0.2.1", "GET", "sessions", nullptr, token).json.at("items");
    REQUIRE(list.size() == 2);
    CHECK(list[0].at("is_current") == true);
    CHECK(list[0].at("client") == "Test");
    CHECK(list[1].at("is_current") == false);
    const auto path = "sessions/" + joined.json.at("session_id").get<std::string>();
    CHECK(it.from("192.0.2.1", "DELETE", path, nullptr, stranger).status == 404);
    CHECK(it.from("192.0.2.1", "DELETE", path, nullptr, token).status == 204);
    CHECK_FALSE(it.principal(Auth::access_token(joined)));
    CHECK(it.from("192.0.2.1", "DELETE", path, nullptr, token).status == 404);

    const auto all = it.post("logout-all", Json::object(), token);
    CHECK(all.json.at("ended") == 1);
    CHECK_FALSE(it.principal(token));
    CHECK(it.principal(stranger));
}

TEST_CASE("an API token cannot change how its person signs in") {
    Auth it;
    auto bearer = it.home.remote();
    bearer.token = TokenId("019aa3a4-0000-7000-8000-000000000009");

    for (const auto* path : {"password", "totp", "totp/disable", "logout-all"}) {
        CAPTURE(path);
        const bool takes_new = std::string(path) == "password";
        const auto body = takes_new ? Json{{"password", other_words}} : Json::object();
        CHECK(
            it.as(bearer, "POST", "/api/v1/auth/" + std::string(path), body).code() == "forbidden");
    }
    CHECK(it.as(bearer, "GET", "/api/v1/auth/sessions").code() == "forbidden");
    CHECK(
        it.as(bearer, "POST", "/api/v1/auth/totp/confirm", {{"code", "1"}}).code() == "forbidden");
    CHECK(
        it.as(bearer, "POST", "/api/v1/admin/users", {{"email", "x@example.org"}}).code() ==
        "forbidden");
}

TEST_CASE("a changed password ends the other sessions and needs the former one") {
    Auth it;
    const auto joined = it.join();
    const auto token = Auth::access_token(it.login(secret_words));
    const auto change = [&](const std::string& current, const std::string& wanted) {
        return it.post("password", {{"current_password", current}, {"password", wanted}}, token);
    };

    CHECK(change("wrong guess here", other_words).code() == "forbidden");
    CHECK(change(secret_words, "short").code() == "invalid");
    CHECK(change(secret_words, other_words).status == 204);

    CHECK(it.principal(token));
    CHECK_FALSE(it.principal(Auth::access_token(joined)));
    CHECK(it.login(secret_words).status == 401);
    CHECK(it.login(other_words).status == 200);
}

TEST_CASE("the former password cannot be guessed from a stolen session without end") {
    Auth it;
    const auto token = Auth::access_token(it.join());
    int refused = 0;

    for (int i = 0; i < 12; ++i)
        refused +=
            it.post("password", {{"current_password", "x"}, {"password", other_words}}, token)
                        .status == 403
                ? 1
                : 0;

    CHECK(refused == 10);
}

TEST_CASE("a forgotten password is set anew by mail, once, and all sessions end") {
    Auth it;
    const auto joined = it.join();
    it.mailed();
    CHECK(it.post("reset-password", {{"email", "Ana@example.org"}}).status == 204);
    const auto token = it.mailed();
    REQUIRE(token.starts_with("caas1_"));
    const auto set = [&](const std::string& by, const std::string& wanted) {
        return it.post("reset-password", {{"token", by}, {"password", wanted}});
    };

    CHECK(set("caas1_nonsense", other_words).code() == "forbidden");
    CHECK(set(token, "short").code() == "invalid");
    CHECK(set(token, other_words).status == 204);
    CHECK(set(token, "a third one altogether").code() == "forbidden");

    CHECK_FALSE(it.principal(Auth::access_token(joined)));
    CHECK(it.login(secret_words).status == 401);
    const auto again = it.login(other_words);
    CHECK(again.status == 200);
    // Whoever read the mail has proved the address.
    CHECK(
        it.from("192.0.2.1", "GET", "me", nullptr, Auth::access_token(again))
            .json.at("has_verified_email") == true);
}

TEST_CASE("signing out everywhere ends the tokens of machines and none that was made on purpose") {
    Auth it;
    const auto session = Auth::access_token(it.join());
    const auto me = it.principal(session).value();
    const auto make = [&](bool is_device) {
        access::NewToken asked;
        asked.organization = me.organization;
        asked.person = me.person;
        asked.name = "ci";
        asked.is_device = is_device;
        return it.home.store.write([&](store::Transaction& transaction) {
            return access::create_token(
                       transaction, it.home.ids, it.home.random, it.home.clock.now(), asked)
                .text.reveal();
        });
    };
    const auto is_good = [&](const std::string& text) {
        return it.home.store.read([&](store::Reader& reader) {
            return access::authenticate(reader, text, it.home.clock.now()).has_value();
        });
    };
    const auto of_machine = make(true);
    const auto on_purpose = make(false);

    const auto all = it.post("logout-all", Json::object(), session);

    CHECK(all.json.at("ended") == 1);
    CHECK(all.json.at("machines") == 1);
    CHECK_FALSE(is_good(of_machine));
    CHECK(is_good(on_purpose));
}

TEST_CASE("a token to set a password is over after an hour and gives way to the next") {
    Auth it;
    it.join();
    it.mailed();
    it.post("reset-password", {{"email", "ana@example.org"}});
    const auto first = it.mailed();
    it.post("reset-password", {{"email", "ana@example.org"}});
    const auto second = it.mailed();
    const auto status = [&](const std::string& token) {
        return it.post("reset-password", {{"token", token}, {"password", other_words}}).status;
    };

    CHECK(status(first) == 403);
    it.home.clock.advance(1h);
    CHECK(status(second) == 403);
}

TEST_CASE("asking for a mail tells nobody who is here and does not flood them") {
    Auth it;
    it.join();
    it.mailed();
    const auto ask = [&](const std::string& email) {
        return it.post("reset-password", {{"email", email}}).status;
    };

    for (int i = 0; i < 3; ++i) {
        CHECK(ask("ana@example.org") == 204);
        CHECK(ask("nobody@example.org") == 204);
    }
    CHECK(ask("ana@example.org") == 429);
    CHECK(ask("nobody@example.org") == 429);
    CHECK(it.home.count("mail") == 4);
    CHECK(it.post("reset-password", Json::object()).code() == "invalid");
    CHECK(
        it.post("reset-password", {{"email", "ana@example.org"}, {"token", "x"}}).code() ==
        "invalid");
}

TEST_CASE("an address is confirmed by mail, and must be where that is asked") {
    Auth it{{{"CAAS_AUTH_REGISTRATION", "open"}, {"CAAS_AUTH_VERIFIED_EMAIL", "true"}}};
    const auto joined = it.join();
    CHECK(joined.status == 201);
    CHECK(joined.json.at("must_verify_email") == true);
    CHECK_FALSE(joined.json.contains("access_token"));
    CHECK(it.login(secret_words).code() == "forbidden");
    CHECK(it.login(other_words).code() == "unauthenticated");

    const auto token = it.mailed();
    CHECK(it.post("verify-email", {{"token", "caas1_x"}}).code() == "forbidden");
    CHECK(it.post("verify-email", Json::object()).code() == "unauthenticated");
    CHECK(it.post("verify-email", {{"token", token}}).status == 204);
    CHECK(it.post("verify-email", {{"token", token}}).code() == "forbidden");

    CHECK(it.login(secret_words).status == 200);
}

TEST_CASE("a second factor is asked for once it is confirmed") {
    Auth it;
    const auto token = Auth::access_token(it.join());
    CHECK(it.post("totp", {{"password", "wrong guess here"}}, token).code() == "forbidden");
    const auto begun = it.post("totp", {{"password", secret_words}}, token);
    REQUIRE(begun.status == 201);
    CHECK(begun.json.at("uri").get<std::string>().starts_with("otpauth://totp/caas:ana@"));
    // Not in force yet.
    CHECK(it.login(secret_words).status == 200);
    const auto identity = it.home.store.read([&](store::Reader& reader) {
        return *access::find_identity_by_email(reader, "ana@example.org");
    });
    const auto secret =
        it.home.tools.vault().open(*identity.totp_secret, access::totp_place(identity.person));
    CHECK(access::to_base32(secret.reveal()) == begun.json.at("secret"));
    const auto code = [&] { return access::totp_code(secret, to_ms(it.home.clock.now()) / 30000); };

    CHECK(it.post("totp/confirm", {{"code", "000000"}}, token).code() == "forbidden");
    const auto confirmed = it.post("totp/confirm", {{"code", code()}}, token);
    REQUIRE(confirmed.status == 200);
    CHECK(confirmed.json.at("recovery_codes").size() == 10);
    CHECK(it.post("totp", {{"password", secret_words}}, token).code() == "conflict");

    const auto without = it.login(secret_words);
    CHECK(without.status == 401);
    CHECK(without.json.at("errors").at(0).at("rule") == "second_factor.required");
    // The code that confirmed it was used already.
    CHECK(it.login(secret_words, {{"code", code()}}).status == 401);
    it.home.clock.advance(30s);
    const auto fresh = code();
    CHECK(it.login(other_words, {{"code", fresh}}).status == 401);
    CHECK(it.login(secret_words, {{"code", fresh}}).status == 200);
    CHECK(it.login(secret_words, {{"code", fresh}}).status == 401);

    const auto recovery = confirmed.json.at("recovery_codes").at(3).get<std::string>();
    CHECK(it.login(secret_words, {{"code", recovery}}).status == 200);
    CHECK(it.login(secret_words, {{"code", recovery}}).status == 401);

    CHECK(it.post("totp/disable", {{"password", other_words}}, token).code() == "forbidden");
    CHECK(it.post("totp/disable", {{"password", secret_words}}, token).status == 204);
    CHECK(it.login(secret_words).status == 200);
}

TEST_CASE("whoever used the home becomes its first person, by a link that works once") {
    Auth it{{}};

    const auto made = it.call("POST", "/api/v1/admin/users", {{"email", "owner@example.org"}});

    REQUIRE(made.status == 201);
    CHECK(made.json.at("is_installation_owner") == true);
    CHECK(made.json.at("person").at("id") == it.home.owner.person.text());
    CHECK(it.home.count("person") == 1);
    const auto token = made.json.at("token").get<std::string>();
    CHECK(made.json.at("url").get<std::string>().ends_with("#token=" + token));
    CHECK(it.post("reset-password", {{"token", token}, {"password", secret_words}}).status == 204);
    const auto entered =
        it.post("login", {{"email", "owner@example.org"}, {"password", secret_words}});
    const auto me = it.principal(Auth::access_token(entered));
    REQUIRE(me);
    CHECK(me->is_installation_owner);
    CHECK(me->organization == it.home.owner.organization);
    CHECK(it.home.count("organization") == 1);
}

TEST_CASE("further people get an organization of their own, and known ones another link") {
    Auth it{{}};
    it.call("POST", "/api/v1/admin/users", {{"email", "owner@example.org"}});

    const auto second = it.call(
        "POST",
        "/api/v1/admin/users",
        {{"email", "ben@example.org"}, {"name", "Ben"}, {"send_mail", true}});
    const auto again = it.call("POST", "/api/v1/admin/users", {{"email", "ben@example.org"}});

    CHECK(second.json.at("is_new") == true);
    CHECK(second.json.at("is_installation_owner") == false);
    CHECK(again.json.at("is_new") == false);
    CHECK(again.json.at("person") == second.json.at("person"));
    CHECK(it.home.count("person") == 2);
    CHECK(it.home.count("organization") == 2);
    // The link that she asked to be sent, and word of the one that was made later.
    CHECK(it.home.count("mail") == 2);
    const auto set = [&](const api::Answer& by) {
        return it
            .post("reset-password", {{"token", by.json.at("token")}, {"password", secret_words}})
            .status;
    };
    CHECK(set(second) == 403);
    it.home.clock.advance(23h);
    CHECK(set(again) == 204);
}

TEST_CASE("who is shut out cannot sign in, refresh or reset, and learns nothing") {
    Auth it;
    const auto joined = it.join();
    it.home.store.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE person SET disabled_at = $1 WHERE email = 'ana@example.org'",
            {it.home.clock.now()});
    });
    it.mailed();

    CHECK_FALSE(it.principal(Auth::access_token(joined)));
    const auto refused = it.login(secret_words);
    CHECK(refused.status == 401);
    CHECK(refused.json.at("detail") == it.login(other_words).json.at("detail"));
    CHECK(it.post("reset-password", {{"email", "ana@example.org"}}).status == 204);
    CHECK(it.mailed().empty());
}

TEST_CASE("no password, token or code is in the database as it is") {
    Auth it;
    const auto joined = it.join();
    it.post("refresh", {{"refresh_token", Auth::refresh_token(joined)}});
    it.post("reset-password", {{"email", "ana@example.org"}});
    const auto begun = it.post("totp", {{"password", secret_words}}, Auth::access_token(joined));
    const auto texts = it.home.store.read([](store::Reader& reader) {
        std::string all;
        for (const auto* sql :
             {"SELECT password, totp_secret FROM person WHERE password IS NOT NULL",
              "SELECT digest, client FROM session",
              "SELECT digest, session_id FROM spent_refresh",
              "SELECT digest, email FROM one_time",
              "SELECT body, subject FROM mail"}) {
            for (const auto& row : reader.query(sql, {}))
                all +=
                    row.maybe_text(0).value_or("") + "\n" + row.maybe_text(1).value_or("") + "\n";
        }
        return all;
    });

    CHECK(texts.find("$argon2id$") != std::string::npos);
    CHECK(texts.find(secret_words) == std::string::npos);
    CHECK(texts.find("caasr_") == std::string::npos);
    CHECK(texts.find("caas1_") == std::string::npos);
    CHECK(texts.find(begun.json.at("secret").get<std::string>()) == std::string::npos);
}

}  // namespace
}  // namespace caas
