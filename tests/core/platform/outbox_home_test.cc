// Where outboxes write when their home is restored elsewhere.
#include <string>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/platform/account.h"
#include "core/platform/outbox/home.h"
#include "tests/fake/two_workspaces.h"

namespace caas::platform {
namespace {

struct Desk : fake::TwoWorkspaces {
    AccountId add(const std::string& name, const std::string& path) {
        NewAccount wanted;
        wanted.workspace = mine;
        wanted.platform = "outbox";
        wanted.name = name;
        wanted.identity = outbox_identity(path);
        return store.write([&](store::Transaction& t) {
            return insert_account(
                       t,
                       ids,
                       []() -> const vault::Vault& {
                           throw Error(Code::internal, "An outbox has no secret");
                       },
                       wanted,
                       clock.now())
                .id;
        });
    }

    outbox::Rehomed rehome(const std::string& from, const std::string& to) {
        return store.write(
            [&](store::Transaction& t) { return outbox::rehome(t, from, to, clock.now()); });
    }

    Account account(const AccountId& id) {
        return store.read([&](store::Reader& r) { return load_account(r, id); });
    }
};

TEST_CASE("an outbox within the former home lies in the same place of the new one") {
    Desk desk;
    const auto usual = desk.add("outbox", "/old/caas/outbox");
    const auto deep = desk.add("blog", "/old/caas/outbox/blog");
    const auto whole = desk.add("all", "/old/caas");

    const auto done = desk.rehome("/old/caas", "/new");

    CHECK(done.moved == 3);
    CHECK(done.elsewhere.empty());
    CHECK(desk.account(usual).remote_id == "/new/outbox");
    CHECK(desk.account(usual).handle == "outbox");
    CHECK(desk.account(deep).remote_id == "/new/outbox/blog");
    CHECK(desk.account(whole).remote_id == "/new");
    CHECK(desk.account(whole).handle == "new");
}

TEST_CASE("an outbox that was put elsewhere stays there, and is told") {
    Desk desk;
    const auto beside = desk.add("blog", "/old/caas-blog");
    desk.add("inside", "/new/outbox");

    const auto done = desk.rehome("/old/caas", "/new");

    CHECK(done.moved == 0);
    REQUIRE(done.elsewhere.size() == 1);
    CHECK(done.elsewhere.front().account == "blog");
    CHECK(done.elsewhere.front().folder == "/old/caas-blog");
    CHECK(desk.account(beside).remote_id == "/old/caas-blog");
}

TEST_CASE("an outbox whose place is that of another one stays where it is, and is told") {
    Desk desk;
    const auto usual = desk.add("outbox", "/old/caas/outbox");
    const auto other = desk.add("other", "/new/outbox");
    SUBCASE("the other one is connected") {}
    SUBCASE("the other one is disconnected") {
        desk.store.write(
            [&](store::Transaction& t) { disconnect_account(t, other, desk.clock.now()); });
    }

    const auto done = desk.rehome("/old/caas", "/new/");

    CHECK(done.moved == 0);
    REQUIRE(done.elsewhere.size() == 1);
    CHECK(done.elsewhere.front().account == "outbox");
    CHECK(done.elsewhere.front().folder == "/old/caas/outbox");
    CHECK(done.elsewhere.front().taken_by == "other");
    CHECK(desk.account(usual).remote_id == "/old/caas/outbox");
    CHECK(desk.account(other).remote_id == "/new/outbox");
}

TEST_CASE("where nobody knows the former home every outbox outside of the new one is told") {
    Desk desk;
    const auto usual = desk.add("outbox", "/old/caas/outbox");

    const auto done = desk.rehome("", "/new");

    CHECK(done.moved == 0);
    CHECK(done.elsewhere.size() == 1);
    CHECK(desk.account(usual).remote_id == "/old/caas/outbox");
}

TEST_CASE("in the same home nothing changes, and nothing is told") {
    Desk desk;
    const auto usual = desk.add("outbox", "/old/caas/outbox");
    desk.add("blog", "/srv/blog");

    const auto done = desk.rehome("/old/caas", "/old/caas/");

    CHECK(done.moved == 0);
    CHECK(done.elsewhere.empty());
    CHECK(desk.account(usual).remote_id == "/old/caas/outbox");
}

TEST_CASE("a disconnected outbox moves along, so that it can be connected again, and is not told") {
    Desk desk;
    const auto usual = desk.add("outbox", "/old/caas/outbox");
    const auto other = desk.add("blog", "/srv/blog");
    desk.store.write([&](store::Transaction& t) {
        disconnect_account(t, usual, desk.clock.now());
        disconnect_account(t, other, desk.clock.now());
    });

    const auto done = desk.rehome("/old/caas", "/new");

    CHECK(done.moved == 0);
    CHECK(done.elsewhere.empty());
    CHECK(desk.account(usual).remote_id == "/new/outbox");
}

}  // namespace
}  // namespace caas::platform
