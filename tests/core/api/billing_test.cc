// Every limit of a plan as the API keeps it, what a plan locks, and what usage looks like.
#include <set>

#include <doctest/doctest.h>

#include "core/access/member.h"
#include "core/api/lockout.h"
#include "core/base/time_zone.h"
#include "core/billing/plan.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using access::Role;
using api::Answer;
using api::Server;
using billing::Standing;

struct Shop : Server {
    explicit Shop(api::Variables variables = {{"STRIPE_SECRET_KEY", "sk_test"}})
        : Server(std::move(variables)), base("/api/v1/organizations/" + organization()) {}

    void set(const std::string& plan, Standing standing = Standing::active) {
        home.store.write([&](store::Transaction& transaction) {
            billing::PlanState state;
            state.plan = plan;
            state.standing = standing;
            state.since = home.clock.now();
            billing::set_plan(
                home.tools.plans(), transaction, home.owner.organization, state, home.clock.now());
        });
    }

    Answer schedule(const std::string& account = "outbox", int seconds = 3600) {
        Json order{{"content_id", add("To be sent.")}, {"accounts", {account}}};
        if (seconds > 0)
            order["in_seconds"] = seconds;
        return call("POST", "/api/v1/posts", order);
    }

    Answer connect(const std::string& name) {
        return call(
            "POST",
            "/api/v1/accounts/outbox/connect",
            {{"name", name}, {"identifier", (home.folder / name).string()}});
    }

    Answer generate(const Json& more = Json::object()) {
        Json brief{{"prompt", "Our app works offline"}, {"provider", "offline"}};
        brief.update(more);
        return call("POST", "/api/v1/content/generate", brief);
    }

    Answer token(const std::string& name) {
        return call("POST", base + "/tokens", {{"scope", "read"}, {"name", name}});
    }

    Answer invite(const std::string& name) {
        return call(
            "POST", base + "/invitations", {{"email", name + "@example.org"}, {"role", "member"}});
    }

    access::Principal join(const std::string& name, Role role) {
        home.clock.advance(std::chrono::minutes(1));
        auto principal = home.remote();
        principal.person = home.store.write([&](store::Transaction& transaction) {
            const auto now = home.clock.now();
            const auto person =
                access::create_person(transaction, home.ids, now, name, name + "@example.org").id;
            access::set_member(transaction, now, home.owner.organization, person, role);
            return person;
        });
        principal.role = role;
        return principal;
    }

    std::string base;
};

// "plan.members: 1 of 1 used; lifted by the plan pro"
std::string refused(const Answer& answer) {
    CHECK(answer.status == 402);
    CHECK(answer.code() == "plan_limit");
    CHECK_FALSE(json::text_or(answer.json, "hint", "").empty());
    const auto* errors = json::find(answer.json, "errors");
    REQUIRE(errors != nullptr);
    return json::text_or(errors->at(0), "rule", "") + ": " +
           json::text_or(errors->at(0), "message", "");
}

TEST_CASE("the plan limits members, with those that are invited") {
    Shop shop;
    CHECK(refused(shop.invite("ben")) == "plan.members: 1 of 1 used; lifted by the plan pro");
    CHECK(shop.home.count("invitation") == 0);
    CHECK(shop.home.count("mail") == 0);

    shop.set("pro");
    CHECK(shop.invite("ben").status == 201);
    CHECK(shop.invite("ben").status == 201);  // in the place of the first
    CHECK(shop.invite("cem").status == 201);
    CHECK(shop.invite("dan").status == 201);
    CHECK(shop.invite("eva").status == 201);
    CHECK(refused(shop.invite("fay")) == "plan.members: 5 of 5 used; lifted by the plan team");
    CHECK(shop.invite("eva").status == 201);
}

TEST_CASE("whoever was invited while there was room joins only while there still is") {
    Shop shop;
    shop.set("pro");
    const auto token = shop.invite("ben").json.at("token").get<std::string>();
    access::Principal ben;
    shop.home.store.write([&](store::Transaction& transaction) {
        const auto now = shop.home.clock.now();
        ben.person =
            access::create_person(transaction, shop.home.ids, now, "ben", "ben@example.org").id;
        ben.organization = access::create_organization(transaction, shop.home.ids, now, "bens").id;
        access::set_member(transaction, now, ben.organization, ben.person, Role::owner);
        ben.role = Role::owner;
        ben.scope = access::Scope::admin;
    });
    shop.set("pro", Standing::canceled);

    const auto accept = [&] {
        return shop.as(ben, "POST", "/api/v1/invitations/accept", {{"token", token}});
    };

    CHECK(refused(accept()) == "plan.members: 1 of 1 used; lifted by the plan pro");
    shop.set("pro");
    CHECK(accept().status == 200);
}

TEST_CASE("the plan limits workspaces") {
    Shop shop;
    const auto make = [&](const std::string& name) {
        return shop.call("POST", shop.base + "/workspaces", {{"name", name}});
    };
    CHECK(refused(make("two")) == "plan.workspaces: 1 of 1 used; lifted by the plan pro");
    shop.set("pro");
    CHECK(make("two").status == 201);
}

TEST_CASE("the plan limits connected accounts, and signing in again is no new one") {
    Shop shop;
    CHECK(shop.connect("two").status == 201);
    CHECK(shop.connect("three").status == 201);
    CHECK(refused(shop.connect("four")) == "plan.accounts: 3 of 3 used; lifted by the plan pro");
    CHECK(shop.home.count("account") == 3);

    CHECK(shop.connect("three").status == 201);
    CHECK(shop.call("DELETE", "/api/v1/accounts/three").status == 200);
    CHECK(shop.connect("four").status == 201);
    CHECK(refused(shop.connect("three")) == "plan.accounts: 3 of 3 used; lifted by the plan pro");
}

TEST_CASE("the plan limits the platforms that accounts are on") {
    Shop shop;
    const auto hook = [&](const std::string& name) {
        shop.home.http.answer(200, "{}");
        return shop.call(
            "POST",
            "/api/v1/accounts/webhook/connect",
            {{"name", name},
             {"base_url", "http://127.0.0.1:9/" + name},
             {"secret", std::string(40, 's')}});
    };
    const auto first = hook("hook");
    CAPTURE(first.text);
    CHECK(first.status == 201);
    shop.home.store.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE account SET platform = 'bluesky' WHERE platform = 'webhook'", {});
    });

    CHECK(refused(hook("other")) == "plan.platforms: 2 of 2 used; lifted by the plan pro");
    CHECK(shop.connect("more").status == 201);
}

TEST_CASE("the plan limits posts that wait, and not those that go out now") {
    Shop shop;
    for (int i = 0; i < 10; ++i)
        CHECK(shop.schedule().status == 201);
    CHECK(
        refused(shop.schedule()) == "plan.scheduled_posts: 10 of 10 used; lifted by the plan pro");
    CHECK(shop.schedule("outbox", 0).status == 201);
    Json items = Json::array();
    for (int i = 0; i < 3; ++i)
        items.push_back(
            {{"content_id", shop.add("One of many.")},
             {"accounts", {"outbox"}},
             {"in_seconds", 60}});
    CHECK(
        refused(shop.call("POST", "/api/v1/posts/bulk", {{"items", items}})) ==
        "plan.scheduled_posts: 10 of 10 used; lifted by the plan pro");
    const auto rule = Json{
        {"content_id", shop.add("Daily.")}, {"accounts", {"outbox"}}, {"every", "daily 09:00"}};
    refused(shop.call("POST", "/api/v1/series", rule));
    CHECK(shop.home.count("series") == 0);

    shop.set("team");
    CHECK(shop.call("POST", "/api/v1/posts/bulk", {{"items", items}}).status == 201);
}

TEST_CASE("the plan limits variants, API tokens and plan tokens") {
    Shop shop;
    CHECK(
        refused(shop.generate({{"variants", 4}})) ==
        "plan.variants: 4 of 3 asked for; lifted by the plan pro");
    CHECK(shop.generate({{"variants", 3}}).status == 201);

    CHECK(shop.token("one").status == 201);
    const auto two = shop.token("two");
    CHECK(two.status == 201);
    CHECK(refused(shop.token("three")) == "plan.api_tokens: 2 of 2 used; lifted by the plan pro");
    shop.call("DELETE", shop.base + "/tokens/" + two.json.at("id").get<std::string>());
    CHECK(shop.token("three").status == 201);

    for (int i = 0; i < 99; ++i)
        REQUIRE(shop.generate().status == 201);
    CHECK(
        refused(shop.generate()) ==
        "plan.tokens_per_period: 100 of 100 used; lifted by the plan pro");
    CHECK(shop.home.count("content") == 100);
    const auto streamed = shop.call(
        "POST",
        "/api/v1/content/generate?stream=1",
        {{"prompt", "Our app works offline"}, {"provider", "offline"}});
    CHECK(streamed.text.find("plan_limit") != std::string::npos);
}

TEST_CASE("usage further back than the plan shows is refused") {
    Shop shop;
    CHECK(shop.call("GET", shop.base + "/usage?from=2026-10-24").status == 200);
    CHECK(
        refused(shop.call("GET", shop.base + "/usage?from=2026-10-22")) ==
        "plan.history_days: 31 of 30 asked for; lifted by the plan pro");
    CHECK(shop.call("GET", shop.base + "/usage?to=2026-10-24").status == 200);
    CHECK(
        refused(shop.call("GET", shop.base + "/usage?to=2026-10-22")) ==
        "plan.history_days: 31 of 30 asked for; lifted by the plan pro");
    CHECK(shop.call("GET", shop.base + "/usage?from=today").status == 422);
    CHECK(shop.call("GET", shop.base + "/usage?from=2026-02-30").status == 422);
    CHECK(shop.call("GET", shop.base + "/usage?from=2026-11-30&to=2026-11-01").status == 422);
}

TEST_CASE("where nobody sells anything, nothing is refused and everything is counted") {
    Shop shop(api::Variables{});
    CHECK(shop.invite("ben").status == 201);
    for (int i = 0; i < 5; ++i) {
        CHECK(shop.connect("a" + std::to_string(i)).status == 201);
        CHECK(shop.token("t" + std::to_string(i)).status == 201);
    }
    for (int i = 0; i < 12; ++i)
        CHECK(shop.schedule().status == 201);
    CHECK(shop.generate({{"variants", 8}}).status == 201);

    const auto usage = shop.call("GET", shop.base + "/usage").json;
    CHECK(usage.at("plan") == "self_hosted");
    CHECK(usage.at("tokens").at("used") == 1);
    CHECK(usage.at("tokens").at("granted").is_null());
    for (const auto& limit : usage.at("limits"))
        CHECK(limit.at("most").is_null());
}

TEST_CASE("usage tells what is used, by whom, with what, and on which day") {
    Shop shop;
    shop.generate();
    shop.home.clock.advance(std::chrono::hours(48));
    shop.generate();
    shop.generate();

    const auto usage = shop.call("GET", shop.base + "/usage?from=2026-11-22").json;

    CHECK(usage.at("tokens") == Json{{"used", 3}, {"reserved", 0}, {"granted", 100}, {"left", 97}});
    CHECK(usage.at("period_start") == "2026-11-22T00:00:00.000Z");
    CHECK(usage.at("period_end") == "2026-12-22T00:00:00.000Z");
    REQUIRE(usage.at("days").size() == 3);
    CHECK(usage.at("days").at(0).at("tokens") == 1);
    CHECK(usage.at("days").at(1).at("tokens") == 0);
    CHECK(usage.at("days").at(2).at("tokens") == 2);
    CHECK(usage.at("members").size() == 1);
    CHECK(usage.at("members").at(0).at("name") == "ana");
    CHECK(usage.at("models").at(0).at("provider") == "offline");
    CHECK(usage.at("total").at("generations") == 3);
}

std::map<std::string, std::pair<int, int>> plans_of(Shop& shop) {
    const auto answer = shop.send("GET", "/api/v1/billing/plans", nullptr, std::nullopt);
    CHECK(answer.status == 200);
    std::map<std::string, std::pair<int, int>> found;
    for (const auto& plan : answer.json.at("items"))
        found[plan.at("id").get<std::string>()] = {
            plan.at("price_cents").get<int>(),
            plan.at("tokens_per_period").is_null() ? -1 : plan.at("tokens_per_period").get<int>()};
    return found;
}

TEST_CASE("plans are shown to everybody, with what they cost") {
    Shop shop;
    const auto found = plans_of(shop);
    CHECK(found.size() == 3);
    CHECK(found.at("free") == std::pair(0, 100));
    CHECK(found.at("pro") == std::pair(2900, 5000));
    CHECK(found.at("team") == std::pair(9900, 20'000));
}

TEST_CASE("plans that nobody can have are not shown") {
    Shop generous(api::Variables{{"STRIPE_SECRET_KEY", "sk_test"}, {"CAAS_PLANS_DEFAULT", "pro"}});
    CHECK_FALSE(plans_of(generous).contains("free"));
    Shop own(api::Variables{});
    CHECK(plans_of(own).at("self_hosted") == std::pair(0, -1));
}

TEST_CASE("a locked account takes no new posts, and those it has go out") {
    Shop shop;
    shop.set("pro");
    for (const auto* name : {"two", "three", "four"}) {
        shop.home.clock.advance(std::chrono::minutes(1));
        REQUIRE(shop.connect(name).status == 201);
    }
    const auto post = shop.schedule("four").json.at("items").at(0).at("id").get<std::string>();
    shop.set("pro", Standing::canceled);

    const auto answer = shop.schedule("four");
    CHECK(refused(answer) == "plan.accounts: 4 of 3 used; lifted by the plan pro");
    CHECK(
        answer.json.at("detail") ==
        "The account four is locked: the plan Free allows 3 connected accounts, and there are 4");
    CHECK(shop.schedule("three").status == 201);
    CHECK(shop.call("GET", "/api/v1/posts/" + post).json.at("state") == "scheduled");
    const auto four = shop.call("GET", "/api/v1/accounts/four");
    CHECK(four.json.at("locked_at") == to_rfc3339(shop.home.clock.now()));
    CHECK(shop.call("GET", "/api/v1/accounts/three").json.at("locked_at").is_null());
    const auto accounts = shop.call("GET", "/api/v1/accounts").json.at("items");
    CHECK(accounts.size() == 4);
    for (const auto& account : accounts)
        CHECK(account.at("locked_at").is_null() == (account.at("name") != "four"));

    SUBCASE("the owner chooses another") {
        const auto kept = shop.call("PUT", "/api/v1/billing/kept", {{"accounts", {"four"}}});
        CHECK(kept.status == 200);
        REQUIRE(kept.json.at("locked").size() == 1);
        CHECK(kept.json.at("locked").at(0).at("name") == "three");
        CHECK(shop.schedule("four").status == 201);
        refused(shop.schedule("three"));
    }
    SUBCASE("the owner chooses another by the end of its id, as tables print it") {
        const auto id = shop.call("GET", "/api/v1/accounts/four").json.at("id").get<std::string>();
        const auto kept =
            shop.call("PUT", "/api/v1/billing/kept", {{"accounts", {id.substr(id.size() - 8)}}});
        CHECK(kept.status == 200);
        CHECK(shop.schedule("four").status == 201);
    }
    SUBCASE("more are chosen than may stay open") {
        const auto keep = [&](const Json& names) {
            return shop.call("PUT", "/api/v1/billing/kept", {{"accounts", names}});
        };
        REQUIRE(keep({"four"}).status == 200);
        const auto many = keep({"outbox", "two", "three", "four"});
        CHECK(many.status == 402);
        CHECK(many.json.at("detail") == "The plan Free allows 3 connected accounts; you named 4");
        CHECK(many.json.at("errors").at(0).at("pointer") == "/accounts");
        CHECK(many.json.at("errors").at(0).at("rule") == "plan.accounts");
        // As it was chosen before.
        CHECK(shop.schedule("four").status == 201);
        refused(shop.schedule("three"));
        // The same one twice is one.
        CHECK(keep({"two", "three", "four", "four"}).status == 200);
        refused(shop.schedule("outbox"));
    }
    SUBCASE("accounts of others are not found by it") {
        shop.set("pro");
        const auto id = shop.connect("five").json.at("id").get<std::string>();
        auto eve = shop.home.foreign();
        const auto keep = [&](const std::string& who) {
            return shop.as(eve, "PUT", "/api/v1/billing/kept", {{"accounts", {who}}}).status;
        };
        CHECK(keep(id) == 404);
        CHECK(keep(id.substr(id.size() - 8)) == 404);
    }
    SUBCASE("another is disconnected") {
        CHECK(shop.call("DELETE", "/api/v1/accounts/two").status == 200);
        CHECK(shop.schedule("four").status == 201);
    }
    SUBCASE("the plan goes up again") {
        shop.set("team");
        CHECK(shop.schedule("four").status == 201);
        CHECK(shop.call("GET", "/api/v1/billing/subscription").json.at("locked") == Json::array());
    }
}

TEST_CASE("a locked member only looks") {
    Shop shop;
    shop.set("pro");
    const auto ben = shop.join("ben", Role::admin);
    shop.set("pro", Standing::canceled);

    CHECK(shop.as(ben, "GET", "/api/v1/content").status == 200);
    const auto answer = shop.as(ben, "POST", "/api/v1/content", {{"text", "Hello."}});
    CHECK(refused(answer) == "plan.members: 2 of 1 used; lifted by the plan pro");
    CHECK(
        answer.json.at("detail") ==
        "Your membership is locked: the plan Free allows 1 member, and there are 2");
    CHECK(shop.as(ben, "POST", shop.base + "/leave", Json::object()).status == 200);
}

TEST_CASE("a locked workspace is only read, and can be left as it is or emptied") {
    Shop shop;
    shop.set("pro");
    shop.home.clock.advance(std::chrono::minutes(1));
    REQUIRE(shop.call("POST", shop.base + "/workspaces", {{"name", "two"}}).status == 201);
    const auto in = [&](const std::string& method, const std::string& path, const Json& body) {
        return shop.send(
            method,
            path,
            body.is_null() ? nullptr : std::make_unique<api::TextBody>(body.dump()),
            shop.home.owner,
            {{"Content-Type", "application/json"}, {"Caas-Workspace", "two"}});
    };
    const auto id =
        in("POST", "/api/v1/content", {{"text", "Hello."}}).json.at("id").get<std::string>();
    shop.set("pro", Standing::canceled);

    CHECK(in("GET", "/api/v1/content/" + id, nullptr).status == 200);
    const auto answer = in("POST", "/api/v1/content", {{"text", "Hello."}});
    CHECK(refused(answer) == "plan.workspaces: 2 of 1 used; lifted by the plan pro");
    refused(in("PATCH", "/api/v1/content/" + id, {{"text", "Other."}}));
    refused(in("POST", "/api/v1/accounts/outbox/connect", {{"name", "x"}}));
    refused(shop.call("POST", "/api/v1/workspaces/two/voices", {{"name", "a"}, {"text", "b"}}));
    CHECK(in("DELETE", "/api/v1/content/" + id, nullptr).status == 200);
    // No lock stands before those, only that there is no such post.
    CHECK(in("POST", "/api/v1/posts/0000/cancel", Json::object()).status == 404);
    CHECK(in("POST", "/api/v1/posts/0000/reconcile", {{"sent", false}}).status == 404);
    CHECK(in("POST", "/api/v1/posts/0000/take-back", Json::object()).status == 404);
    refused(in("POST", "/api/v1/posts/0000/retry", Json::object()));
    CHECK(shop.call("POST", "/api/v1/content", {{"text", "Here."}}).status == 201);
}

TEST_CASE("what stops something is in no lock's way") {
    std::set<std::string_view> stopping;
    for (const auto& route : api::routes()) {
        if (!route.stops)
            continue;
        stopping.insert(route.id);
        CHECK_FALSE(api::heeds_locks(route));
        // Of others it goes without saying.
        CHECK(route.method == "POST");
    }
    CHECK(
        stopping == std::set<std::string_view>{
                        "cancel_post", "pause_account", "reconcile_post", "take_back_post"});
}

TEST_CASE("what stays open is an owner's choice") {
    Shop shop;
    shop.set("pro");
    const auto admin = shop.join("ben", Role::admin);

    CHECK(shop.as(admin, "PUT", "/api/v1/billing/kept", {{"accounts", {"outbox"}}}).status == 403);
    CHECK(shop.call("PUT", "/api/v1/billing/kept", {{"accounts", {"nobody"}}}).status == 404);
    CHECK(shop.call("PUT", "/api/v1/billing/kept", {{"members", {"ben"}}}).status == 200);
    CHECK(shop.call("PUT", "/api/v1/billing/kept", {{"workspace", {"ben"}}}).status == 422);
}

TEST_CASE("calls are counted by the plan in force") {
    Shop shop;
    const auto limit = [&] {
        return shop.as(shop.home.remote(), "GET", "/api/v1/content").header("RateLimit-Limit");
    };
    CHECK(limit() == "180");
    shop.set("team");
    shop.home.clock.advance(std::chrono::minutes(1));
    CHECK(limit() == "1800");
}

}  // namespace
}  // namespace caas
