// Waiting until posts are settled, with a live line, and what that means for the exit status.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/call.h"

namespace caas::cli::command {

struct Settled {
    Json post;         // as it stood last
    std::string body;  // the same, byte for byte
};

// Asks until `id` needs no more waiting or `deadline` is over: published, failed, unconfirmed,
// canceled, missed, paused, stuck, or not taken up again before that. Throws Error(unconfirmed)
// when its outcome is known and could not be written down until then.
Settled settle(Call& call, const std::string& id, Instant deadline);

// Whether the post is tried again in vain until a person has mended what its message says, such as
// credentials that the secret key does not open.
bool is_stuck(const Json& post);

// Whether it is still to be sent, with nothing for a person to do.
bool is_on_its_way(const Json& post);

// 0 published; 7 failed, missed or canceled; 3 paused or stuck; 8 unconfirmed or not settled.
int status_of(const Json& post);
// The one status for several posts: what needs a person most wins.
int worst(const std::vector<int>& statuses);

}  // namespace caas::cli::command
