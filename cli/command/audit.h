// Showing and checking an audit log; shared by `caas org audit` and `caas admin audit`.
#pragma once

#include <string>

#include "cli/call.h"

namespace caas::cli::command {

inline constexpr Option verify_option{
    .name = "verify", .value = "", .help = "check that the log is as it was written"};
inline constexpr Option head_option{
    .name = "head", .value = "DIGEST", .help = "check, too, that this former head is in it"};

// `path`: of the log in the API. Gives the exit status.
int audit(Call& call, const std::string& path);

}  // namespace caas::cli::command
