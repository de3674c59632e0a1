#include "core/platform/account_name.h"

#include <doctest/doctest.h>

#include "core/platform/account.h"
#include "tests/fake/two_workspaces.h"

namespace caas::platform {
namespace {

Identity identity(const std::string& remote_id, const std::string& handle) {
    Identity out;
    out.remote_id = remote_id;
    out.handle = handle;
    out.base_url = "https://api.example";
    out.config = "{}";
    return out;
}

// Its accounts have no secrets.
struct Desk : fake::TwoWorkspaces {
    AccountId add(
        const std::string& platform,
        const std::string& name,
        const Identity& who,
        AccountState state = AccountState::active,
        const std::string& workspace = "mine") {
        NewAccount wanted;
        wanted.workspace = WorkspaceId(workspace);
        wanted.platform = platform;
        wanted.name = name;
        wanted.identity = who;
        return store.write([&](store::Transaction& t) {
            const auto id = insert_account(t, ids, {}, wanted, clock.now()).id;
            if (state == AccountState::disconnected)
                disconnect_account(t, id, clock.now());
            else
                set_state(t, id, state, {}, clock.now());
            return id;
        });
    }

    std::string name_of(const std::string& platform, const Identity& who) {
        return store.read(
            [&](store::Reader& r) { return default_account_name(r, mine, platform, who); });
    }
};

TEST_CASE("a new identity is called by its handle") {
    Desk desk;
    desk.add("x", "ana", identity("1", "ana"), AccountState::active, "theirs");
    desk.add("threads", "ana", identity("2", "ana"), AccountState::disconnected);

    CHECK(desk.name_of("x", identity("1", "ana")) == "ana");
}

TEST_CASE("a new name holds nothing that steers, and an account that has such a name keeps it") {
    Desk desk;
    const auto ana = identity("1", "ana");
    const std::string steering = "\u202eana";
    for (const auto& name : {steering, std::string("a\u009b2J")})
        CHECK_THROWS_AS(desk.add("x", name, ana), Error);

    const auto id = desk.add("x", "ana", ana);
    desk.store.write([&](store::Transaction& t) {
        t.execute("UPDATE account SET name = $1 WHERE workspace_id = 'mine'", {steering});
    });

    CHECK(desk.add("x", steering, ana) == id);
}

TEST_CASE("an identity that is connected keeps its name, a lost sign-in before all others") {
    Desk desk;
    const auto ana = identity("1", "ana");
    desk.add("x", "work", ana);
    CHECK(desk.name_of("x", ana) == "work");
    desk.add("x", "ana", ana);
    CHECK(desk.name_of("x", ana) == "ana");
    desk.add("x", "zoo", ana, AccountState::needs_sign_in);
    CHECK(desk.name_of("x", ana) == "zoo");
    // The handle may have changed.
    CHECK(desk.name_of("x", identity("1", "ana_the_second")) == "zoo");
}

TEST_CASE("the same number at another instance is somebody else") {
    Desk desk;
    desk.add("mastodon", "work", identity("1", "ana@one.example"));
    auto other = identity("1", "bob@two.example");
    other.base_url = "https://two.example";

    CHECK(desk.name_of("mastodon", other) == "bob@two.example");
}

TEST_CASE("behind another port of the same host is another server") {
    Desk desk;
    auto first = identity("7", "ana@127.0.0.1:3001");
    first.base_url = "http://127.0.0.1:3001";
    desk.add("mastodon", first.handle, first);
    auto other = identity("7", "ana@127.0.0.1:3002");
    other.base_url = "http://127.0.0.1:3002";

    CHECK(desk.name_of("mastodon", other) == "ana@127.0.0.1:3002");
    CHECK_THROWS_AS(desk.add("mastodon", first.handle, other), Error);
}

TEST_CASE("an id that is the same at every server is known after a move with a new handle") {
    Desk desk;
    desk.add("bluesky", "work", identity("did:plc:ana", "ana.one.example"));
    auto moved = identity("did:plc:ana", "ana.example");
    moved.base_url = "https://two.example";

    CHECK(desk.name_of("bluesky", moved) == "work");
}

TEST_CASE("a handle that names another account gets the platform behind it, then a number") {
    Desk desk;
    desk.add("x", "ana", identity("1", "ana"));
    const auto threads = identity("2", "ana");

    CHECK(desk.name_of("threads", threads) == "ana-threads");
    desk.add("x", "ana-threads", identity("3", "bob"));
    CHECK(desk.name_of("threads", threads) == "ana-threads-2");
    desk.add("x", "ana-threads-2", identity("4", "eve"));
    CHECK(desk.name_of("threads", threads) == "ana-threads-3");
}

TEST_CASE("a handle that is the name of its platform gets a number at once") {
    Desk desk;
    desk.add("outbox", "outbox", outbox_identity("/srv/outbox"));

    CHECK(desk.name_of("outbox", outbox_identity("/home/ana/outbox")) == "outbox-2");
}

TEST_CASE("the command that signs in again names the account, as a shell takes it") {
    CHECK(connect_again("x", "work") == "caas account connect x --name work");
    CHECK(connect_again("x", "Ana's") == R"(caas account connect x --name 'Ana'\''s')");
}

TEST_CASE("a hint that ends in the command gets the name, any other stays as it is") {
    const Error known(
        Code::platform_sign_in, "No.", "Again: caas account connect x", {{"/a", "b", "c"}});
    const auto named = naming_account(known, "x", "work");
    CHECK(named.code() == Code::platform_sign_in);
    CHECK(std::string(named.what()) == "No.");
    CHECK(named.hint() == "Again: caas account connect x --name work");
    CHECK(named.details().size() == 1);

    const Error other(Code::platform_sign_in, "No.", "Ask the operator.");
    CHECK(naming_account(other, "x", "work").hint() == "Ask the operator.");
}

}  // namespace
}  // namespace caas::platform
