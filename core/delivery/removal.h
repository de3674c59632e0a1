// Taking a post back, as far as its row goes: the mark it has from before the first part is removed
// at the platform until the last one is. What stops in between can be seen, and done again.
//
// Each function belongs in one write transaction.
#pragma once

#include <string_view>

#include "core/base/clock.h"
#include "core/delivery/post.h"
#include "core/store/connection.h"

namespace caas::delivery {

// What a post says while it is taken back, and after that was not finished. A failed one is not
// tried again then: a retry would go on behind parts that are gone.
inline constexpr std::string_view taking_back_code = "taking_back";

// Ends what would still be sent of a post of which a part is out, and marks it. Gives it as it is
// once all that is out was removed (note_removal). Throws Error(conflict) when it is in nobody's
// power to end it now (change.h).
Post begin_removal(store::Transaction& transaction, const Post& post, Instant now);

// Notes that a post was taken back as far as it was out when it was `seen`, whose code and message
// it has from now on. Throws Error(conflict) when more of it came out since, or may do so.
Post note_removal(store::Transaction& transaction, const Post& seen, Instant now);

}  // namespace caas::delivery
