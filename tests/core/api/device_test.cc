// Signing in a machine that has no browser.
#include "core/access/device.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/access/identity.h"
#include "core/access/installation.h"
#include "core/access/member.h"
#include "core/access/one_time.h"
#include "core/access/tenancy.h"
#include "core/access/token.h"
#include "core/net/url.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

constexpr auto password = "correct horse battery";

struct Devices : api::Server {
    Devices() : api::Server(api::Variables{{"CAAS_AUTH_REGISTRATION", "open"}}) {
        const auto made =
            post("/api/v1/auth/register", {{"email", "ana@example.org"}, {"password", password}});
        REQUIRE(made.status == 201);
    }

    api::Answer post(const std::string& path, const Json& body) {
        return send(
            "POST",
            path,
            std::make_unique<api::TextBody>(body.dump()),
            std::nullopt,
            {{"Content-Type", "application/json"}, {"Host", "localhost:8000"}});
    }

    api::Answer begin(const Json& asked = Json::object()) {
        address = "192.0.2.7";
        return post("/api/v1/auth/device", asked);
    }

    api::Answer ask(const Json& begun) {
        home.clock.advance(access::device_interval);
        return post("/api/v1/auth/device/token", {{"device_code", begun.at("device_code")}});
    }

    // What the person does on the page.
    api::Answer decide(
        const std::string& code,
        const std::string& decision = "approve",
        const std::string& secret = password,
        const std::string& type = "application/x-www-form-urlencoded") {
        const auto form = net::form_encode(
            {{"code", code},
             {"email", "ana@example.org"},
             {"password", secret},
             {"decision", decision}});
        return send(
            "POST",
            "/device",
            std::make_unique<api::TextBody>(form),
            std::nullopt,
            {{"Content-Type", type}});
    }

    api::Answer page(const std::string& code) {
        return send("GET", "/device?code=" + code, nullptr, std::nullopt);
    }

    // What the first form of the page gives, and a mail: a token of that purpose for Ana.
    std::string proof(access::Purpose purpose) {
        return home.store.write([&](store::Transaction& transaction) {
            const auto person =
                access::find_identity_by_email(transaction, "ana@example.org")->person;
            return access::make_one_time(
                       transaction,
                       home.random,
                       home.clock.now(),
                       purpose,
                       {person, "ana@example.org"},
                       std::chrono::hours(1))
                .reveal();
        });
    }

    bool is_good(const std::string& token) {
        return home.store.read([&](store::Reader& reader) {
            return access::authenticate(reader, token, home.clock.now()).has_value();
        });
    }

    std::int64_t open_sessions() {
        return home.store.read([](store::Reader& reader) {
            return reader.query("SELECT count(*) FROM session WHERE ended_at IS NULL", {})
                .front()
                .integer(0);
        });
    }
};

std::string code_in(const Json& begun) {
    return begun.at("user_code").get<std::string>();
}

std::string error_in(const api::Answer& answer) {
    return json::text_or(answer.json, "error", "none");
}

TEST_CASE("a machine gets a token once its person has approved it, and only once") {
    Devices it;
    const auto before = it.open_sessions();
    const auto begun = it.begin({{"name", "caas on laptop"}, {"scope", "draft"}});
    REQUIRE(begun.status == 200);
    const auto code = code_in(begun.json);

    CHECK(code.size() == 9);
    CHECK(begun.header("Cache-Control") == "no-store");
    CHECK(
        begun.json.at("verification_uri_complete") == "http://localhost:8000/device?code=" + code);
    CHECK(error_in(it.ask(begun.json)) == "authorization_pending");
    const auto shown = it.page(code);
    CHECK(shown.text.find("caas on laptop") != std::string::npos);
    CHECK(shown.text.find("192.0.2.7") != std::string::npos);
    std::string sloppy = code;
    sloppy[4] = ' ';
    for (auto& letter : sloppy)
        letter = letter == ' ' ? ' ' : static_cast<char>(letter | 0x20);
    CHECK(it.decide(sloppy).text.find("Approved") != std::string::npos);
    const auto given = it.ask(begun.json);

    REQUIRE(given.status == 200);
    CHECK(given.json.at("scope") == "draft");
    const auto principal = it.home.store.read([&](store::Reader& reader) {
        return access::authenticate(
            reader, given.json.at("access_token").get<std::string>(), it.home.clock.now());
    });
    REQUIRE(principal);
    CHECK(principal->scope == access::Scope::draft);
    CHECK(error_in(it.ask(begun.json)) == "expired_token");
    // What proved who approved is over as well.
    CHECK(it.open_sessions() == before);
    const auto own = it.as(*principal, "GET", "/api/v1/auth/token");
    CHECK(own.json.at("name") == "caas on laptop");
    CHECK(it.as(*principal, "DELETE", "/api/v1/auth/token").status == 200);
    CHECK_FALSE(it.home.store.read([&](store::Reader& reader) {
        return access::authenticate(
            reader, given.json.at("access_token").get<std::string>(), it.home.clock.now());
    }));
}

TEST_CASE("a machine that is refused, comes too late or too often gets nothing") {
    Devices it;
    const auto refused = it.begin();
    const auto late = it.begin();
    const auto hasty = it.begin();

    CHECK(it.decide(code_in(refused.json), "refuse").text.find("Refused") != std::string::npos);
    CHECK(error_in(it.ask(refused.json)) == "access_denied");
    CHECK(error_in(it.ask(refused.json)) == "expired_token");
    it.ask(hasty.json);
    const auto again =
        it.post("/api/v1/auth/device/token", {{"device_code", hasty.json.at("device_code")}});
    CHECK(error_in(again) == "slow_down");
    CHECK(again.header("Retry-After") == "5");
    it.home.clock.advance(access::device_lifetime);
    CHECK(it.decide(code_in(late.json)).text.find("Nothing waits") != std::string::npos);
    CHECK(error_in(it.ask(late.json)) == "expired_token");
    CHECK(
        error_in(it.post("/api/v1/auth/device/token", {{"device_code", "x"}})) == "expired_token");
}

TEST_CASE("nobody approves a machine without the password") {
    Devices it;
    const auto begun = it.begin();

    const auto wrong = it.decide(code_in(begun.json), "approve", "wrong horse battery");
    CHECK(wrong.text.find("role=\"alert\"") != std::string::npos);
    CHECK(wrong.text.find("wrong horse") == std::string::npos);
    CHECK(it.decide(code_in(begun.json), "approve", password, "text/plain").status == 415);
    CHECK(error_in(it.ask(begun.json)) == "authorization_pending");
}

// What stands behind `name="proof" value="` on a page.
std::string proof_in(const api::Answer& page) {
    constexpr std::string_view mark = "name=\"proof\" value=\"";
    const auto at = page.text.find(mark);
    if (at == std::string::npos)
        return {};
    const auto begin = at + mark.size();
    return page.text.substr(begin, page.text.find('"', begin) - begin);
}

TEST_CASE("whoever is in several organizations chooses the one a machine signs in to") {
    Devices it;
    const auto person = it.home.store.read([](store::Reader& reader) {
        return access::find_identity_by_email(reader, "ana@example.org")->person;
    });
    it.home.clock.advance(std::chrono::seconds(1));
    const auto shut = it.home.store.write([&](store::Transaction& transaction) {
        const auto now = it.home.clock.now();
        access::set_member(
            transaction, now, it.home.owner.organization, person, access::Role::member);
        auto made = access::create_organization(transaction, it.home.ids, now, "Shut").id;
        access::set_member(transaction, now, made, person, access::Role::owner);
        access::set_disabled(transaction, made, now);
        return made;
    });
    const auto wanted = it.home.owner.organization.text();
    const auto begun = it.begin();
    const auto open = it.open_sessions();
    const auto choose = [&](const std::string& proof, const std::string& organization) {
        return it.send(
            "POST",
            "/device",
            std::make_unique<api::TextBody>(net::form_encode(
                {{"code", code_in(begun.json)},
                 {"proof", proof},
                 {"organization", organization},
                 {"decision", "approve"}})),
            std::nullopt,
            {{"Content-Type", "application/x-www-form-urlencoded"}});
    };

    const auto choice = it.decide(code_in(begun.json));
    CHECK(choice.text.find("<select") != std::string::npos);
    CHECK(choice.text.find(wanted) != std::string::npos);
    CHECK(choice.text.find(shut.text()) == std::string::npos);
    CHECK(choice.text.find(password) == std::string::npos);
    CHECK(it.open_sessions() == open);
    CHECK(error_in(it.ask(begun.json)) == "authorization_pending");

    CHECK(choose("caas1_x", wanted).text.find("too long") != std::string::npos);
    CHECK(choose(proof_in(choice), shut.text()).text.find("role=\"alert\"") != std::string::npos);
    // A proof holds once.
    CHECK(choose(proof_in(choice), wanted).text.find("too long") != std::string::npos);
    const auto again = it.decide(code_in(begun.json));
    CHECK(choose(proof_in(again), wanted).text.find("Approved") != std::string::npos);
    const auto given = it.ask(begun.json);
    REQUIRE(given.status == 200);
    CHECK(given.json.at("organization_id") == wanted);
}

TEST_CASE("a new password ends what the former one approved: machines, approvals and proofs") {
    Devices it;
    const auto signed_in = it.begin();
    it.decide(code_in(signed_in.json));
    const auto token = it.ask(signed_in.json).json.at("access_token").get<std::string>();
    const auto approved = it.begin();
    it.decide(code_in(approved.json));
    const auto waiting = it.begin();
    const auto proof = it.proof(access::Purpose::approve_device);
    it.home.store.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE person SET email_verified_at = $1 WHERE email = 'ana@example.org'",
            {it.home.clock.now()});
    });
    REQUIRE(it.is_good(token));

    const auto reset = it.post(
        "/api/v1/auth/reset-password",
        {{"token", it.proof(access::Purpose::reset_password)},
         {"password", "staple outside twelve"}});

    CHECK(reset.status == 204);
    CHECK_FALSE(it.is_good(token));
    CHECK(error_in(it.ask(approved.json)) == "expired_token");
    const auto form = net::form_encode(
        {{"code", code_in(waiting.json)}, {"proof", proof}, {"decision", "approve"}});
    const auto late = it.send(
        "POST",
        "/device",
        std::make_unique<api::TextBody>(form),
        std::nullopt,
        {{"Content-Type", "application/x-www-form-urlencoded"}});
    CHECK(late.text.find("too long") != std::string::npos);
    CHECK(error_in(it.ask(waiting.json)) == "authorization_pending");
}

TEST_CASE("who is disabled gets no machine in that they approved before, also not when enabled") {
    Devices it;
    const auto begun = it.begin();
    const auto approved = it.begin();
    REQUIRE(it.decide(code_in(begun.json)).text.find("Approved") != std::string::npos);
    REQUIRE(it.decide(code_in(approved.json)).text.find("Approved") != std::string::npos);
    const std::string path = "/api/v1/admin/users/ana@example.org";
    const auto tokens = it.home.count("token");

    REQUIRE(it.call("POST", path + "/disable").status == 200);
    CHECK(error_in(it.ask(begun.json)) == "expired_token");
    REQUIRE(it.call("POST", path + "/enable").status == 200);
    CHECK(error_in(it.ask(approved.json)) == "expired_token");

    CHECK(it.home.count("token") == tokens);
}

TEST_CASE("a machine whose person was disabled meanwhile is denied") {
    Devices it;
    const auto begun = it.begin();
    REQUIRE(it.decide(code_in(begun.json)).text.find("Approved") != std::string::npos);
    it.home.store.write([&](store::Transaction& transaction) {
        const auto ana = access::find_identity_by_email(transaction, "ana@example.org")->person;
        access::set_disabled(transaction, ana, it.home.clock.now());
    });

    CHECK(error_in(it.ask(begun.json)) == "access_denied");
}

TEST_CASE("the page has no scripts and shows nothing as markup") {
    Devices it;
    const auto begun = it.begin({{"name", "<b>\"bank\"</b>&'"}});

    const auto page = it.page(code_in(begun.json) + "%22%3E%3Cscript%3E");
    const auto policy = page.header("Content-Security-Policy");

    CHECK(page.status == 200);
    CHECK(page.text.find("<script>") == std::string::npos);
    CHECK(it.page(code_in(begun.json)).text.find("<b>") == std::string::npos);
    CHECK(policy.find("default-src 'none'") != std::string::npos);
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(page.header("Cache-Control") == "no-store");
    // With none at all, browsers send the page's own form with `Origin: null`, as a foreign one.
    CHECK(page.header("Referrer-Policy") == "same-origin");
}

TEST_CASE("what begins a sign-in is bounded and checked") {
    Devices it;

    CHECK(it.begin({{"scope", "everything"}}).status == 422);
    CHECK(it.begin({{"nam", "x"}}).status == 422);
    CHECK(it.begin({{"name", ""}}).status == 422);
    for (int i = 0; i < 20; ++i)
        CHECK(it.begin().status == 200);
    CHECK(it.begin().status == 429);
    it.home.clock.advance(access::device_lifetime);
    CHECK(it.begin().status == 200);
}

TEST_CASE("addresses of one network begin as many sign-ins together as one address") {
    Devices it;
    const auto begin = [&](int host) {
        it.address = "2001:db8:0:1::" + std::to_string(host);
        return it.post("/api/v1/auth/device", Json::object()).status;
    };

    for (int i = 1; i <= 20; ++i)
        CHECK(begin(i) == 200);
    CHECK(begin(21) == 429);
    it.address = "2001:db8:0:2::1";
    CHECK(it.post("/api/v1/auth/device", Json::object()).status == 200);
}

TEST_CASE("networks of one IPv6 customer begin five times as many sign-ins together") {
    Devices it;
    const auto begin = [&](int network) {
        it.address = "2001:db8:0:" + std::to_string(network) + "::1";
        return it.post("/api/v1/auth/device", Json::object()).status;
    };

    for (int i = 1; i <= 100; ++i)
        CHECK(begin(i) == 200);
    CHECK(begin(101) == 429);
    it.address = "2001:db8:1:1::1";
    CHECK(it.post("/api/v1/auth/device", Json::object()).status == 200);
}

TEST_CASE("however many wait, another machine can be signed in, and the oldest gives way") {
    Devices it;
    const auto oldest = it.begin();
    it.home.clock.advance(std::chrono::seconds(1));
    it.home.store.write([&](store::Transaction& transaction) {
        for (int number = 0; number < 10'000; ++number)
            transaction.execute(
                R"sql(
INSERT INTO device_sign_in (digest, user_code, name, scope, address, state, created_at, expires_at)
VALUES ($1, $1, 'x', 'read', '', 'waiting', $2, $3))sql",
                {std::to_string(number),
                 it.home.clock.now(),
                 it.home.clock.now() + access::device_lifetime});
    });
    const auto begun = it.begin();

    CHECK(begun.status == 200);
    CHECK(it.home.count("device_sign_in") == 10'000);
    CHECK(error_in(it.ask(oldest.json)) == "expired_token");
    CHECK(it.decide(code_in(begun.json)).text.find("Approved") != std::string::npos);
}

}  // namespace
}  // namespace caas
