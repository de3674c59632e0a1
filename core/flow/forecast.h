// What a post will cost at its platform, and whether the platform will take it in time: said when
// it is ordered or moved, not when it is too late. Reads only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/delivery/post.h"
#include "core/flow/tools.h"
#include "core/store/connection.h"

namespace caas::flow {

struct Forecast {
    std::int64_t cost_microdollars = 0;  // 0: the platform charges nothing, as far as is known
    // A sentence for each allowance of the platform that the account will have used up by then: the
    // post waits for the rest.
    std::vector<std::string> full_windows;
};

// Of a post that is stored; its parts count, and those of all that its account sends in the same
// window.
Forecast forecast(store::Reader& reader, const delivery::Post& post);

// Where publish.full_window is "refuse": throws Error(conflict) that names the first post which a
// full window would hold up. However many they are, one statement an account.
void require_room(
    const Tools& tools, store::Reader& reader, const std::vector<delivery::Post>& posts);

}  // namespace caas::flow
