// Posts of a workspace that is deleted as a whole.
#pragma once

#include <optional>

#include "core/delivery/post.h"
#include "core/store/connection.h"

namespace caas::delivery {

// Deletes the posts of a workspace with their attempts, except those that are being sent this
// instant or of which nobody knows whether they went out: gives one of these, if there is any.
// Waits for an engine that is just taking one, so that none is overlooked.
std::optional<Post> forget_posts(store::Transaction& transaction, const WorkspaceId& workspace);

}  // namespace caas::delivery
