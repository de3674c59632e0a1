#include "core/delivery/forget.h"

#include "core/delivery/queue.h"

namespace caas::delivery {

std::optional<Post> forget_posts(store::Transaction& transaction, const WorkspaceId& workspace) {
    transaction.execute(
        R"sql(
DELETE FROM post
WHERE workspace_id = $1 AND state NOT IN ('publishing', 'unconfirmed'))sql",
        {workspace});
    const auto left = list_posts(transaction, workspace, {}, {.limit = 1, .cursor = {}});
    return left.items.empty() ? std::nullopt : std::optional(left.items.front());
}

}  // namespace caas::delivery
