#include "core/access/member.h"

#include <thread>

#include <doctest/doctest.h>

#include "core/access/installation.h"
#include "core/access/invitation.h"
#include "tests/core/access/rig.h"

namespace caas {
namespace {

using access::Role;

struct Team : Rig {
    Team() : ana(start()), bob(join("bob", Role::member)) {}

    PersonId join(const std::string& name, Role role) {
        return write([&](store::Transaction& transaction) {
            const auto person =
                access::create_person(transaction, ids, clock.now(), name, name + "@example.org");
            access::set_member(transaction, clock.now(), ana.organization, person.id, role);
            return person.id;
        });
    }

    Code change(const PersonId& person, Role role) {
        return code_of([&] {
            write([&](store::Transaction& transaction) {
                access::change_role(
                    transaction,
                    ana.organization,
                    access::get_member(transaction, ana.organization, person.text()),
                    role,
                    clock.now());
            });
        });
    }

    Code remove(const PersonId& person) {
        return code_of([&] {
            write([&](store::Transaction& transaction) {
                access::remove_member(
                    transaction,
                    ana.organization,
                    access::get_member(transaction, ana.organization, person.text()),
                    clock.now());
            });
        });
    }

    access::Invited invite(const std::string& email, Role role = Role::viewer) {
        return write([&](store::Transaction& transaction) {
            return access::create_invitation(
                transaction, ids, random, clock.now(), ana.organization, ana.person, email, role);
        });
    }

    Code accept(const access::Invited& invited, const PersonId& person) {
        return code_of([&] {
            write([&](store::Transaction& transaction) {
                access::accept_invitation(transaction, invited.text.reveal(), person, clock.now());
            });
        });
    }

    std::optional<Role> role(const PersonId& person) {
        return read([&](store::Reader& reader) {
            return access::role_in(reader, ana.organization, person);
        });
    }

    access::Principal ana;
    PersonId bob;
};

TEST_CASE("the last owner stays owner until there is another one") {
    Team team;
    CHECK(team.change(team.ana.person, Role::admin) == Code::conflict);
    CHECK(team.remove(team.ana.person) == Code::conflict);
    CHECK(team.change(team.bob, Role::owner) == Code::internal);
    CHECK(team.remove(team.ana.person) == Code::internal);
    CHECK(team.remove(team.bob) == Code::conflict);
    CHECK_FALSE(team.role(team.ana.person));
}

TEST_CASE("two owners who leave at once do not both leave") {
    for (int round = 0; round < 5; ++round) {
        Team team;
        team.change(team.bob, Role::owner);
        store::Store other(team.database.connector(), team.clock);
        const auto leave = [&](store::Store& store, const PersonId& person) {
            try {
                store.write([&](store::Transaction& transaction) {
                    const auto& organization = team.ana.organization;
                    access::lock_organization(transaction, organization);
                    access::remove_member(
                        transaction,
                        organization,
                        access::get_member(transaction, organization, person.text()),
                        team.clock.now());
                });
            } catch (const Error& e) {
                CHECK(e.code() == Code::conflict);
            }
        };
        {
            const std::jthread one([&] { leave(team.store, team.ana.person); });
            const std::jthread two([&] { leave(other, team.bob); });
        }
        CHECK((team.role(team.bob) == Role::owner) != (team.role(team.ana.person) == Role::owner));
    }
}

TEST_CASE("an owner who may not sign in does not count") {
    Team team;
    team.change(team.bob, Role::owner);
    team.write([&](store::Transaction& transaction) {
        access::set_disabled(transaction, team.bob, team.clock.now());
    });
    CHECK(team.change(team.ana.person, Role::admin) == Code::conflict);
}

TEST_CASE("who is removed loses their tokens and invitations, also when they come back") {
    Team team;
    auto principal = team.ana;
    principal.person = team.bob;
    const auto text = team.token(principal).text.reveal();
    REQUIRE(team.authenticate(text));
    const auto carol = team.write([&](store::Transaction& transaction) {
        return access::create_invitation(
            transaction,
            team.ids,
            team.random,
            team.clock.now(),
            team.ana.organization,
            team.bob,
            "carol@example.org",
            Role::viewer);
    });

    CHECK(team.remove(team.bob) == Code::internal);

    CHECK_FALSE(team.authenticate(text));
    CHECK(team.accept(carol, team.bob) == Code::not_found);
    team.write([&](store::Transaction& transaction) {
        access::set_member(
            transaction, team.clock.now(), team.ana.organization, team.bob, Role::member);
    });
    CHECK_FALSE(team.authenticate(text));
}

TEST_CASE("a token stops at once when its person or organization is disabled, and works again") {
    Team team;
    const auto text = team.token(team.ana).text.reveal();
    const auto set = [&](const auto& id, std::optional<Instant> since) {
        team.write(
            [&](store::Transaction& transaction) { access::set_disabled(transaction, id, since); });
    };
    set(team.ana.person, team.clock.now());
    CHECK_FALSE(team.authenticate(text));
    set(team.ana.person, std::nullopt);
    CHECK(team.authenticate(text));
    set(team.ana.organization, team.clock.now());
    CHECK_FALSE(team.authenticate(text));
    set(team.ana.organization, std::nullopt);
    CHECK(team.authenticate(text));
}

TEST_CASE("a member is found by id, part of it, e-mail and name") {
    Team team;
    const auto get = [&](const std::string& who) {
        return team.read([&](store::Reader& reader) {
            return access::get_member(reader, team.ana.organization, who).person.id;
        });
    };
    CHECK(get(team.bob.text()) == team.bob);
    CHECK(get(team.bob.text().substr(28)) == team.bob);
    CHECK(get("Bob@Example.org") == team.bob);
    CHECK(get("bob") == team.bob);
    CHECK(code_of([&] { get("nobody"); }) == Code::not_found);
    CHECK(code_of([&] { get(team.foreign().person.text()); }) == Code::not_found);
    team.write([&](store::Transaction& transaction) {
        const auto other = access::create_person(transaction, team.ids, team.clock.now(), "bob");
        access::set_member(
            transaction, team.clock.now(), team.ana.organization, other.id, Role::viewer);
    });
    CHECK(code_of([&] { get("bob"); }) == Code::conflict);
}

TEST_CASE("who is named like the end of a member's id is not taken for them") {
    Team team;
    const auto end = team.bob.text().substr(28);
    const auto mallory = team.join(end, Role::viewer);
    team.join(team.bob.text(), Role::viewer);
    const auto get = [&](const std::string& who) {
        return team.read([&](store::Reader& reader) {
            return access::get_member(reader, team.ana.organization, who).person.id;
        });
    };

    CHECK(code_of([&] { get(end); }) == Code::conflict);
    CHECK(get(team.bob.text()) == team.bob);
    CHECK(get("bob@example.org") == team.bob);
    CHECK(get(mallory.text()) == mallory);
}

TEST_CASE("a member's name that looks like an address is not taken for one") {
    Team team;
    team.join("carol@example.org", Role::viewer);
    CHECK(code_of([&] {
              team.read([&](store::Reader& reader) {
                  access::get_member(reader, team.ana.organization, "carol@example.org");
              });
          }) == Code::not_found);
}

TEST_CASE("an organization named like part of another one's id is not taken for it") {
    Team team;
    const auto own = team.ana.organization;
    const auto end = own.text().substr(28);
    const auto make = [&](const std::string& name) {
        return team.write([&](store::Transaction& transaction) {
            const auto made =
                access::create_organization(transaction, team.ids, team.clock.now(), name).id;
            access::set_member(transaction, team.clock.now(), made, team.ana.person, Role::viewer);
            return made;
        });
    };
    const auto strange = make(end);
    make(own.text());
    const auto find = [&](const std::string& who) {
        return team.read([&](store::Reader& reader) {
            return access::find_seat(reader, team.ana.person, who).value().organization.id;
        });
    };
    const auto get_any = [&](const std::string& who) {
        return team.read(
            [&](store::Reader& reader) { return access::get_any_organization(reader, who).id; });
    };

    CHECK(code_of([&] { find(end); }) == Code::conflict);
    CHECK(code_of([&] { get_any(end); }) == Code::conflict);
    CHECK(find(own.text()) == own);
    CHECK(get_any(own.text()) == own);
    CHECK(find(strange.text()) == strange);
}

TEST_CASE("members come in pages, those first who joined first") {
    Team team;
    team.clock.advance(std::chrono::hours(1));
    team.join("carol", Role::viewer);
    const auto list = [&](const std::string& cursor) {
        return team.read([&](store::Reader& reader) {
            return access::list_members(
                reader, team.ana.organization, {.limit = 2, .cursor = cursor});
        });
    };
    const auto first = list("");
    REQUIRE(first.items.size() == 2);
    const auto second = list(first.next_cursor.value_or(""));
    REQUIRE(second.items.size() == 1);
    CHECK(second.items.front().person.name == "carol");
    CHECK_FALSE(second.next_cursor);
}

TEST_CASE("nobody hands out more than they have") {
    access::Principal admin;
    admin.role = Role::admin;
    CHECK(code_of([&] { access::require_reach(admin, Role::owner); }) == Code::forbidden);
    CHECK(code_of([&] { access::require_reach(admin, Role::admin); }) == Code::internal);
    CHECK(code_of([&] { access::require_reach(admin, Role::viewer); }) == Code::internal);
}

TEST_CASE("an invitation is good once, for a week, for its address, and kept as a digest") {
    Team team;
    const auto invited = team.invite(" Carol@Example.org");
    CHECK(invited.invitation.email == "carol@example.org");
    CHECK(invited.text.reveal().starts_with("caasi_"));
    const auto stored = team.read([&](store::Reader& reader) {
        return reader.query("SELECT digest FROM invitation", {}).front().text(0);
    });
    CHECK(stored.find(invited.text.reveal().substr(6)) == std::string::npos);
    CHECK(team.accept(invited, team.bob) == Code::forbidden);
    const auto carol = team.write([&](store::Transaction& transaction) {
        return access::create_person(
                   transaction, team.ids, team.clock.now(), "carol", "carol@example.org")
            .id;
    });
    CHECK(team.accept(invited, carol) == Code::internal);
    CHECK(team.role(carol) == Role::viewer);
    CHECK(team.accept(invited, carol) == Code::not_found);

    const auto late = team.invite("dave@example.org");
    team.clock.advance(std::chrono::hours(24 * 7));
    CHECK(team.accept(late, team.ana.person) == Code::not_found);
}

TEST_CASE("a second invitation takes the place of the first, a revoked one is worth nothing") {
    Team team;
    const auto first = team.invite("dave@example.org");
    const auto second = team.invite("dave@example.org", Role::admin);
    CHECK(team.accept(first, team.ana.person) == Code::not_found);
    team.write([&](store::Transaction& transaction) {
        const auto found =
            access::get_invitation(transaction, team.ana.organization, "dave@example.org");
        CHECK(found.id == second.invitation.id);
        access::revoke_invitation(transaction, team.ana.organization, found.id, team.clock.now());
    });
    CHECK(team.accept(second, team.ana.person) == Code::not_found);
    CHECK(code_of([&] { team.invite("bob@example.org"); }) == Code::conflict);
    for (const auto* wrong : {"", "x", "@", "a@", "@b.org", "a b@c.org", "a@b@c.org"}) {
        CAPTURE(wrong);
        CHECK(code_of([&] { team.invite(wrong); }) == Code::invalid);
    }
}

TEST_CASE("an invitation raises a role and never lowers it") {
    Team team;
    CHECK(
        team.accept(team.invite("x@example.org", Role::viewer), team.ana.person) == Code::internal);
    CHECK(team.role(team.ana.person) == Role::owner);
}

TEST_CASE("the members, invitations and seats of another organization are not there") {
    Team team;
    const auto eve = team.foreign();
    const auto invited = team.invite("dave@example.org");
    team.read([&](store::Reader& reader) {
        CHECK(access::list_invitations(reader, eve.organization, {}).items.empty());
        CHECK(access::list_members(reader, eve.organization, {}).items.size() == 1);
        CHECK(code_of([&] {
                  access::get_invitation(reader, eve.organization, invited.invitation.id.text());
              }) == Code::not_found);
        CHECK_FALSE(access::find_seat(reader, eve.person, team.ana.organization.text()));
        CHECK_FALSE(access::find_seat(reader, eve.person, "ana"));
        CHECK(access::find_seat(reader, eve.person, "evil")->role == Role::owner);
        const auto id = eve.organization.text();
        CHECK(access::find_seat(reader, eve.person, id.substr(28)));
        CHECK(access::list_seats(reader, eve.person, {}).items.size() == 1);
    });
}

}  // namespace
}  // namespace caas
