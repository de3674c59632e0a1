// What is sent to whom, and what is foretold of it: what `schedule`, `publish` and `posts move`
// share.
#pragma once

#include "cli/call.h"

namespace caas::cli::command {

inline constexpr Option account_option{
    .name = "account",
    .value = "NAME",
    .help = "send it to this account, by name or id; may be repeated",
    .is_repeatable = true};
inline constexpr Option version_option{
    .name = "version", .value = "N", .help = "send this version and not the latest"};

// Passes on what will hold up a post that was ordered or changed, and gives what the platform will
// charge for it, in dollars. A daemon of an older version foretells nothing.
double heed_forecast(Call& call, const Json& post);

// {"content_id", "accounts", "version"?} of argument 0 and the two options. Throws Error(usage)
// when no account is named.
Json order_body(const Call& call);

}  // namespace caas::cli::command
