// A home as the composition root builds it, in a fresh folder: real store, vault, settings and
// prompts; pretended time, chance and network.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/access/bootstrap.h"
#include "core/access/member.h"
#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/content/content.h"
#include "core/flow/connect.h"
#include "core/flow/tools.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_http.h"
#include "tests/fake/fake_random.h"
#include "tests/fake/folder.h"

namespace caas::fake {

struct Home {
    // `variables`, `flags`: what the settings are read from.
    explicit Home(
        std::map<std::string, std::string> variables = {}, std::vector<config::Flag> flags = {})
        : settings(config::load(
              {.environment = config::environment_of(std::move(variables)),
               .flags = std::move(flags)})),
          owner(store.write([this](store::Transaction& transaction) {
              auto made = access::bootstrap(transaction, ids, clock.now(), "ana", "UTC");
              flow::add_outbox_account(tools, transaction, made.workspace);
              return made;
          })) {}

    // The same person over the network.
    access::Principal remote() const {
        auto principal = owner;
        principal.is_local_owner = false;
        principal.role = access::Role::owner;
        principal.scope = access::Scope::admin;
        return principal;
    }

    // The owner of another organization of the same home.
    access::Principal foreign() {
        return store.write([&](store::Transaction& transaction) {
            const auto now = clock.now();
            access::Principal principal;
            principal.person = access::create_person(transaction, ids, now, "eve").id;
            principal.organization =
                access::create_organization(transaction, ids, now, "elsewhere").id;
            principal.workspace = access::create_workspace(
                                      transaction, ids, now, principal.organization, "lair", "UTC")
                                      .id;
            access::set_member(
                transaction, now, principal.organization, principal.person, access::Role::owner);
            principal.role = access::Role::owner;
            principal.scope = access::Scope::admin;
            return principal;
        });
    }

    content::Content add(std::vector<std::string> texts) {
        content::Draft draft;
        for (auto& text : texts)
            draft.body.parts.push_back({std::move(text), {}});
        return store.write([&](store::Transaction& transaction) {
            return content::create(transaction, owner.workspace, ids, clock.now(), draft);
        });
    }

    content::Version edit(const content::Content& content, const std::string& text) {
        content::Draft draft;
        draft.body.parts = {{text, {}}};
        return store.write([&](store::Transaction& transaction) {
            return content::add_version(
                transaction, owner.workspace, ids, clock.now(), content.id, draft);
        });
    }

    std::int64_t count(std::string_view table) {
        return store.read([&](store::Reader& reader) {
            return reader.query("SELECT count(*) FROM " + std::string(table), {})
                .front()
                .integer(0);
        });
    }

    Folder folder;
    Database database{folder.path()};
    FakeClock clock;
    FakeRandom random;
    FakeHttp http;
    const config::Settings settings;
    IdMaker ids{clock, random};
    Log log{clock, Level::off};
    store::Store store{database.connector(), clock};
    std::optional<vault::Vault> vault;
    billing::PlanFile plans{std::filesystem::path(CAAS_SOURCE_DIR) / "share", settings};
    const flow::Tools tools{
        store,
        clock,
        random,
        ids,
        http,
        settings,
        [this]() -> const vault::Vault& {
            if (!vault)
                vault.emplace(
                    vault::installation_keys(Secret(), folder / "secret.key", random), random);
            return *vault;
        },
        log,
        std::filesystem::path(CAAS_SOURCE_DIR) / "share",
        folder.path(),
        [this]() -> const billing::Plans& { return plans.get(); }};
    const access::Principal owner;  // the local one
};

// What `action` throws; the test fails when it throws nothing.
template <typename Action>
Error thrown_by(Action action) {
    try {
        action();
    } catch (const Error& e) {
        return e;
    }
    throw std::logic_error("nothing was thrown");
}

// The stable name of the code of what `action` throws, or "fine".
template <typename Action>
std::string code_of(Action action) {
    try {
        action();
    } catch (const Error& e) {
        return std::string(facts(e.code()).name);
    }
    return "fine";
}

}  // namespace caas::fake
