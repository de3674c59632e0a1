// E-mail addresses: one takes the place of another, and nobody learns whose one is.
#include <doctest/doctest.h>

#include "core/access/identity.h"
#include "core/access/invitation.h"
#include "tests/core/api/auth_rig.h"

namespace caas {
namespace {

using namespace std::chrono_literals;

using api::Auth;
using api::other_words;
using api::secret_words;

struct Changing : Auth {
    Changing() : token(access_token(join())) { mails(); }

    api::Answer ask(const std::string& email, const std::string& password = secret_words) {
        return post("email", {{"email", email}, {"password", password}}, token);
    }

    std::string shown_email() {
        return from("192.0.2.1", "GET", "me", nullptr, token).json.at("email").get<std::string>();
    }

    const std::string token;
};

TEST_CASE("an address is changed once the mail to the new one is answered") {
    Changing it;

    CHECK(it.ask("Ana@Example.com").status == 204);
    CHECK(it.shown_email() == "ana@example.org");
    const auto proof = it.mailed();
    CHECK(it.post("verify-email", {{"token", proof}}).status == 204);

    CHECK(it.shown_email() == "ana@example.com");
    const auto me = it.from("192.0.2.1", "GET", "me", nullptr, it.token);
    CHECK(me.json.at("has_verified_email") == true);
    CHECK(it.login(secret_words).status == 401);
    CHECK(it.login(secret_words, {{"email", "ana@example.com"}}).status == 200);
    const auto told = it.mails();
    REQUIRE(told.size() == 1);
    CHECK(told.front().to == "ana@example.org");
    CHECK(told.front().text.find("ana@example.com") != std::string::npos);
    CHECK(it.post("verify-email", {{"token", proof}}).code() == "forbidden");
    const auto rows = it.call("GET", "/api/v1/admin/audit").json.at("items");
    CHECK(rows.at(0).at("action") == "person.email");
}

TEST_CASE("an address is changed by its person alone, with the password") {
    Changing it;

    CHECK(it.ask("ana@example.com", other_words).code() == "forbidden");
    CHECK(it.ask("no address").code() == "invalid");
    CHECK(it.ask("ana@example.org").code() == "conflict");
    CHECK(it.post("email", {{"email", "ana@example.com"}}).status == 401);
    CHECK(it.mails().empty());
}

TEST_CASE("what is no address is shown in one line, whatever it holds") {
    Changing it;
    for (const auto& odd : {std::string("ana\0@example.org", 16), std::string("a@b.c\r\nBcc: x")}) {
        const auto refused = it.ask(odd);
        CHECK(refused.status == 422);
        const auto detail = refused.json.at("detail").get<std::string>();
        CHECK(detail.ends_with("is no e-mail address"));
        CHECK(detail.find_first_of("\r\n") == std::string::npos);
    }
}

TEST_CASE("whether an address is somebody's is not told to who wants it") {
    Changing it;
    it.join("ben@example.org");
    it.mails();

    const auto taken = it.ask("ben@example.org");
    CHECK(taken.status == 204);
    CHECK(it.mails().empty());
    // Ben comes while the mail to a free address is under way.
    CHECK(it.ask("cy@example.org").status == 204);
    const auto proof = it.mailed();
    it.join("cy@example.org");
    CHECK(it.post("verify-email", {{"token", proof}}).code() == "conflict");
    CHECK(it.shown_email() == "ana@example.org");
}

TEST_CASE("only the last mail changes an address, for a day, and links to the former one die") {
    Changing it;
    it.ask("first@example.org");
    const auto first = it.mailed();
    it.ask("second@example.org");
    const auto second = it.mailed();
    it.post("reset-password", {{"email", "ana@example.org"}});
    const auto reset = it.mailed();

    CHECK(it.post("verify-email", {{"token", first}}).code() == "forbidden");
    CHECK(it.post("reset-password", {{"token", second}, {"password", other_words}}).status == 403);
    CHECK(it.post("verify-email", {{"token", second}}).status == 204);
    CHECK(it.post("reset-password", {{"token", reset}, {"password", other_words}}).status == 403);
    it.ask("third@example.org");
    const auto late = it.mailed();
    it.home.clock.advance(24h);
    CHECK(it.post("verify-email", {{"token", late}}).code() == "forbidden");
}

struct Secretive : Auth {
    Secretive()
        : Auth({{"CAAS_AUTH_REGISTRATION", "open"}, {"CAAS_AUTH_VERIFIED_EMAIL", "true"}}) {}
};

// What a stranger sees, without what is different each time.
std::string seen(api::Answer answer) {
    answer.json.erase("request_id");
    if (answer.json.contains("person"))
        answer.json["person"].erase("id");
    std::string headers;
    for (const auto& [name, value] : answer.headers)
        headers += name == "X-Request-Id" ? "" : name + ": " + value + "\n";
    return std::to_string(answer.status) + "\n" + headers + answer.json.dump();
}

TEST_CASE("where addresses are confirmed, registering does not tell that one is taken") {
    Secretive it;
    const auto first = it.join();
    REQUIRE(first.status == 201);
    it.mails();
    const auto people = it.home.count("person");

    const auto again = it.join();

    CHECK(seen(again) == seen(first));
    CHECK(again.json.at("person").at("id") != first.json.at("person").at("id"));
    CHECK(it.home.count("person") == people);
    const auto told = it.mails();
    REQUIRE(told.size() == 1);
    CHECK(told.front().to == "ana@example.org");
    CHECK(told.front().text.find("already") != std::string::npos);
    // What is wrong besides is said of both alike.
    for (const auto* email : {"ana@example.org", "new@example.org"}) {
        const Json asked{
            {"email", email}, {"password", secret_words}, {"organization", ""}, {"zone", "UTC"}};
        CHECK(it.post("register", asked).status == 422);
        const Json far{{"email", email}, {"password", secret_words}, {"zone", "Mars"}};
        CHECK(it.post("register", far).status == 422);
    }
}

TEST_CASE("nobody is buried in mail by others who register with their address") {
    Secretive it;
    it.join();
    it.mails();

    for (int i = 0; i < 8; ++i)
        CHECK(it.join().status == 201);

    CHECK(it.mails().size() == 3);
}

TEST_CASE("an invitation to another address tells nothing of the one that is tried") {
    Secretive it;
    it.join();
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

    for (const auto* email : {"ana@example.org", "new@example.org"})
        CHECK(
            it.post(
                  "register",
                  {{"email", email},
                   {"password", secret_words},
                   {"invitation", invited.text.reveal()}})
                .code() == "forbidden");
}

TEST_CASE("one person has few strangers written to, wherever the asking comes from") {
    Changing it;
    const auto ask = [&](int number, const std::string& token) {
        const auto words = std::to_string(number);
        const Json body{{"email", "p" + words + "@example.org"}, {"password", secret_words}};
        return it.from("192.0.2." + words, "POST", "email", body, token);
    };

    for (int i = 0; i < 5; ++i)
        CHECK(ask(i, it.token).status == 204);
    const auto much = ask(5, it.token);
    CHECK(much.status == 429);
    CHECK_FALSE(much.header("Retry-After").empty());
    CHECK(it.mails().size() == 5);
    it.home.clock.advance(15min);
    CHECK(ask(6, it.access_token(it.login(secret_words))).status == 204);
}

TEST_CASE("nobody is buried in mail by invitations, which can be handed over otherwise") {
    Changing it;
    const auto me = *it.principal(it.token);
    const auto path = "/api/v1/organizations/" + me.organization.text() + "/invitations";
    const auto invite = [&](const std::string& email, bool is_mailed = true) {
        return it.as(me, "POST", path, {{"email", email}, {"role", "viewer"}, {"mail", is_mailed}});
    };

    for (int i = 0; i < 3; ++i)
        CHECK(invite("ben@example.org").status == 201);
    const auto much = invite("Ben@example.org");
    CHECK(much.status == 429);
    CHECK_FALSE(much.header("Retry-After").empty());
    CHECK(invite("ben@example.org", false).status == 201);
    for (int i = 0; i < 47; ++i)
        CHECK(invite("p" + std::to_string(i) + "@example.org").status == 201);
    CHECK(invite("last@example.org").status == 429);
    CHECK(it.mails().size() == 50);
}

TEST_CASE("strangers who ask for mails to an address do not use up what members may send there") {
    Changing it;
    const auto me = *it.principal(it.token);
    const auto path = "/api/v1/organizations/" + me.organization.text() + "/invitations";
    for (int i = 0; i < 4; ++i)
        it.post("reset-password", {{"email", "ben@example.org"}});

    CHECK(it.post("reset-password", {{"email", "ben@example.org"}}).status == 429);
    CHECK(
        it.as(me, "POST", path, {{"email", "ben@example.org"}, {"role", "viewer"}}).status == 201);
}

}  // namespace
}  // namespace caas
