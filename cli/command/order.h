// What is sent to whom: the part that `schedule` and `publish` share.
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

// {"content_id", "accounts", "version"?} of argument 0 and the two options. Throws Error(usage)
// when no account is named.
Json order_body(const Call& call);

}  // namespace caas::cli::command
