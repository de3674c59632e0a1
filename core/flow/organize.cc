#include "core/flow/organize.h"

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/access/device.h"
#include "core/access/installation.h"
#include "core/access/invitation.h"
#include "core/access/session.h"
#include "core/base/error.h"
#include "core/delivery/change.h"
#include "core/delivery/forget.h"
#include "core/flow/subscribe.h"
#include "core/platform/account.h"

namespace caas::flow {
namespace {

// By it the accounts are found again that wait for nothing else.
constexpr std::string_view held_reason = "held by the owner of the installation";

template <typename Function>
void each_workspace(
    store::Reader& reader, const OrganizationId& organization, const Function& function) {
    store::Page page{.limit = store::most_limit, .cursor = {}};
    for (;;) {
        const auto slice = access::list_workspaces(reader, organization, page);
        for (const auto& workspace : slice.items)
            function(workspace);
        if (!slice.next_cursor)
            return;
        page.cursor = *slice.next_cursor;
    }
}

std::vector<platform::Account> accounts_of(
    store::Reader& reader, const OrganizationId& organization) {
    std::vector<platform::Account> out;
    each_workspace(reader, organization, [&](const access::Workspace& workspace) {
        store::Page page{.limit = store::most_limit, .cursor = {}};
        for (;;) {
            const auto slice = platform::list_accounts(reader, workspace.id, page);
            out.insert(out.end(), slice.items.begin(), slice.items.end());
            if (!slice.next_cursor)
                return;
            page.cursor = *slice.next_cursor;
        }
    });
    return out;
}

// Throws while something of it may be on its way; else nothing of it is left to be sent.
void forget_posts(store::Transaction& transaction, const OrganizationId& organization) {
    each_workspace(transaction, organization, [&](const access::Workspace& workspace) {
        const auto left = delivery::forget_posts(transaction, workspace.id);
        if (!left)
            return;
        throw Error(
            Code::conflict,
            "A post of " + workspace.name + " is " + std::string(delivery::name(left->state)) +
                " for " + left->account_name,
            left->state == delivery::PostState::publishing
                ? "wait until it is out"
                : "say what became of it: caas posts reconcile " + left->id.text());
    });
}

access::Organization set_organization(
    const Tools& tools, const access::Principal& by, std::string_view who, bool is_disabled) {
    return tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        auto found = access::get_any_organization(transaction, who);
        if (found.disabled_at.has_value() == is_disabled)
            return found;
        if (is_disabled && access::has_installation_owner_in(transaction, found.id, by.person))
            throw Error(
                Code::conflict,
                "The owner of the installation is a member of " + found.name,
                "they would shut themselves out");
        access::set_disabled(
            transaction, found.id, is_disabled ? std::optional(now) : std::nullopt);
        hold_or_release(transaction, found.id, now);
        const std::string_view action =
            is_disabled ? "organization.disable" : "organization.enable";
        const Json detail{{"name", found.name}};
        const auto actor = access::actor_of(by);
        access::record(transaction, now, actor, found.id.text(), {action, found.id.text()}, detail);
        access::record(
            transaction, now, actor, access::installation_chain, {action, found.id.text()}, detail);
        return *access::find_organization(transaction, found.id);
    });
}

access::Person set_person(
    const Tools& tools, const access::Principal& by, std::string_view who, bool is_disabled) {
    return tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        auto found = access::get_any_person(transaction, who);
        if (found.disabled_at.has_value() == is_disabled)
            return found;
        if (is_disabled && (found.is_installation_owner || found.id == by.person))
            throw Error(
                Code::conflict,
                found.name + " is the owner of the installation",
                "nobody could let them in again");
        access::set_disabled(
            transaction, found.id, is_disabled ? std::optional(now) : std::nullopt);
        if (is_disabled) {
            access::end_sessions(transaction, found.id, now, access::SessionEnd::administrator);
            access::drop_devices(transaction, found.id);
        }
        for (const auto& organization : access::organizations_of(transaction, found.id)) {
            if (is_disabled)
                access::revoke_invitations_by(transaction, organization, found.id, now);
            hold_or_release(transaction, organization, now);
        }
        access::record(
            transaction,
            now,
            access::actor_of(by),
            access::installation_chain,
            {is_disabled ? "person.disable" : "person.enable", found.id.text()},
            {{"name", found.name}});
        return *access::find_person(transaction, found.id);
    });
}

}  // namespace

void hold_or_release(
    store::Transaction& transaction, const OrganizationId& organization, Instant now) {
    const bool is_held = access::is_shut(transaction, organization);
    for (const auto& account : accounts_of(transaction, organization)) {
        if (is_held && account.state == platform::AccountState::active) {
            platform::set_state(
                transaction, account.id, platform::AccountState::paused, held_reason, now);
            delivery::pause_posts(transaction, account.id, now);
        } else if (
            !is_held && account.state == platform::AccountState::paused &&
            account.state_reason == held_reason) {
            platform::set_state(transaction, account.id, platform::AccountState::active, {}, now);
            delivery::resume_posts(transaction, account.id, now);
        }
    }
}

void hold_shut(store::Transaction& transaction, Instant now) {
    for (const auto& organization : access::shut_organizations(transaction))
        hold_or_release(transaction, organization, now);
}

void require_open(store::Reader& reader, const OrganizationId& organization) {
    if (!access::is_shut(reader, organization))
        return;
    const auto found = access::find_organization(reader, organization);
    const auto name = found ? found->name : organization.text();
    if (found && found->disabled_at)
        throw Error(
            Code::forbidden,
            "The organization " + name + " is disabled, so none of its accounts publishes",
            "ask the owner of the installation, who runs: caas admin enable organization " +
                found->slug);
    throw Error(
        Code::forbidden,
        "No owner of the organization " + name + " may sign in, so none of its accounts publishes",
        "ask the owner of the installation to let an owner in again (caas admin enable user), or "
        "to make another member one");
}

void take_up_again(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const AccountId& account,
    Instant now) {
    // Its posts wait already, since it needed a sign-in.
    if (access::is_shut(transaction, organization)) {
        platform::set_state(transaction, account, platform::AccountState::paused, held_reason, now);
        return;
    }
    platform::set_state(transaction, account, platform::AccountState::active, {}, now);
    delivery::resume_posts(transaction, account, now);
}

void delete_organization(
    const Tools& tools, const access::Principal& principal, std::string_view confirmation) {
    tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        const auto& id = principal.organization;
        access::lock_organization(transaction, id);
        const auto found = access::find_organization(transaction, id);
        if (found->name != confirmation)
            throw Error(
                Code::invalid,
                "To delete an organization, its name is needed word for word",
                "its name is: " + found->name,
                {{"/confirm", "confirm.name", "is not the name of the organization"}});
        if (access::organizations_of(transaction, principal.person).size() <= 1)
            throw Error(
                Code::conflict,
                "It is your only organization",
                "make another one first: caas org create NAME");
        if (has_living_subscription(transaction, id, now))
            throw Error(
                Code::conflict,
                "The organization pays for a plan, or is about to buy one",
                "let the plan end first: caas billing cancel");
        forget_posts(transaction, id);
        access::delete_organization(transaction, id);
        const Json detail{{"name", found->name}, {"slug", found->slug}};
        const auto actor = access::actor_of(principal);
        access::record(
            transaction, now, actor, id.text(), {"organization.delete", id.text()}, detail);
        access::record(
            transaction,
            now,
            actor,
            access::installation_chain,
            {"organization.delete", id.text()},
            detail);
    });
}

access::Organization disable_organization(
    const Tools& tools, const access::Principal& by, std::string_view who) {
    return set_organization(tools, by, who, true);
}

access::Organization enable_organization(
    const Tools& tools, const access::Principal& by, std::string_view who) {
    return set_organization(tools, by, who, false);
}

access::Person disable_person(
    const Tools& tools, const access::Principal& by, std::string_view who) {
    return set_person(tools, by, who, true);
}

access::Person enable_person(
    const Tools& tools, const access::Principal& by, std::string_view who) {
    return set_person(tools, by, who, false);
}

}  // namespace caas::flow
