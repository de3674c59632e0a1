// The number of a version as a person types it.
#pragma once

#include <cstdint>
#include <string_view>

namespace caas::cli::command {

// "3" or "v3", of the content that was named so. Throws Error(usage).
std::int64_t version_number(std::string_view content, std::string_view typed);

}  // namespace caas::cli::command
