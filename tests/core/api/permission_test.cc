// Who may call what, walked over the route table: a new route without a permission, or one that
// shows the things of another organization, fails here.
#include "core/access/permission.h"

#include <doctest/doctest.h>

#include "core/access/invitation.h"
#include "core/access/member.h"
#include "core/access/token.h"
#include "core/api/schema.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using access::Role;
using access::Scope;
using api::Answer;
using api::Route;
using api::Server;

constexpr std::array all_roles{Role::owner, Role::admin, Role::member, Role::viewer};
constexpr std::array all_scopes{Scope::read, Scope::draft, Scope::publish, Scope::admin};

// An organization with one of everything, and people of every role in it.
struct Full : Server {
    Full() {
        content = add("Mine.");
        const Json order{{"content_id", content}, {"accounts", {"outbox"}}, {"in_seconds", 3600}};
        post = id_of(call("POST", "/api/v1/posts", order).json.at("items").at(0));
        account = id_of(call("GET", "/api/v1/accounts/outbox").json);
        const Json rule{
            {"content_id", content}, {"accounts", {"outbox"}}, {"every", "weekdays 09:00"}};
        series = id_of(call("POST", "/api/v1/series", rule).json.at("items").at(0));
        const auto base = "/api/v1/organizations/" + organization();
        token = id_of(call("POST", base + "/tokens", {{"scope", "read"}}).json);
        invitation = id_of(
            call("POST", base + "/invitations", {{"email", "x@example.org"}, {"role", "viewer"}})
                .json);
        const auto voices = "/api/v1/workspaces/" + workspace() + "/voices";
        REQUIRE(call("POST", voices, {{"name", "calm"}, {"text", "Calmly."}}).status == 201);
        for (const auto role : all_roles)
            people.push_back(home.store.write([&](store::Transaction& transaction) {
                const auto now = home.clock.now();
                const auto person = access::create_person(
                    transaction, home.ids, now, "a " + std::string(access::name(role)));
                access::set_member(transaction, now, home.owner.organization, person.id, role);
                return person.id;
            }));
    }

    static std::string id_of(const Json& object) { return object.at("id").get<std::string>(); }

    // As somebody who shows a token of that scope.
    access::Principal by_token(Role role, Scope scope) {
        const auto made = home.store.write([&](store::Transaction& transaction) {
            return access::create_token(
                transaction,
                home.ids,
                home.random,
                home.clock.now(),
                {home.owner.organization,
                 std::nullopt,
                 people.at(static_cast<std::size_t>(role)),
                 "test",
                 scope,
                 std::nullopt});
        });
        return *home.store.read([&](store::Reader& reader) {
            return access::authenticate(reader, made.text.reveal(), home.clock.now());
        });
    }

    // The route's path with the ids of this organization's things; `unknown`: of things that are
    // nowhere, so that who may do it changes nothing.
    std::string target_of(const Route& route, bool unknown) const {
        std::string out(route.pattern);
        const std::map<std::string, std::string, std::less<>> first{
            {"organizations", organization()},
            {"workspaces", workspace()},
            {"content", content},
            {"posts", post},
            {"accounts", account},
            {"series", series}};
        const std::map<std::string, std::string, std::less<>> further{
            {"{token}", token},
            {"{invitation}", invitation},
            {"{member}", people.back().text()},
            {"{voice}", "calm"},
            {"{number}", "1"},
            {"{n}", "1"},
            {"{platform}", "outbox"}};
        for (auto at = out.find('{'); at != std::string::npos; at = out.find('{')) {
            const auto name = out.substr(at, out.find('}') + 1 - at);
            std::string value = "zzzzzzzz";
            const auto start = out.rfind('/', at - 2) + 1;
            const auto known = first.find(out.substr(start, at - 1 - start));
            const bool is_organization = out.starts_with("/api/v1/organizations/" + name);
            if (name == "{id}" && known != first.end() && (!unknown || is_organization) &&
                out.find("/admin/") == std::string::npos)
                value = known->second;
            if (const auto found = further.find(name); found != further.end() && !unknown)
                value = found->second;
            out.replace(at, name.size(), value);
        }
        return out;
    }

    Answer call_as(
        const std::optional<access::Principal>& principal, const Route& route, bool unknown) {
        const auto body = route.body.empty()
                              ? Json()
                              : api::schemas().at(std::string(route.body)).at("examples").at(0);
        return send(
            std::string(route.method),
            target_of(route, unknown),
            body.is_null() ? nullptr : std::make_unique<api::TextBody>(body.dump()),
            principal,
            {{"Content-Type", "application/json"}});
    }

    std::string content, post, account, series, token, invitation;
    std::vector<PersonId> people;  // in the order of their roles
};

TEST_CASE("every route that is not open names an action, and its action says who may") {
    for (const auto& route : api::routes()) {
        CAPTURE(route.method);
        CAPTURE(route.pattern);
        if (route.access == api::Access::open)
            continue;
        CHECK(route.action != access::Action::none);
        const bool is_admin = route.pattern.starts_with("/api/v1/admin");
        CHECK(is_admin == (route.action == access::Action::administer_installation));
        const bool is_own = route.action == access::Action::manage_self ||
                            route.action == access::Action::manage_own_tokens;
        // Who may only look changes nothing but what is their own.
        const bool changes = route.method != "GET" && !route.pattern.ends_with("/lint") &&
                             route.pattern != "/api/v1/auth/token";
        if (changes && !is_own)
            CHECK_FALSE(access::allows(Role::viewer, route.action));
        if (changes)
            CHECK_FALSE(access::allows(Scope::read, route.action));
    }
}

TEST_CASE("every role with every scope gets from every route what the table says") {
    Full full;
    for (const auto role : all_roles) {
        for (const auto scope : all_scopes) {
            const auto principal = full.by_token(role, scope);
            CAPTURE(access::name(role));
            CAPTURE(access::name(scope));
            CHECK_FALSE(principal.is_installation_owner);
            for (const auto& route : api::routes()) {
                if (route.access == api::Access::open || route.handle == nullptr)
                    continue;
                CAPTURE(route.method);
                CAPTURE(route.pattern);
                const bool may =
                    access::allows(role, route.action) && access::allows(scope, route.action);
                const auto method = std::string(route.method);
                // A body that no route takes: who may is told so, and nothing comes of it.
                const auto answer = full.as(
                    principal,
                    method,
                    full.target_of(route, true),
                    method == "GET" || method == "DELETE" ? Json() : Json{{"qwertyuiop", 1}});
                if (!may) {
                    CHECK(answer.status == 403);
                    CHECK(answer.code() == "forbidden");
                    CHECK(answer.json.at("detail").get<std::string>().starts_with("You may not "));
                } else {
                    const bool is_refused =
                        answer.status == 403 && !route.pattern.starts_with("/api/v1/auth/");
                    CHECK_MESSAGE(!is_refused, answer.text);
                }
            }
        }
    }
}

TEST_CASE("a stranger is told to sign in, on every route that is not open") {
    Full full;
    for (const auto& route : api::routes()) {
        CAPTURE(route.method);
        CAPTURE(route.pattern);
        const auto answer = full.call_as(std::nullopt, route, false);
        if (route.access == api::Access::signed_in)
            CHECK(answer.status == 401);
        else if (!route.pattern.starts_with("/api/v1/auth/"))
            CHECK(answer.status != 401);
    }
}

TEST_CASE("the owner of another organization finds nothing of this one on any route") {
    Full full;
    const auto eve = full.home.foreign();
    const auto is_there = [&](const Answer& answer) {
        for (const auto& id :
             {full.organization(),
              full.workspace(),
              full.content,
              full.post,
              full.account,
              full.series,
              full.token,
              full.people.front().text()}) {
            if (answer.json.is_structured() && answer.status < 400 &&
                answer.text.find(id) != std::string::npos)
                return true;
        }
        return false;
    };
    for (const auto& route : api::routes()) {
        if (route.access == api::Access::open || route.handle == nullptr)
            continue;
        CAPTURE(route.method);
        CAPTURE(route.pattern);
        const auto answer = full.call_as(eve, route, false);
        CAPTURE(answer.text);
        CHECK_FALSE(is_there(answer));
        if (route.action == access::Action::administer_installation)
            CHECK(answer.status == 403);
        else if (
            route.pattern.find("{") != std::string_view::npos &&
            route.pattern.find("{platform}") == std::string_view::npos &&
            route.pattern.find("/auth/") == std::string_view::npos)
            CHECK(answer.status == 404);
    }
    // And all is as it was.
    const auto stays = [&](const std::string& path) { return full.call("GET", path).json; };
    CHECK(stays("/api/v1/content/" + full.content).at("latest") == 1);
    CHECK(stays("/api/v1/posts/" + full.post).at("state") == "scheduled");
    CHECK(stays("/api/v1/accounts/" + full.account).at("state") == "active");
    CHECK(stays("/api/v1/series/" + full.series).at("state") == "active");
    const auto base = "/api/v1/organizations/" + full.organization();
    CHECK(stays(base).at("name") == "ana");
    CHECK(stays(base + "/members").at("items").size() == 5);
    CHECK(stays(base + "/invitations").at("items").at(0).at("state") == "pending");
}

TEST_CASE("a person acts in each organization of theirs with the role they have there") {
    Full full;
    auto eve = full.home.foreign();
    full.home.store.write([&](store::Transaction& transaction) {
        access::set_member(
            transaction,
            full.home.clock.now(),
            full.home.owner.organization,
            eve.person,
            Role::viewer);
    });
    const auto base = "/api/v1/organizations/" + full.organization();

    CHECK(full.as(eve, "GET", base).json.at("role") == "viewer");
    CHECK(full.as(eve, "GET", base + "/members").status == 200);
    CHECK(full.as(eve, "PATCH", base, {{"name", "mine"}}).status == 403);
    CHECK(full.as(eve, "GET", "/api/v1/organizations/elsewhere").json.at("role") == "owner");
    CHECK(full.as(eve, "GET", "/api/v1/organizations").json.at("items").size() == 2);

    const auto in = [&](const std::string& method, const std::string& header) {
        return full.send(
            method,
            "/api/v1/content",
            method == "GET" ? nullptr : std::make_unique<api::TextBody>(R"({"text":"hi"})"),
            eve,
            {{"Caas-Organization", header}});
    };
    CHECK(in("GET", "elsewhere").json.at("items").empty());
    CHECK(in("GET", "ana").json.at("items").size() == 1);
    CHECK(in("POST", "ana").status == 403);
    CHECK(in("POST", "elsewhere").status == 201);
    CHECK(in("GET", "nowhere").status == 404);
    // A token is for one of them.
    eve.token = TokenId("t");
    CHECK(in("GET", "ana").status == 404);
    CHECK(full.as(eve, "GET", base).status == 404);
    CHECK(full.as(eve, "GET", "/api/v1/organizations").json.at("items").size() == 1);
}

TEST_CASE("a header names the workspace, within what a token is bound to") {
    Full full;
    const auto base = "/api/v1/organizations/" + full.organization();
    REQUIRE(full.call("POST", base + "/workspaces", {{"name", "second"}}).status == 201);
    auto who = full.home.remote();
    const auto list = [&](const std::string& workspace) {
        return full.send("GET", "/api/v1/content", nullptr, who, {{"Caas-Workspace", workspace}});
    };
    CHECK(list("ana").json.at("items").size() == 1);
    CHECK(list("second").json.at("items").empty());
    CHECK(list("third").status == 404);
    who.is_bound = true;
    CHECK(list("ana").status == 200);
    CHECK(list("second").status == 404);
}

}  // namespace
}  // namespace caas
