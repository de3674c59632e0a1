// An organization with a plan and its ledger, in a fresh database.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "core/access/member.h"
#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/billing/balance.h"
#include "core/billing/gate.h"
#include "core/billing/grant.h"
#include "core/billing/reservation.h"
#include "core/billing/usage.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"
#include "tests/fake/folder.h"

namespace caas::billing {

struct Rig {
    using Variables = std::map<std::string, std::string>;

    explicit Rig(Variables variables = {{"STRIPE_SECRET_KEY", "sk_test"}})
        : settings(config::load({.environment = config::environment_of(std::move(variables))})),
          plans(load_plans(std::filesystem::path(CAAS_SOURCE_DIR) / "share", settings)),
          organization(make("acme")),
          owner(add_member(organization, "ana", access::Role::owner)) {}

    template <typename Function>
    auto write(Function&& function) {
        return store.write(std::forward<Function>(function));
    }

    template <typename Function>
    auto read(Function&& function) {
        return store.read(std::forward<Function>(function));
    }

    OrganizationId make(const std::string& name) {
        return write([&](store::Transaction& transaction) {
            const auto made = access::create_organization(transaction, ids, clock.now(), name).id;
            access::create_workspace(transaction, ids, clock.now(), made, name, "UTC");
            return made;
        });
    }

    PersonId add_member(const OrganizationId& to, const std::string& name, access::Role role) {
        return write([&](store::Transaction& transaction) {
            const auto person = access::create_person(transaction, ids, clock.now(), name).id;
            access::set_member(transaction, clock.now(), to, person, role);
            return person;
        });
    }

    WorkspaceId workspace() {
        return *read(
            [&](store::Reader& reader) { return access::first_workspace(reader, organization); });
    }

    bool grant(
        std::int64_t tokens,
        const std::string& source,
        std::optional<Instant> until = std::nullopt) {
        return write([&](store::Transaction& transaction) {
            return add_grant(
                transaction,
                ids,
                {organization, tokens, "invoice", source, clock.now(), until},
                clock.now());
        });
    }

    void set(const PlanState& state) {
        write([&](store::Transaction& transaction) {
            set_plan(plans, transaction, organization, state, clock.now());
        });
    }

    // Bought just now, for a month.
    void buy(const std::string& plan) {
        PlanState state;
        state.plan = plan;
        state.standing = Standing::active;
        state.since = clock.now();
        state.period_start = clock.now();
        state.period_end = clock.now() + std::chrono::hours(24 * 30);
        set(state);
    }

    // The id of the generation.
    std::string reserve(std::int64_t tokens, Milliseconds lasts = std::chrono::minutes(10)) {
        Wish wish;
        wish.generation = ids.text();
        wish.organization = organization;
        wish.ways = {{tokens, 0}};
        wish.expires_at = clock.now() + lasts;
        write([&](store::Transaction& transaction) {
            billing::reserve(plans, transaction, ids, wish, clock.now());
        });
        return wish.generation;
    }

    Debit debit(const std::string& generation, std::int64_t tokens) {
        Debit out;
        out.generation = generation;
        out.organization = organization;
        out.workspace = workspace();
        out.person = owner;
        out.provider = "openai";
        out.model = "gpt-5.4-mini";
        out.input_tokens = tokens * 600;
        out.output_tokens = tokens * 400;
        out.tokens = tokens;
        out.microdollars = tokens * 10;
        return out;
    }

    Settled settle(const std::string& generation, std::int64_t tokens) {
        const auto what = debit(generation, tokens);
        return write([&](store::Transaction& transaction) {
            return billing::settle(plans, transaction, ids, what, clock.now());
        });
    }

    void release(const std::string& generation) {
        write([&](store::Transaction& transaction) { billing::release(transaction, generation); });
    }

    Balance balance() {
        return read(
            [&](store::Reader& reader) { return balance_of(reader, organization, clock.now()); });
    }

    std::int64_t number(std::string_view sql) {
        return read(
            [&](store::Reader& reader) { return reader.query(sql, {}).front().integer(0); });
    }

    // What `action` throws; empty when it throws nothing.
    template <typename Action>
    static std::string refusal(Action action) {
        try {
            action();
        } catch (const Error& e) {
            return std::string(facts(e.code()).name) + ": " + e.what();
        }
        return {};
    }

    fake::Folder folder;
    fake::Database database{folder.path()};
    fake::FakeClock clock;
    fake::FakeRandom random;
    IdMaker ids{clock, random};
    store::Store store{database.connector(), clock};
    const config::Settings settings;
    const Plans plans;
    const OrganizationId organization;
    const PersonId owner;
};

}  // namespace caas::billing
