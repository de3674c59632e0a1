#include "core/api/lockout.h"

#include "core/access/tenancy.h"
#include "core/billing/gate.h"

namespace caas::api {
namespace {

using access::Action;

bool changes(Action action) {
    switch (action) {
        case Action::write:
        case Action::publish:
        case Action::manage_accounts:
        case Action::manage_workspaces:
        case Action::manage_tokens:
        case Action::manage_members:
            return true;
        case Action::read:
        case Action::manage_own_tokens:
        case Action::read_members:
        case Action::manage_organization:
        case Action::read_audit:
        case Action::transfer:
        case Action::delete_organization:
        case Action::manage_billing:
        case Action::manage_self:
        case Action::administer_installation:
        case Action::none:
            return false;
    }
    return false;
}

// The workspace that a path names, else the one that is acted in.
std::optional<access::Workspace> workspace_named(
    store::Reader& reader,
    const access::Principal& acting,
    const Route& route,
    const std::map<std::string, std::string, std::less<>>& path) {
    if (!route.pattern.starts_with("/api/v1/workspaces/{id}"))
        return access::find_workspace(reader, acting.organization, acting.workspace);
    try {
        return access::get_workspace(reader, acting.organization, path.find("id")->second);
    } catch (const Error&) {
        return std::nullopt;  // the route says what is wrong with it
    }
}

}  // namespace

bool heeds_locks(const Route& route) {
    if (route.access == Access::open || route.method == "GET" || route.method == "DELETE")
        return false;
    return !route.stops && changes(route.action);
}

void require_unlocked(const Context& context, const access::Principal& acting) {
    if (context.tools.plans().may_lock())
        require_unlocked(context, acting, {}, {});
}

void require_unlocked(
    const Context& context,
    const access::Principal& acting,
    const Route& route,
    const std::map<std::string, std::string, std::less<>>& path) {
    const auto& plans = context.tools.plans();
    if (!plans.may_lock())
        return;
    context.tools.store.read([&](store::Reader& reader) {
        const auto& organization = acting.organization;
        const auto locks = billing::list_locks(reader, organization);
        if (locks.empty())
            return;
        const auto place = workspace_named(reader, acting, route, path);
        for (const auto& lock : locks) {
            const bool is_member = lock.kind == billing::Lockable::member;
            if (is_member && lock.item == acting.person.view())
                billing::require_unlocked(
                    plans,
                    reader,
                    organization,
                    lock.kind,
                    lock.item,
                    "Your membership",
                    context.tools.clock.now());
            if (lock.kind == billing::Lockable::workspace && place && lock.item == place->id.view())
                billing::require_unlocked(
                    plans,
                    reader,
                    organization,
                    lock.kind,
                    lock.item,
                    "The workspace " + place->name,
                    context.tools.clock.now());
        }
    });
}

}  // namespace caas::api
