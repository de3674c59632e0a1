#include "core/access/bootstrap.h"

#include <doctest/doctest.h>

#include "tests/core/access/rig.h"

namespace caas {
namespace {

TEST_CASE("a home that was never used has no owner") {
    Rig rig;

    CHECK_FALSE(rig.read([](store::Reader& reader) { return access::local_owner(reader); }));
}

TEST_CASE("a home starts with one person, organization and workspace named after the user") {
    Rig rig;

    const auto principal = rig.start("ana", "Europe/Berlin");

    rig.read([&](store::Reader& reader) {
        const auto organization = access::find_organization(reader, principal.organization);
        const auto workspace =
            access::find_workspace(reader, principal.organization, principal.workspace);
        REQUIRE(organization);
        REQUIRE(workspace);
        CHECK(organization->name == "ana");
        CHECK(organization->slug == "ana");
        CHECK(workspace->name == "ana");
        CHECK(workspace->zone == "Europe/Berlin");
        CHECK(access::find_person(reader, principal.person)->name == "ana");
        CHECK(
            access::role_in(reader, principal.organization, principal.person) ==
            access::Role::owner);
    });
    CHECK(principal.is_local_owner);
    CHECK(access::allows(principal, access::Action::delete_organization));
}

TEST_CASE("starting again changes nothing, not even under another name") {
    Rig rig;
    const auto first = rig.start("ana");

    const auto second = rig.start("bob", "Europe/Berlin");

    CHECK(second.person == first.person);
    CHECK(second.organization == first.organization);
    CHECK(second.workspace == first.workspace);
    const auto owner = rig.read([](store::Reader& reader) { return access::local_owner(reader); });
    REQUIRE(owner);
    CHECK(owner->workspace == first.workspace);
    CHECK(owner->is_local_owner);
}

TEST_CASE("two processes that start one home at once make one owner") {
    fake::Folder folder;
    fake::Database database{folder.path()};
    fake::FakeClock clock;
    fake::FakeRandom random;
    IdMaker ids(clock, random);
    store::Store one(database.connector(), clock);
    store::Store two(database.connector(), clock);
    std::vector<access::Principal> made(2);
    {
        const auto start = [&](store::Store& store, std::size_t at) {
            made[at] = store.write([&](store::Transaction& transaction) {
                return access::bootstrap(transaction, ids, clock.now(), "ana", "UTC");
            });
        };
        const std::jthread first([&] { start(one, 0); });
        const std::jthread second([&] { start(two, 1); });
    }

    CHECK(made[0].organization == made[1].organization);
    CHECK(made[0].person == made[1].person);
}

TEST_CASE("the owner acts in the oldest organization") {
    Rig rig;
    const auto first = rig.start();
    rig.clock.advance(std::chrono::seconds(1));
    rig.foreign();

    const auto owner = rig.read([](store::Reader& reader) { return access::local_owner(reader); });

    CHECK(owner->organization == first.organization);
}

TEST_CASE("an unknown zone becomes UTC") {
    Rig rig;

    const auto principal = rig.start("ana", "Mars/Olympus");

    rig.read([&](store::Reader& reader) {
        CHECK(
            access::list_workspaces(reader, principal.organization, {}).items.at(0).zone == "UTC");
    });
}

TEST_CASE("whatever the system calls its user becomes a usable name") {
    const auto name_for = [](const std::string& user) {
        Rig rig;
        const auto principal = rig.start(user);
        return rig.read([&](store::Reader& reader) {
            return access::find_person(reader, principal.person)->name;
        });
    };

    CHECK(name_for("") == "me");
    CHECK(name_for(" \n\t ") == "me");
    CHECK(name_for(" an\na ") == "ana");
    CHECK(name_for("J\xC3\xBCrgen") == "J\xC3\xBCrgen");
    CHECK(name_for("a\xFFz") == "a\xEF\xBF\xBDz");
    CHECK(name_for(std::string(300, 'x')).size() == 100);
    CHECK(name_for("x" + std::string(98, 'y') + "\xC3\xBC") == "x" + std::string(98, 'y'));
}

}  // namespace
}  // namespace caas
