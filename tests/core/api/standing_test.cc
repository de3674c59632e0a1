// Who stands where, and for how long: what ends while somebody is in the middle of something, and
// those who belong nowhere.
#include "core/api/standing.h"

#include <doctest/doctest.h>

#include "core/access/member.h"
#include "core/access/session.h"
#include "core/access/token.h"
#include "tests/core/api/auth_rig.h"

namespace caas {
namespace {

using api::Auth;
using api::secret_words;

// A clock turn of a listener: what happens while it waits.
struct Listening : Auth {
    Listening() {
        const auto joined = join();
        me = *principal(access_token(joined));
        home.clock.advance(std::chrono::seconds(10));
        cursor = as(me, "GET", "/api/v1/events").json.at("cursor").get<std::string>();
    }

    // What is written to the caller who is signed out as soon as something is.
    std::string sign_out_during(api::Response& response) {
        auto* stream = std::get_if<api::EventStream>(&response.body);
        REQUIRE(stream != nullptr);
        std::string written;
        (*stream)([&](std::string_view piece) {
            if (written.empty())
                home.store.write([&](store::Transaction& transaction) {
                    access::end_sessions(
                        transaction,
                        me.person,
                        home.clock.now(),
                        access::SessionEnd::administrator);
                });
            written += piece;
            return true;
        });
        return written;
    }

    access::Principal me;
    std::string cursor;
};

TEST_CASE("a stream of events ends when its reader is signed out, removed or shut out") {
    const auto ended_by = [](const std::string& sql) {
        Listening it;
        // The access token still holds; what it stands for does not.
        it.home.store.write([&](store::Transaction& transaction) { transaction.execute(sql, {}); });
        const auto answer = it.as(it.me, "GET", "/api/v1/events?stream=1&after=" + it.cursor);
        return answer.status == 401 || answer.text.find("event: error") != std::string::npos;
    };

    CHECK(ended_by("UPDATE session SET ended_at = 1, ended_by = 'logout'"));
    CHECK(ended_by("DELETE FROM member"));
    CHECK(ended_by("UPDATE person SET disabled_at = 1"));
    CHECK(ended_by("UPDATE organization SET disabled_at = 1"));
}

TEST_CASE("whoever is removed while they wait for events learns of nothing after it") {
    Listening it;
    api::Request request;
    request.target = "/api/v1/events";
    request.query = "stream=1&after=" + it.cursor;
    auto response = it.router.handle(request, it.me);
    CHECK(response.is_endless);

    const auto written = it.sign_out_during(response);

    CHECK(written.find("event: error") != std::string::npos);
    CHECK(written.find("unauthenticated") != std::string::npos);
}

TEST_CASE("whoever is signed out while they have something written gets nothing stored, and pays") {
    Listening it;
    api::Request request;
    request.method = "POST";
    request.target = "/api/v1/content/generate";
    request.query = "stream=1";
    request.body = std::make_unique<api::TextBody>(R"({"prompt":"Hello","provider":"offline"})");
    auto response = it.router.handle(request, it.me);
    CHECK_FALSE(response.is_endless);

    const auto written = it.sign_out_during(response);

    CHECK(written.find("event: error") != std::string::npos);
    CHECK(written.find("unauthenticated") != std::string::npos);
    CHECK(it.home.count("content") == 0);
    CHECK(it.home.count("debit") == 1);
}

TEST_CASE("a revoked or expired token ends what it listens to") {
    Listening it;
    const auto made = it.home.store.write([&](store::Transaction& transaction) {
        return access::create_token(
            transaction,
            it.home.ids,
            it.home.random,
            it.home.clock.now(),
            {it.me.organization,
             std::nullopt,
             it.me.person,
             "t",
             access::Scope::read,
             it.home.clock.now() + std::chrono::hours(1)});
    });
    const auto bearer = it.home.store.read([&](store::Reader& reader) {
        return *access::authenticate(reader, made.text.reveal(), it.home.clock.now());
    });
    const auto still = [&] {
        return it.home.store.read([&](store::Reader& reader) {
            return access::is_still_in(reader, bearer, it.home.clock.now());
        });
    };

    CHECK(still());
    it.home.clock.advance(std::chrono::hours(1));
    CHECK_FALSE(still());
}

TEST_CASE("one person does not take all the places where events are waited for") {
    Listening it;
    const auto listen = [&](const access::Principal& who) {
        api::Request request;
        request.target = "/api/v1/events";
        request.query = "stream=1";
        return it.router.handle(request, who);
    };
    std::vector<api::Response> open;
    for (int i = 0; i < 6; ++i)
        open.push_back(listen(it.me));

    CHECK(open.back().status == 200);
    CHECK(listen(it.me).status == 503);
    CHECK(listen(it.home.owner).status == 200);
    open.pop_back();
    CHECK(listen(it.me).status == 200);
}

TEST_CASE("of two transfers at once the second is not by an owner any more") {
    Auth it;
    const auto owner = *it.principal(Auth::access_token(it.join()));
    const auto ben = *it.principal(Auth::access_token(it.join("ben@example.org")));
    const auto cy = *it.principal(Auth::access_token(it.join("cy@example.org")));
    const auto path = "/api/v1/organizations/" + owner.organization.text();
    it.home.store.write([&](store::Transaction& transaction) {
        for (const auto& one : {ben, cy})
            access::set_member(
                transaction,
                it.home.clock.now(),
                owner.organization,
                one.person,
                access::Role::member);
    });
    const auto transfer = [&](const access::Principal& to) {
        return it.as(owner, "POST", path + "/transfer", {{"member", to.person.text()}});
    };

    CHECK(transfer(ben).status == 200);
    // As it came in before the first one was done.
    CHECK(transfer(cy).code() == "forbidden");
    CHECK(
        it.as(owner, "PATCH", path + "/members/" + ben.person.text(), {{"role", "viewer"}})
            .code() == "forbidden");
}

TEST_CASE("whoever was removed while their request was under way changes no members") {
    Auth it;
    const auto owner = *it.principal(Auth::access_token(it.join()));
    auto ben = *it.principal(Auth::access_token(it.join("ben@example.org")));
    ben.organization = owner.organization;
    ben.role = access::Role::admin;
    const auto path = "/api/v1/organizations/" + owner.organization.text();

    CHECK(
        it.as(ben, "POST", path + "/invitations", {{"email", "x@example.org"}, {"role", "viewer"}})
            .code() == "forbidden");
    CHECK(it.as(ben, "DELETE", path + "/members/" + owner.person.text()).code() == "forbidden");
    CHECK(it.home.count("invitation") == 0);
}

TEST_CASE("whoever is in no organization is told so and makes one, once by one key") {
    Auth it;
    const auto token = Auth::access_token(it.join());
    it.home.store.write(
        [](store::Transaction& transaction) { transaction.execute("DELETE FROM member", {}); });
    const auto me = it.principal(token);
    REQUIRE(me);

    const auto shown = it.as(*me, "GET", "/api/v1/auth/me");
    CHECK(shown.json.at("organization_id").is_null());
    CHECK(shown.json.at("workspace_id").is_null());
    const auto refused = it.as(*me, "POST", "/api/v1/content", {{"text", "x"}});
    CHECK(refused.status == 403);
    CHECK(refused.text.find("in no organization") != std::string::npos);
    CHECK(it.as(*me, "GET", "/api/v1/events").status == 200);

    const auto make = [&] {
        return it.send(
            "POST",
            "/api/v1/organizations",
            std::make_unique<api::TextBody>(R"({"name":"Anew"})"),
            me,
            {{"Content-Type", "application/json"}, {"Idempotency-Key", "one"}});
    };
    const auto before = it.home.count("organization");
    const auto first = make();
    CHECK(first.status == 201);
    CHECK(make().json == first.json);
    CHECK(it.home.count("organization") == before + 1);
}

}  // namespace
}  // namespace caas
