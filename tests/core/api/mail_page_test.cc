// The pages that links of mails lead to, used as a browser without scripts would.
#include <doctest/doctest.h>

#include "core/access/identity.h"
#include "core/access/invitation.h"
#include "core/access/member.h"
#include "tests/core/api/auth_rig.h"

namespace caas {
namespace {

using api::Auth;
using api::other_words;
using api::secret_words;

bool says(const api::Answer& page, std::string_view words) {
    return page.status == 200 && page.text.find(words) != std::string::npos;
}

std::string invite(Auth& it, const std::string& email) {
    return it.home.store
        .write([&](store::Transaction& transaction) {
            return access::create_invitation(
                transaction,
                it.home.ids,
                it.home.random,
                it.home.clock.now(),
                it.home.owner.organization,
                it.home.owner.person,
                email,
                access::Role::viewer);
        })
        .text.reveal();
}

std::optional<access::Role> role_of(Auth& it, const std::string& email) {
    return it.home.store.read([&](store::Reader& reader) -> std::optional<access::Role> {
        const auto person = access::find_identity_by_email(reader, email);
        if (!person)
            return std::nullopt;
        return access::role_in(reader, it.home.owner.organization, person->person);
    });
}

TEST_CASE("pages of mails carry no token, run one known script and change nothing when looked at") {
    Auth it;
    it.join();
    const auto token = it.mailed();

    for (const auto* path : {"/app/reset-password", "/app/verify-email", "/app/join"}) {
        CAPTURE(path);
        const auto page = it.send("GET", path, nullptr, std::nullopt);
        const auto policy = page.header("Content-Security-Policy");
        CHECK(says(page, "name=\"token\""));
        CHECK(policy.find("default-src 'none'") != std::string::npos);
        CHECK(policy.find("script-src 'sha256-") != std::string::npos);
        CHECK(policy.find("form-action 'self'") != std::string::npos);
        CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
        CHECK(policy.find("unsafe") == std::string::npos);
        CHECK(page.header("Cache-Control") == "no-store");
        // With none at all, browsers send our own forms as if from a foreign page.
        CHECK(page.header("Referrer-Policy") == "same-origin");
        // A token in the query would stand in the logs of whoever is in between.
        CHECK(it.send("GET", path + std::string("?token=x"), nullptr, std::nullopt).status == 422);
        CHECK(it.send("GET", path, nullptr, std::nullopt).text == page.text);
    }
    CHECK(says(it.submit("/app/verify-email", {{"token", token}}), "confirmed"));
}

TEST_CASE("a password is chosen on the page of the mail, once") {
    Auth it;
    it.join();
    it.mails();
    it.post("reset-password", {{"email", "ana@example.org"}});
    const auto token = it.mailed();
    const auto choose = [&](const std::string& password) {
        return it.submit("/app/reset-password", {{"token", token}, {"password", password}});
    };

    const auto weak = choose("short");
    CHECK(says(weak, "role=\"alert\""));
    CHECK(says(weak, token));
    CHECK_FALSE(says(weak, "value=\"short\""));
    CHECK(says(choose(other_words), "Your password is set"));
    CHECK(it.login(other_words).status == 200);
    CHECK(says(choose(secret_words), "not good"));
    CHECK(it.login(secret_words).status == 401);
    CHECK(says(
        it.submit("/app/reset-password", {{"token", "\"><b>"}, {"password", other_words}}),
        "&quot;&gt;&lt;b&gt;"));
}

TEST_CASE("whoever is here already joins by their password on the page of the invitation") {
    Auth it;
    it.join();
    const auto token = invite(it, "ana@example.org");
    const auto sessions = it.home.count("session WHERE ended_at IS NULL");
    const auto join = [&](const std::string& password) {
        return it.submit(
            "/app/join", {{"token", token}, {"password", password}, {"decision", "join"}});
    };

    CHECK(says(it.submit("/app/join", {{"token", "caasi_x"}}), "not good"));
    const auto offer = it.submit("/app/join", {{"token", token}});
    CHECK(says(offer, "<strong>viewer</strong>"));
    CHECK(says(offer, "ana@example.org"));
    CHECK_FALSE(role_of(it, "ana@example.org"));
    CHECK(says(join(other_words), "wrong"));
    CHECK_FALSE(role_of(it, "ana@example.org"));
    CHECK(says(join(secret_words), "Welcome"));
    CHECK(role_of(it, "ana@example.org") == access::Role::viewer);
    CHECK(says(join(secret_words), "not good"));
    // The session that proved it is over.
    CHECK(it.home.count("session WHERE ended_at IS NULL") == sessions);
}

TEST_CASE("whoever is new registers on the page of the invitation, where nobody else may") {
    Auth it{{}};
    const auto token = invite(it, "ben@example.org");
    const auto join = [&](const std::string& password) {
        return it.submit(
            "/app/join",
            {{"token", token}, {"password", password}, {"name", "Ben"}, {"decision", "register"}});
    };

    CHECK(says(join("short"), "role=\"alert\""));
    CHECK(says(join(secret_words), "You are a member now"));
    CHECK(role_of(it, "ben@example.org") == access::Role::viewer);
    CHECK(it.home.count("session WHERE ended_at IS NULL") == 0);
    CHECK(
        it.post("login", {{"email", "ben@example.org"}, {"password", secret_words}}).status == 200);
}

TEST_CASE("pages of mails take nothing but their own form, and not too much of it") {
    Auth it;
    for (const auto* path : {"/app/reset-password", "/app/verify-email", "/app/join"}) {
        CAPTURE(path);
        const auto sent = it.send(
            "POST",
            path,
            std::make_unique<api::TextBody>("token=x"),
            std::nullopt,
            {{"Content-Type", "text/plain"}});
        CHECK(sent.status == 415);
        CHECK(it.submit(path, {{"token", std::string(9000, 'x')}}).status == 413);
        CHECK(says(it.submit(path, {}), "role=\"alert\""));
    }
}

}  // namespace
}  // namespace caas
