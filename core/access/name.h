// What a person, an organization, a workspace or a token may be called. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string_view>

namespace caas::access {

constexpr std::size_t most_name_bytes = 100;

// Throws Error(invalid) that names `what` ("The name of a workspace") unless `name` is one line of
// 1 to 100 bytes of UTF-8 that does not begin or end with a blank and holds nothing that steers
// (core/text/steering.h). For new names: those from before are still found.
void check_name(std::string_view name, std::string_view what);

}  // namespace caas::access
