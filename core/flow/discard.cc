#include "core/flow/discard.h"

#include <array>

#include "core/base/error.h"
#include "core/content/content.h"
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
        const auto series = schedule::list_series(
            transaction,
            workspace,
            {.state = schedule::SeriesState::active, .account = {}, .content = id},
            {.limit = 1, .cursor = {}});
        if (!series.items.empty())
            throw Error(
                Code::conflict,
                "A series of this content is active for " + series.items.front().account_name,
                "end it first: caas series end " + series.items.front().id.text());
        delivery::Filter filter;
        filter.content = id;
        for (const auto state : open_states) {
            filter.state = state;
            const auto found =
                delivery::list_posts(transaction, workspace, filter, {.limit = 1, .cursor = {}});
            if (!found.items.empty())
                throw Error(
                    Code::conflict,
                    "A post of this content is " + std::string(delivery::name(state)) + " for " +
                        found.items.front().account_name,
                    "cancel it first: caas posts cancel " + found.items.front().id.text());
        }
        content::remove(transaction, workspace, tools.clock.now(), id);
        return id;
    });
}

}  // namespace caas::flow
