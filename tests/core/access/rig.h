// A fresh database with fakes around it, and two organizations that must not see each other.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/access/bootstrap.h"
#include "core/access/member.h"
#include "core/access/tenancy.h"
#include "core/access/token.h"
#include "core/base/error.h"
#include "core/store/store.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"
#include "tests/fake/folder.h"

namespace caas {

struct Rig {
    fake::Folder folder;
    fake::Database database{folder.path()};
    fake::FakeClock clock;
    fake::FakeRandom random;
    IdMaker ids{clock, random};
    store::Store store{database.connector(), clock};

    template <typename Function>
    auto write(Function&& function) {
        return store.write(std::forward<Function>(function));
    }

    template <typename Function>
    auto read(Function&& function) {
        return store.read(std::forward<Function>(function));
    }

    access::Principal start(const std::string& user = "ana", const std::string& zone = "UTC") {
        return write([&](store::Transaction& transaction) {
            return access::bootstrap(transaction, ids, clock.now(), user, zone);
        });
    }

    // An organization of somebody else, with one workspace.
    access::Principal foreign() {
        return write([&](store::Transaction& transaction) {
            const auto now = clock.now();
            const auto person = access::create_person(transaction, ids, now, "eve");
            const auto organization = access::create_organization(transaction, ids, now, "evil");
            const auto workspace = access::create_workspace(
                transaction, ids, now, organization.id, "lair", "Europe/Berlin");
            access::set_member(transaction, now, organization.id, person.id, access::Role::owner);
            access::Principal principal;
            principal.person = person.id;
            principal.organization = organization.id;
            principal.workspace = workspace.id;
            return principal;
        });
    }

    access::Created token(
        const access::Principal& principal,
        access::Scope scope = access::Scope::publish,
        std::optional<Instant> expires_at = std::nullopt,
        std::optional<WorkspaceId> workspace = std::nullopt) {
        return write([&](store::Transaction& transaction) {
            return access::create_token(
                transaction,
                ids,
                random,
                clock.now(),
                {principal.organization, workspace, principal.person, "ci", scope, expires_at});
        });
    }

    std::optional<access::Principal> authenticate(std::string_view text) {
        return read(
            [&](store::Reader& reader) { return access::authenticate(reader, text, clock.now()); });
    }
};

// The code of what `action` throws; `internal` when it throws nothing.
template <typename Action>
Code code_of(Action action) {
    try {
        action();
    } catch (const Error& e) {
        return e.code();
    }
    return Code::internal;
}

}  // namespace caas
