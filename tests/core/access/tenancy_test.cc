#include "core/access/tenancy.h"

#include <doctest/doctest.h>

#include "core/access/member.h"
#include "tests/core/access/rig.h"

namespace caas {
namespace {

TEST_CASE("a slug is lower case with single dashes") {
    CHECK(access::slug_of("Acme, Inc.") == "acme-inc");
    CHECK(access::slug_of("  A  B  ") == "a-b");
    CHECK(access::slug_of("\xC3\xBC\xC3\xB6") == "team");
    CHECK(access::slug_of("") == "team");
    CHECK(access::slug_of(std::string(80, 'a')).size() == 40);
    CHECK(access::slug_of(std::string(39, 'a') + " b") == std::string(39, 'a'));
    CHECK(access::slug_of("01A202B2-c500-7abc-8def-0123456789ab") == "team");
}

TEST_CASE("two organizations of one name have two slugs") {
    Rig rig;
    const auto make = [&] {
        return rig.write([&](store::Transaction& transaction) {
            return access::create_organization(transaction, rig.ids, rig.clock.now(), "Acme").slug;
        });
    };

    CHECK(make() == "acme");
    CHECK(make() == "acme-2");
    CHECK(make() == "acme-3");
}

TEST_CASE("names are one short line") {
    Rig rig;
    const auto principal = rig.start();
    const auto refused = [&](const std::string& name) {
        return code_of([&] {
            rig.write([&](store::Transaction& transaction) {
                access::create_workspace(
                    transaction, rig.ids, rig.clock.now(), principal.organization, name, "UTC");
            });
        });
    };

    CHECK(refused("") == Code::invalid);
    CHECK(refused(" x") == Code::invalid);
    CHECK(refused("a\nb") == Code::invalid);
    CHECK(refused("a\xFF") == Code::invalid);
    CHECK(refused(std::string(101, 'x')) == Code::invalid);
    CHECK(refused(std::string(100, 'x')) == Code::internal);
}

TEST_CASE("a workspace name is taken once in an organization") {
    Rig rig;
    const auto ours = rig.start("ana");
    const auto theirs = rig.foreign();
    const auto make = [&](const OrganizationId& organization) {
        return code_of([&] {
            rig.write([&](store::Transaction& transaction) {
                access::create_workspace(
                    transaction, rig.ids, rig.clock.now(), organization, "ana", "UTC");
            });
        });
    };

    CHECK(make(ours.organization) == Code::conflict);
    CHECK(make(theirs.organization) == Code::internal);
}

TEST_CASE("a workspace is found by id, by the end of its id and by name") {
    Rig rig;
    const auto principal = rig.start("ana");
    const auto id = principal.workspace.text();
    const auto get = [&](const std::string& text) {
        return rig.read([&](store::Reader& reader) {
            return access::get_workspace(reader, principal.organization, text).id;
        });
    };

    CHECK(get(id) == principal.workspace);
    CHECK(get(id.substr(28)) == principal.workspace);
    CHECK(get("ana") == principal.workspace);
    CHECK(code_of([&] { get("nowhere"); }) == Code::not_found);
}

TEST_CASE("a workspace named like part of another one's id is not taken for it") {
    Rig rig;
    const auto principal = rig.start("ana");
    const auto id = principal.workspace.text();
    rig.write([&](store::Transaction& transaction) {
        for (const auto& name : {id, id.substr(28)})
            access::create_workspace(
                transaction, rig.ids, rig.clock.now(), principal.organization, name, "UTC");
    });
    const auto get = [&](const std::string& text) {
        return rig.read([&](store::Reader& reader) {
            return access::get_workspace(reader, principal.organization, text).id;
        });
    };

    CHECK(get(id) == principal.workspace);
    CHECK(code_of([&] { get(id.substr(28)); }) == Code::conflict);
}

TEST_CASE("a workspace changes its name and zone") {
    Rig rig;
    const auto principal = rig.start("ana");
    const auto change = [&](std::optional<std::string> name, std::optional<std::string> zone) {
        return rig.write([&](store::Transaction& transaction) {
            return access::change_workspace(
                transaction, principal.organization, principal.workspace, name, zone);
        });
    };

    CHECK(change("Team", std::nullopt).name == "Team");
    CHECK(change(std::nullopt, "Europe/Berlin").zone == "Europe/Berlin");
    CHECK(change("Team", std::nullopt).zone == "Europe/Berlin");
    CHECK(code_of([&] { change(std::nullopt, "Europe/Berlim"); }) == Code::invalid);
    CHECK(code_of([&] { change("", std::nullopt); }) == Code::invalid);
}

TEST_CASE("nothing of another organization is seen or changed") {
    Rig rig;
    const auto ours = rig.start();
    const auto theirs = rig.foreign();

    rig.read([&](store::Reader& reader) {
        CHECK_FALSE(access::find_workspace(reader, ours.organization, theirs.workspace));
        CHECK(access::list_workspaces(reader, ours.organization, {}).items.size() == 1);
        CHECK(access::list_members(reader, ours.organization).size() == 1);
        CHECK_FALSE(access::role_in(reader, ours.organization, theirs.person));
        CHECK(code_of([&] {
                  access::get_workspace(reader, ours.organization, theirs.workspace.text());
              }) == Code::not_found);
        CHECK(code_of([&] {
                  access::get_workspace(reader, ours.organization, "lair");
              }) == Code::not_found);
    });
    CHECK(code_of([&] {
              rig.write([&](store::Transaction& transaction) {
                  access::change_workspace(
                      transaction, ours.organization, theirs.workspace, "mine", std::nullopt);
              });
          }) == Code::not_found);
}

TEST_CASE("setting a member twice changes the role") {
    Rig rig;
    const auto ours = rig.start();
    const auto theirs = rig.foreign();
    const auto set = [&](access::Role role) {
        rig.write([&](store::Transaction& transaction) {
            access::set_member(
                transaction, rig.clock.now(), ours.organization, theirs.person, role);
        });
    };

    set(access::Role::viewer);
    set(access::Role::admin);

    rig.read([&](store::Reader& reader) {
        const auto members = access::list_members(reader, ours.organization);
        REQUIRE(members.size() == 2);
        CHECK(members[1].person.name == "eve");
        CHECK(members[1].role == access::Role::admin);
    });
}

}  // namespace
}  // namespace caas
