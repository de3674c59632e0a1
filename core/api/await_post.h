// Holding an answer until a post is settled.
#pragma once

#include <chrono>

#include "core/api/route.h"
#include "core/delivery/post.h"

namespace caas::api {

// The post as it is once nothing changes any more by itself, or after `most`. Where no engine runs
// elsewhere, this process sends it: as soon as it is due and nobody has its account in hand, as
// often as that takes. A sending that has begun is brought to its end, whatever `most` says. Sooner
// when the server wants to end. Throws Error of the store, and Error(unconfirmed) when the outcome
// could not be written down in that time; it is tried again at the next waiting.
delivery::Post await_post(Call& call, delivery::Post post, std::chrono::seconds most);

}  // namespace caas::api
