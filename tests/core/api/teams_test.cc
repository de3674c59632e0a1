// Organizations, members, invitations, the audit log and the installation's owner, as the API
// shows them.
#include <doctest/doctest.h>

#include "core/access/member.h"
#include "core/access/token.h"
#include "core/delivery/post.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using access::Role;
using api::Answer;
using api::Server;

struct Team : Server {
    Team() : base("/api/v1/organizations/" + organization()) {}

    // A person of that name and address who is signed in and in no organization of ana's.
    access::Principal guest(const std::string& name) {
        return home.store.write([&](store::Transaction& transaction) {
            const auto now = home.clock.now();
            access::Principal principal;
            principal.person =
                access::create_person(transaction, home.ids, now, name, name + "@example.org").id;
            principal.organization =
                access::create_organization(transaction, home.ids, now, name).id;
            principal.workspace =
                access::create_workspace(
                    transaction, home.ids, now, principal.organization, name, "UTC")
                    .id;
            access::set_member(
                transaction, now, principal.organization, principal.person, Role::owner);
            principal.role = Role::owner;
            principal.scope = access::Scope::admin;
            return principal;
        });
    }

    // The same, as a member of ana's organization.
    access::Principal member(const std::string& name, Role role) {
        auto principal = guest(name);
        home.store.write([&](store::Transaction& transaction) {
            access::set_member(
                transaction, home.clock.now(), home.owner.organization, principal.person, role);
        });
        return principal;
    }

    // What was noted, the oldest first: "member.role, token.create".
    std::string noted(const std::string& path) {
        std::string out;
        const auto list = call("GET", path).json.at("items");
        for (auto at = list.rbegin(); at != list.rend(); ++at)
            out += (out.empty() ? "" : ", ") + at->at("action").get<std::string>();
        return out;
    }

    std::string noted() { return noted(base + "/audit"); }

    std::string post_at(int seconds) {
        const auto id = add("To be sent.");
        return call(
                   "POST",
                   "/api/v1/posts",
                   {{"content_id", id}, {"accounts", {"outbox"}}, {"in_seconds", seconds}})
            .json.at("items")
            .at(0)
            .at("id")
            .get<std::string>();
    }

    std::string state_of(const std::string& post) {
        return call("GET", "/api/v1/posts/" + post).json.at("state").get<std::string>();
    }

    void put(const std::string& sql) {
        home.store.write([&](store::Transaction& transaction) { transaction.execute(sql, {}); });
    }

    std::string base;
};

TEST_CASE("an organization is made, renamed, listed and deleted by its name") {
    Team team;
    const auto made =
        team.call("POST", "/api/v1/organizations", {{"name", "Acme"}, {"zone", "Europe/Berlin"}});
    REQUIRE(made.status == 201);
    const auto path = "/api/v1/organizations/" + made.json.at("id").get<std::string>();
    CHECK(made.json.at("role") == "owner");
    CHECK(
        team.call("GET", path + "/workspaces").json.at("items").at(0).at("zone") ==
        "Europe/Berlin");
    CHECK(team.call("GET", "/api/v1/organizations").json.at("items").size() == 2);
    CHECK(team.call("PATCH", path, {{"name", "Acme Inc."}}).json.at("name") == "Acme Inc.");
    CHECK(team.call("PATCH", path, {{"name", ""}}).status == 422);
    CHECK(team.call("GET", "/api/v1/organizations/acme").json.at("slug") == "acme");
    CHECK(team.call("POST", path + "/workspaces", {{"name", "two"}}).status == 201);
    CHECK(team.call("POST", path + "/workspaces", {{"name", "two"}}).status == 409);

    CHECK(team.call("DELETE", path).status == 422);
    CHECK(team.call("DELETE", path + "?confirm=acme").status == 422);
    CHECK(team.call("DELETE", path + "?confirm=Acme%20Inc.").json.at("deleted") == true);
    CHECK(team.call("GET", path).status == 404);
    CHECK(team.call("DELETE", team.base + "?confirm=ana").code() == "conflict");
    CHECK(team.noted("/api/v1/admin/audit") == "organization.delete");
}

TEST_CASE("an organization goes with all that is in it, but not while a post is on its way") {
    Team team;
    REQUIRE(team.call("POST", "/api/v1/organizations", {{"name", "Other"}}).status == 201);
    const auto post = team.post_at(3600);
    const auto content = team.add("Repeated.");
    REQUIRE(
        team.call(
                "POST",
                "/api/v1/series",
                {{"content_id", content}, {"accounts", {"outbox"}}, {"every", "weekdays 09:00"}})
            .status == 201);
    const auto target = team.base + "?confirm=ana";
    for (const auto* state : {"publishing", "unconfirmed"}) {
        team.put(std::string("UPDATE post SET state = '") + state + "' WHERE id = '" + post + "'");
        const auto refused = team.call("DELETE", target);
        CHECK(refused.status == 409);
        CHECK(refused.json.at("detail").get<std::string>().find(state) != std::string::npos);
        CHECK(team.state_of(post) == state);
    }
    team.put("UPDATE post SET state = 'scheduled' WHERE id = '" + post + "'");
    CHECK(team.call("DELETE", target).status == 200);
    for (const auto* table : {"post", "series", "content", "version", "account", "lane"})
        CHECK_MESSAGE(team.home.count(table) == 0, table);
    CHECK(team.home.count("organization") == 1);
}

TEST_CASE("an invited person joins once, and finds the organization then") {
    Team team;
    const auto ben = team.guest("ben");
    const auto eve = team.guest("eve");
    CHECK(team.as(ben, "GET", team.base).status == 404);
    const auto invited = team.call(
        "POST", team.base + "/invitations", {{"email", "Ben@example.org"}, {"role", "viewer"}});
    REQUIRE(invited.status == 201);
    CHECK(invited.json.at("organization") == team.call("GET", team.base).json.at("name"));
    const Json token{{"token", invited.json.at("token")}};
    CHECK(
        invited.json.at("url").get<std::string>().find("/app/join#token=caasi_") !=
        std::string::npos);
    CHECK(team.home.count("mail") == 1);

    const auto offer = team.send(
        "POST",
        "/api/v1/invitations/show",
        std::make_unique<api::TextBody>(token.dump()),
        std::nullopt);
    CHECK(offer.json.at("organization") == "ana");
    CHECK(offer.json.at("role") == "viewer");
    CHECK(team.as(eve, "POST", "/api/v1/invitations/accept", token).status == 403);
    CHECK(team.as(ben, "POST", "/api/v1/invitations/accept", token).json.at("role") == "viewer");
    CHECK(team.as(ben, "POST", "/api/v1/invitations/accept", token).status == 404);
    CHECK(team.as(ben, "GET", team.base).json.at("role") == "viewer");
    CHECK(team.as(ben, "GET", team.base + "/members").json.at("items").size() == 2);
    const auto listed = team.call("GET", team.base + "/invitations").json.at("items").at(0);
    CHECK(listed.at("state") == "accepted");
    CHECK_FALSE(listed.contains("token"));

    const auto again = team.call(
        "POST",
        team.base + "/invitations",
        {{"email", "dan@example.org"}, {"role", "member"}, {"mail", false}});
    CHECK(team.home.count("mail") == 1);
    const auto path = team.base + "/invitations/" + again.json.at("id").get<std::string>();
    CHECK(team.call("DELETE", path).json.at("state") == "revoked");
    CHECK(team.call("DELETE", path).json.at("state") == "revoked");
    CHECK(
        team.call(
                "POST",
                team.base + "/invitations",
                {{"email", "dan@example.org"}, {"role", "boss"}})
            .status == 422);
    CHECK(
        team.noted() ==
        "invitation.create, invitation.accept, invitation.create, invitation.revoke");
    // No secret is in the log.
    CHECK(team.call("GET", team.base + "/audit").text.find("caasi_") == std::string::npos);
}

TEST_CASE("roles change within what the changer has, and the last owner stays") {
    Team team;
    const auto ben = team.member("ben", Role::admin);
    const auto dan = team.member("dan", Role::viewer);
    const auto path = [&](const access::Principal& who) {
        return team.base + "/members/" + who.person.text();
    };
    const auto ana = team.home.remote();
    CHECK(team.as(ben, "PATCH", path(dan), {{"role", "member"}}).json.at("role") == "member");
    CHECK(team.as(ben, "PATCH", path(dan), {{"role", "owner"}}).status == 403);
    CHECK(team.as(ben, "PATCH", path(ana), {{"role", "viewer"}}).status == 403);
    CHECK(team.as(ben, "DELETE", path(ana)).status == 403);
    CHECK(team.as(dan, "DELETE", path(ben)).status == 403);
    CHECK(team.as(ana, "PATCH", path(ana), {{"role", "admin"}}).code() == "conflict");
    CHECK(team.as(ana, "POST", team.base + "/leave").code() == "conflict");
    CHECK(team.as(ana, "DELETE", path(ana)).code() == "conflict");
    CHECK(team.as(dan, "POST", team.base + "/leave").json.at("left") == true);
    CHECK(team.as(dan, "GET", team.base).status == 404);

    const Json heir{{"member", "ben@example.org"}};
    CHECK(team.as(ben, "POST", team.base + "/transfer", heir).status == 403);
    CHECK(team.as(ana, "POST", team.base + "/transfer", {{"member", "ana"}}).status == 409);
    CHECK(team.as(ana, "POST", team.base + "/transfer", heir).json.at("role") == "admin");
    CHECK(team.as(ben, "GET", team.base).json.at("role") == "owner");
    CHECK(team.as(ben, "DELETE", path(ana)).json.at("deleted") == true);
    CHECK(team.noted() == "member.role, member.leave, organization.transfer, member.remove");
}

TEST_CASE("a change that was refused is in no log, and what is changed is in the same breath") {
    Team team;
    const auto tokens = team.base + "/tokens";
    const auto id = team.call("POST", tokens, {{"scope", "read"}}).json.at("id").get<std::string>();
    team.call("POST", tokens, {{"scope", "nope"}});
    team.call("DELETE", tokens + "/" + id);
    team.call("DELETE", tokens + "/" + id);
    team.call("POST", "/api/v1/accounts/outbox/pause");
    team.call("POST", "/api/v1/accounts/outbox/pause");
    team.call("POST", "/api/v1/accounts/outbox/resume");
    team.call("PATCH", "/api/v1/workspaces/" + team.workspace(), {{"name", "main"}});
    team.call("PATCH", "/api/v1/workspaces/" + team.workspace(), {{"name", "main"}});
    team.call("PATCH", team.base, {{"name", "New"}});
    team.call("DELETE", "/api/v1/accounts/outbox");
    CHECK(
        team.noted() ==
        "token.create, token.revoke, account.pause, account.resume, workspace.change, "
        "organization.rename, account.disconnect");
    const auto log = team.call("GET", team.base + "/audit").json.at("items");
    CHECK(log.at(1).at("detail") == Json{{"from", "ana"}, {"to", "New"}});
    CHECK(log.at(0).at("person") == "ana");

    const auto check = team.base + "/audit/verification";
    const auto sound = team.call("GET", check).json;
    CHECK(sound.at("is_sound") == true);
    CHECK(sound.at("rows") == 7);
    const auto head = sound.at("head").get<std::string>();
    CHECK(team.call("GET", check + "?head=" + head).json.at("has_head") == true);
    CHECK(team.call("GET", check + "?head=abcd").json.at("is_sound") == false);
    team.put("UPDATE audit SET target = 'x' WHERE number = 4");
    const auto broken = team.call("GET", check).json;
    CHECK(broken.at("is_sound") == false);
    CHECK(broken.at("faults").at(0).at("message") == "Row 4 is not as it was written");
}

TEST_CASE("a disabled organization is shut, and its posts wait until it is opened") {
    Team team;
    const auto made = team.member("ben", Role::owner);
    const auto other = "/api/v1/admin/organizations/" + made.organization.text();
    const auto own = "/api/v1/admin/organizations/" + team.organization();
    CHECK(team.call("POST", own + "/disable").code() == "conflict");
    CHECK(team.as(made, "POST", other + "/disable").status == 403);
    CHECK(team.call("POST", other + "/disable").json.at("disabled_at").is_string());
    auto from_ana = made;
    from_ana.organization = team.home.owner.organization;
    const auto refused =
        team.as(from_ana, "GET", "/api/v1/organizations/" + made.organization.text());
    CHECK(refused.status == 403);
    CHECK(refused.json.at("detail") == "The organization ben is disabled");
    CHECK(team.call("POST", other + "/disable").status == 200);
    CHECK(team.call("POST", other + "/enable").json.at("disabled_at").is_null());
    CHECK(team.noted("/api/v1/admin/audit") == "organization.disable, organization.enable");
}

TEST_CASE("when the only owner is disabled, what they scheduled waits") {
    Team team;
    const auto post = team.post_at(3600);
    // Somebody else owns the installation.
    const auto root = team.guest("root");
    auto admin = root;
    admin.is_installation_owner = true;
    team.put("UPDATE person SET is_installation_owner = 0");
    const auto path = "/api/v1/admin/users/" + team.home.owner.person.text();
    const auto token = team.home.store.write([&](store::Transaction& transaction) {
        return access::create_token(
            transaction,
            team.home.ids,
            team.home.random,
            team.home.clock.now(),
            {team.home.owner.organization,
             std::nullopt,
             team.home.owner.person,
             "t",
             access::Scope::read,
             std::nullopt});
    });
    const auto works = [&] {
        return team.home.store
            .read([&](store::Reader& reader) {
                return access::authenticate(reader, token.text.reveal(), team.home.clock.now());
            })
            .has_value();
    };
    const auto account = [&] { return team.call("GET", "/api/v1/accounts/outbox").json; };

    CHECK(works());
    CHECK(team.as(admin, "POST", path + "/disable").status == 200);
    CHECK_FALSE(works());
    CHECK(team.state_of(post) == "paused");
    CHECK(account().at("state") == "paused");
    CHECK(team.as(admin, "POST", path + "/enable").status == 200);
    CHECK(works());
    CHECK(team.state_of(post) == "scheduled");
    CHECK(account().at("state") == "active");
    CHECK(
        team.as(admin, "POST", "/api/v1/admin/users/" + root.person.text() + "/disable").code() ==
        "conflict");

    // What a person paused stays paused.
    team.call("POST", "/api/v1/accounts/outbox/pause");
    team.as(admin, "POST", path + "/disable");
    team.as(admin, "POST", path + "/enable");
    CHECK(account().at("state") == "paused");

    // A new owner makes the work go on, whatever became of the old one.
    team.call("POST", "/api/v1/accounts/outbox/resume");
    const auto dan = team.member("dan", Role::member);
    team.as(admin, "POST", path + "/disable");
    CHECK(account().at("state") == "paused");
    const auto at_the_machine = team.home.owner;
    CHECK(
        team.as(at_the_machine,
                "PATCH",
                team.base + "/members/" + dan.person.text(),
                {{"role", "owner"}})
            .status == 200);
    CHECK(account().at("state") == "active");
    team.as(admin, "POST", path + "/enable");

    // With a second owner the work goes on.
    team.call("POST", "/api/v1/accounts/outbox/resume");
    team.member("ben", Role::owner);
    team.as(admin, "POST", path + "/disable");
    CHECK(account().at("state") == "active");
}

TEST_CASE("nobody makes an account publish while its organization is shut") {
    Team team;
    auto dan = team.member("dan", Role::admin);
    dan.organization = team.home.owner.organization;
    dan.workspace = team.home.owner.workspace;
    dan.role = Role::admin;
    const auto post = team.post_at(3600);
    auto root = team.guest("root");
    root.is_installation_owner = true;
    const auto path = "/api/v1/admin/users/" + team.home.owner.person.text();
    REQUIRE(team.as(root, "POST", path + "/disable").status == 200);
    const auto state = [&] {
        return team.call("GET", "/api/v1/accounts/outbox").json.at("state").get<std::string>();
    };
    const Json hook{
        {"name", "hook"},
        {"base_url", "https://hooks.example.org/in"},
        {"secret", "whsec-open-sesame"}};

    const auto resumed = team.as(dan, "POST", "/api/v1/accounts/outbox/resume");
    const auto connected = team.as(dan, "POST", "/api/v1/accounts/webhook/connect", hook);

    CHECK(resumed.status == 403);
    CHECK(resumed.text.find("No owner of the organization ana may sign in") != std::string::npos);
    CHECK(connected.status == 403);
    CHECK(state() == "paused");
    CHECK(team.state_of(post) == "paused");
    REQUIRE(team.as(root, "POST", path + "/enable").status == 200);
    CHECK(state() == "active");
    CHECK(team.as(dan, "POST", "/api/v1/accounts/webhook/connect", hook).status == 201);
}

TEST_CASE("the invitations of who is shut out are worth nothing, also when they are let in again") {
    Team team;
    auto root = team.guest("root");
    root.is_installation_owner = true;
    const auto mallory = team.member("mallory", Role::owner);
    const auto accomplice = team.guest("accomplice");
    auto inviter = mallory;
    inviter.organization = team.home.owner.organization;
    const auto invited = team.as(
        inviter,
        "POST",
        team.base + "/invitations",
        {{"email", "accomplice@example.org"}, {"role", "owner"}});
    REQUIRE(invited.status == 201);
    const auto path = "/api/v1/admin/users/" + mallory.person.text();
    const auto accept = [&] {
        return team
            .as(accomplice,
                "POST",
                "/api/v1/invitations/accept",
                {{"token", invited.json.at("token")}})
            .status;
    };

    CHECK(team.as(root, "POST", path + "/disable").status == 200);
    CHECK(accept() == 404);
    CHECK(team.as(root, "POST", path + "/enable").status == 200);
    CHECK(accept() == 404);
}

TEST_CASE("the owner of the installation sees all of it, in lists and numbers") {
    Team team;
    const auto ben = team.member("ben", Role::member);
    team.post_at(3600);
    const auto users = team.call("GET", "/api/v1/admin/users").json.at("items");
    REQUIRE(users.size() == 2);
    CHECK(users.at(1).at("email") == "ben@example.org");
    CHECK(users.at(1).at("organizations") == 2);
    const auto organizations = team.call("GET", "/api/v1/admin/organizations").json.at("items");
    REQUIRE(organizations.size() == 2);
    CHECK(organizations.at(0).at("members") == 2);
    const auto stats = team.call("GET", "/api/v1/admin/stats").json;
    CHECK(stats.at("people") == 2);
    CHECK(stats.at("organizations") == 2);
    CHECK(stats.at("contents") == 1);
    CHECK(stats.at("posts") == Json{{"scheduled", 1}});
    CHECK(stats.at("accounts") == Json{{"outbox", 1}});
    CHECK(stats.at("queue").at("waiting") == 1);
    CHECK(team.call("POST", "/api/v1/admin/users/nobody/disable").status == 404);
    for (const auto* path : {"users", "organizations", "stats", "audit"})
        CHECK(team.as(ben, "GET", std::string("/api/v1/admin/") + path).status == 403);
}

}  // namespace
}  // namespace caas
