#include "core/flow/discard.h"

#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/billing/plan.h"
#include "core/content/content.h"
#include "core/delivery/forget.h"
#include "core/delivery/queue.h"
#include "core/schedule/series.h"

namespace caas::flow {
namespace {

using delivery::PostState;

constexpr std::array open_states{
    PostState::scheduled,
    PostState::publishing,
    PostState::retrying,
    PostState::unconfirmed,
    PostState::paused,
};

// Throws Error(conflict) when something of the workspace waits, or of one content in it. `what`:
// "this content".
void require_settled(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const std::optional<ContentId>& content,
    const std::string& what) {
    const store::Page first{.limit = 1, .cursor = {}};
    const auto series = schedule::list_series(
        reader,
        workspace,
        {.state = schedule::SeriesState::active, .account = {}, .content = content},
        first);
    if (!series.items.empty())
        throw Error(
            Code::conflict,
            "A series of " + what + " is active for " + series.items.front().account_name,
            "end it first: caas series end " + series.items.front().id.text());
    delivery::Filter filter;
    filter.content = content;
    for (const auto state : open_states) {
        filter.state = state;
        const auto found = delivery::list_posts(reader, workspace, filter, first);
        if (found.items.empty())
            continue;
        const auto& post = found.items.front();
        throw Error(
            Code::conflict,
            "A post of " + what + " is " + std::string(delivery::name(state)) + " for " +
                post.account_name,
            state == PostState::unconfirmed
                ? "say what became of it first: caas posts reconcile " + post.id.text()
                : "cancel it first: caas posts cancel " + post.id.text());
    }
}

}  // namespace

ContentId discard_content(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view who,
    const std::function<void(store::Reader&, const ContentId&)>& check) {
    return tools.store.write([&](store::Transaction& transaction) {
        const auto& workspace = principal.workspace;
        auto id = content::resolve(transaction, workspace, who);
        if (check)
            check(transaction, id);
        require_settled(transaction, workspace, id, "this content");
        content::remove(transaction, workspace, tools.clock.now(), id);
        return id;
    });
}

void delete_workspace(
    const Tools& tools,
    const access::Principal& principal,
    const WorkspaceId& id,
    std::string_view confirmation) {
    tools.store.write([&](store::Transaction& transaction) {
        const auto& organization = principal.organization;
        access::lock_organization(transaction, organization);
        const auto found = access::find_workspace(transaction, organization, id);
        if (!found)
            throw access::no_workspace(id.text());
        if (found->name != confirmation)
            throw Error(
                Code::invalid,
                "To delete a workspace, its name is needed word for word",
                "its name is: " + found->name,
                {{"/confirm", "confirm.name", "is not the name of the workspace"}});
        const store::Page two{.limit = 2, .cursor = {}};
        if (access::list_workspaces(transaction, organization, two).items.size() < 2)
            throw Error(
                Code::conflict,
                "It is the only workspace of the organization",
                "make another one first: caas workspace create NAME");
        require_settled(transaction, id, std::nullopt, "the workspace " + found->name);
        if (const auto left = delivery::forget_posts(transaction, id))
            throw Error(
                Code::conflict,
                "A post of the workspace is " + std::string(delivery::name(left->state)),
                "try again once it is out");
        access::delete_workspace(transaction, organization, id);
        billing::relock(tools.plans(), transaction, organization, tools.clock.now());
        access::record(
            transaction,
            tools.clock.now(),
            access::actor_of(principal),
            organization.text(),
            {"workspace.delete", id.text()},
            {{"name", found->name}, {"zone", found->zone}});
    });
}

}  // namespace caas::flow
