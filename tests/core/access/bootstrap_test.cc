#include "core/access/bootstrap.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/access/identity.h"
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

// As somebody who registered over the network before anybody used the machine's own commands.
access::Principal stranger(Rig& rig) {
    auto made = rig.foreign();
    rig.write([&](store::Transaction& transaction) {
        access::record(
            transaction,
            rig.clock.now(),
            {made.person, std::nullopt},
            access::installation_chain,
            {"person.create", made.person.text()},
            Json{{"email", "eve@example.org"}});
    });
    rig.clock.advance(std::chrono::seconds(1));
    return made;
}

void forget_mark(Rig& rig) {
    rig.write([](store::Transaction& transaction) { transaction.execute("DELETE FROM fact", {}); });
}

TEST_CASE("whoever registers before the machine was used does not become its owner") {
    Rig rig;
    const auto eve = stranger(rig);
    CHECK_FALSE(rig.read([](store::Reader& reader) { return access::local_owner(reader); }));

    const auto owner = rig.start("ana");

    CHECK(owner.person != eve.person);
    CHECK(owner.organization != eve.organization);
    rig.read([&](store::Reader& reader) {
        CHECK(access::find_person(reader, owner.person)->name == "ana");
        CHECK_FALSE(access::role_in(reader, eve.organization, owner.person));
    });
    CHECK(rig.start("ana").person == owner.person);
}

TEST_CASE("a home that is older than the mark keeps its person, with the address they took") {
    Rig rig;
    const auto ana = rig.start("ana");
    rig.write([&](store::Transaction& transaction) {
        access::set_email(transaction, ana.person, "ana@example.org");
    });
    rig.clock.advance(std::chrono::seconds(1));
    stranger(rig);
    forget_mark(rig);

    const auto owner = rig.start("bob");

    CHECK(owner.person == ana.person);
    CHECK(owner.workspace == ana.workspace);
}

TEST_CASE("a home older than the mark in which a stranger was first gets a person of its own") {
    Rig rig;
    const auto eve = stranger(rig);
    forget_mark(rig);

    CHECK(rig.start("ana").person != eve.person);
}

TEST_CASE(
    "a home older than the mark keeps who registered and was made owner of the installation") {
    Rig rig;
    const auto ana = stranger(rig);
    rig.write([&](store::Transaction& transaction) {
        access::set_installation_owner(transaction, ana.person);
    });
    forget_mark(rig);

    const auto owner = rig.start("root");

    CHECK(owner.person == ana.person);
    CHECK(owner.organization == ana.organization);
}

TEST_CASE("who handed their organization over stays the person of the machine") {
    Rig rig;
    const auto ana = rig.start("ana");
    rig.clock.advance(std::chrono::seconds(1));
    const auto eve = stranger(rig);
    rig.write([&](store::Transaction& transaction) {
        const auto now = rig.clock.now();
        access::set_member(transaction, now, ana.organization, eve.person, access::Role::owner);
        access::set_member(transaction, now, ana.organization, ana.person, access::Role::viewer);
    });

    const auto as_member = rig.start("ana");
    rig.write([&](store::Transaction& transaction) {
        transaction.execute("DELETE FROM member WHERE person_id = $1", {ana.person});
    });
    const auto alone = rig.start("ana");

    CHECK(as_member.person == ana.person);
    CHECK(as_member.organization == ana.organization);
    CHECK(as_member.role == access::Role::owner);
    CHECK(alone.person == ana.person);
    CHECK(alone.organization != ana.organization);
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
