// Posts as they were just ordered or changed, with what they will cost and what will hold them up.
#pragma once

#include <span>
#include <vector>

#include "core/api/route.h"
#include "core/delivery/post.h"

namespace caas::api {

// The `OrderedPost` of each. Throws nothing for want of a forecast: the posts are stored by then,
// and an error would have them ordered a second time.
std::vector<Json> render_ordered(Call& call, std::span<const delivery::Post> posts);

}  // namespace caas::api
