// Passwords that are set anew, and second factors that others end: what a stranger keeps.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/access/identity.h"
#include "core/access/invitation.h"
#include "core/access/token.h"
#include "tests/core/api/auth_rig.h"

namespace caas {
namespace {

using api::Auth;
using api::other_words;
using api::secret_words;

void give_factor(Auth& it, const PersonId& person) {
    it.home.store.write([&](store::Transaction& transaction) {
        access::begin_totp(transaction, person, "sealed");
        access::confirm_totp(
            transaction, person, it.home.clock.now(), 1, {"digest of " + person.text()});
    });
}

// The text of an API token.
std::string give_token(Auth& it, const access::Principal& whose) {
    access::NewToken asked;
    asked.organization = whose.organization;
    asked.person = whose.person;
    asked.name = "ci";
    return it.home.store.write([&](store::Transaction& transaction) {
        return access::create_token(
                   transaction, it.home.ids, it.home.random, it.home.clock.now(), asked)
            .text.reveal();
    });
}

bool is_good(Auth& it, const std::string& token) {
    return it.home.store.read([&](store::Reader& reader) {
        return access::authenticate(reader, token, it.home.clock.now()).has_value();
    });
}

std::string end_factor_of(const std::string& who) {
    return "/api/v1/admin/users/" + who + "/end-factor";
}

TEST_CASE("a new password ends a change of address that the former one asked for") {
    Auth it;
    const auto token = Auth::access_token(it.join());
    const auto ask = [&] {
        CHECK(
            it.post("email", {{"email", "eve@example.net"}, {"password", secret_words}}, token)
                .status == 204);
        return it.mailed();
    };
    const auto before_change = ask();
    CHECK(
        it.post("password", {{"current_password", secret_words}, {"password", secret_words}}, token)
            .status == 204);
    CHECK(it.post("verify-email", {{"token", before_change}}).code() == "forbidden");
    const auto before_reset = ask();
    it.post("reset-password", {{"email", "ana@example.org"}});
    const auto reset = it.mailed();

    CHECK(it.post("reset-password", {{"token", reset}, {"password", other_words}}).status == 204);

    CHECK(it.post("verify-email", {{"token", before_reset}}).code() == "forbidden");
    CHECK(it.login(other_words).status == 200);
    CHECK(it.mails().back().text.find("had not been confirmed until now") != std::string::npos);
}

TEST_CASE("whoever first proves an address gets in, whatever a stranger set up under it") {
    Auth it;
    const auto stranger = it.principal(Auth::access_token(it.join())).value();
    const auto confirmation = it.mailed();
    const auto invitation = it.home.store.write([&](store::Transaction& transaction) {
        return access::create_invitation(
            transaction,
            it.home.ids,
            it.home.random,
            it.home.clock.now(),
            stranger.organization,
            stranger.person,
            "eve@example.org",
            access::Role::owner);
    });
    const auto is_open = [&] {
        return it.home.store.read([&](store::Reader& reader) {
            return access::find_invitation(reader, invitation.text.reveal(), it.home.clock.now())
                .has_value();
        });
    };
    REQUIRE(is_open());
    const auto reset = [&] {
        it.post("reset-password", {{"email", "ana@example.org"}});
        return it.post("reset-password", {{"token", it.mailed()}, {"password", other_words}})
            .status;
    };
    give_factor(it, stranger.person);
    const auto of_stranger = give_token(it, stranger);
    REQUIRE(it.login(secret_words).status == 401);

    CHECK(reset() == 204);
    CHECK(it.login(other_words).status == 200);
    CHECK_FALSE(is_good(it, of_stranger));
    CHECK_FALSE(is_open());
    CHECK(it.mails().back().text.find("caas member list") != std::string::npos);
    CHECK(it.home.count("recovery_code") == 0);
    CHECK(it.post("verify-email", {{"token", confirmation}}).status == 204);

    // From now on it is theirs: a mail alone does not do without the second factor.
    give_factor(it, stranger.person);
    const auto own = give_token(it, stranger);
    CHECK(reset() == 204);
    CHECK(it.login(other_words).status == 401);
    CHECK(is_good(it, own));
}

TEST_CASE("the mail that asks for an address tells whoever did not sign up to set a password") {
    Auth it;
    it.join();

    const auto asked = it.mails().back();

    CHECK(asked.subject == "Is this your address?");
    CHECK(asked.text.find("If you did not sign up, do not confirm it") != std::string::npos);
    CHECK(asked.text.find("forgotten password") != std::string::npos);
}

TEST_CASE("a link that the owner made for a stranger's address leaves the stranger nothing") {
    Auth it;
    it.call("POST", "/api/v1/admin/users", {{"email", "owner@example.org"}});
    const auto stranger = it.principal(Auth::access_token(it.join())).value();
    give_factor(it, stranger.person);
    const auto of_stranger = give_token(it, stranger);
    const auto made = it.call("POST", "/api/v1/admin/users", {{"email", "ana@example.org"}});
    REQUIRE(made.json.at("is_new") == false);

    CHECK(
        it.post("reset-password", {{"token", made.json.at("token")}, {"password", other_words}})
            .status == 204);

    CHECK(it.login(other_words).status == 200);
    CHECK_FALSE(is_good(it, of_stranger));
}

TEST_CASE("the owner of the installation ends the factor of who lost it, and they are told") {
    Auth it;
    const auto ana = it.principal(Auth::access_token(it.join())).value();
    const auto path = end_factor_of("ana@example.org");
    it.mailed();
    give_factor(it, ana.person);
    REQUIRE(it.login(secret_words).status == 401);

    CHECK(it.as(ana, "POST", path).status == 403);
    const auto ended = it.call("POST", path);
    CHECK(ended.status == 200);
    CHECK(ended.json.at("id") == ana.person.text());
    CHECK(it.login(secret_words).status == 200);
    CHECK(it.home.count("recovery_code") == 0);
    CHECK(it.mails().back().subject == "Your second factor was ended");
    CHECK(it.call("POST", path).code() == "conflict");
    const auto noted = it.call("GET", "/api/v1/admin/audit").json.at("items").at(0);
    CHECK(noted.at("action") == "person.second_factor_ended");
}

TEST_CASE("an owner ends no factor by a token, and from afar neither their own nor an owner's") {
    Auth it;
    const auto welcome = [&](const std::string& email) {
        const Json body{{"email", email}, {"is_installation_owner", true}};
        const auto made = it.call("POST", "/api/v1/admin/users", body);
        it.post("reset-password", {{"token", made.json.at("token")}, {"password", secret_words}});
        return it
            .principal(Auth::access_token(
                it.post("login", {{"email", email}, {"password", secret_words}})))
            .value();
    };
    const auto owner = welcome("owner@example.org");
    const auto other = welcome("cleo@example.org");
    const auto ana = it.principal(Auth::access_token(it.join())).value();
    REQUIRE(owner.person == it.home.owner.person);
    for (const auto& person : {owner.person, other.person, ana.person})
        give_factor(it, person);
    auto token_of_owner = owner;
    token_of_owner.session.reset();
    const auto end = [&](const access::Principal& by, const std::string& who) {
        return it.as(by, "POST", end_factor_of(who));
    };

    CHECK(end(token_of_owner, "ana@example.org").code() == "forbidden");
    CHECK(end(owner, "owner@example.org").code() == "conflict");
    CHECK(end(owner, "cleo@example.org").code() == "conflict");
    CHECK(it.home.count("recovery_code") == 3);

    CHECK(end(owner, "ana@example.org").status == 200);
    // At the machine whoever may open the database may do everything.
    CHECK(end(it.home.owner, "owner@example.org").status == 200);
    CHECK(end(it.home.owner, "cleo@example.org").status == 200);
    CHECK(it.home.count("recovery_code") == 0);
}

TEST_CASE(
    "who registered with an address and never confirmed it does not come to own the installation") {
    Auth it;
    it.join();
    const Json as_owner{{"email", "ana@example.org"}, {"is_installation_owner", true}};

    CHECK(it.call("POST", "/api/v1/admin/users", as_owner).status == 409);

    const auto link = it.call("POST", "/api/v1/admin/users", {{"email", "ana@example.org"}});
    it.post("reset-password", {{"token", link.json.at("token")}, {"password", secret_words}});
    const auto made = it.call("POST", "/api/v1/admin/users", as_owner);
    CHECK(made.status < 300);
    CHECK(made.json.at("is_installation_owner") == true);
}

TEST_CASE("the log tells who made a person, and who made one an owner of the installation") {
    Auth it{{}};
    it.call("POST", "/api/v1/admin/users", {{"email", "owner@example.org"}});
    const Json as_owner{{"email", "ben@example.org"}, {"is_installation_owner", true}};

    const auto ben = it.call("POST", "/api/v1/admin/users", as_owner).json.at("person").at("id");

    const auto noted = it.call("GET", "/api/v1/admin/audit").json.at("items");
    REQUIRE(noted.size() == 3);
    CHECK(noted.at(0).at("action") == "installation.owner");
    CHECK(noted.at(0).at("target") == ben);
    CHECK(noted.at(1).at("action") == "person.create");
    CHECK(noted.at(1).at("target") == ben);
    for (const auto& row : noted)
        CHECK(row.at("person_id") == it.home.owner.person.text());
}

TEST_CASE("a link for who is here already is in the log, and they are told who made it") {
    Auth it;
    it.call("POST", "/api/v1/admin/users", {{"email", "owner@example.org"}});
    const auto ana = it.principal(Auth::access_token(it.join())).value();
    it.mails();

    it.call("POST", "/api/v1/admin/users", {{"email", "ana@example.org"}});

    const auto noted = it.call("GET", "/api/v1/admin/audit").json.at("items").at(0);
    CHECK(noted.at("action") == "person.password_link");
    CHECK(noted.at("target") == ana.person.text());
    CHECK(noted.at("person_id") == it.home.owner.person.text());
    const auto told = it.mails();
    REQUIRE(told.size() == 1);
    CHECK(told.front().to == "ana@example.org");
    CHECK(told.front().subject == "A link to set your password was made");
    CHECK(told.front().text.find("ana, an owner of the installation") != std::string::npos);
}

TEST_CASE("from afar an owner makes no link for themselves nor for another owner") {
    Auth it;
    const auto link = [&](const access::Principal& by, const std::string& email) {
        return it.as(by, "POST", "/api/v1/admin/users", {{"email", email}});
    };
    const Json as_owner{{"email", "cleo@example.org"}, {"is_installation_owner", true}};
    const auto made = it.call("POST", "/api/v1/admin/users", {{"email", "owner@example.org"}}).json;
    it.post("reset-password", {{"token", made.at("token")}, {"password", secret_words}});
    const auto owner =
        it.principal(Auth::access_token(it.post(
                         "login", {{"email", "owner@example.org"}, {"password", secret_words}})))
            .value();
    it.call("POST", "/api/v1/admin/users", as_owner);
    it.join();

    CHECK(link(owner, "owner@example.org").code() == "conflict");
    CHECK(link(owner, "cleo@example.org").code() == "conflict");
    CHECK(link(owner, "ana@example.org").status == 201);
    CHECK(link(it.home.owner, "cleo@example.org").status == 201);
}

TEST_CASE("strangers who ask for a mail do not spend the link that the owner made") {
    Auth it{{}};
    it.call("POST", "/api/v1/admin/users", {{"email", "owner@example.org"}});
    const auto made = it.call("POST", "/api/v1/admin/users", {{"email", "ben@example.org"}});
    it.post("reset-password", {{"email", "ben@example.org"}});
    const auto mailed = it.mailed();
    const auto set = [&](const std::string& token) {
        return it.post("reset-password", {{"token", token}, {"password", secret_words}}).status;
    };

    CHECK(set(made.json.at("token").get<std::string>()) == 204);
    // Now there is a password: the other link is over.
    CHECK(set(mailed) == 403);
}

}  // namespace
}  // namespace caas
