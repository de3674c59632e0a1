// The texts of a content as a person hands them over: parts and overrides as JSON for the API.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace caas::cli::command {

// [{"text":…}, …]
Json parts_json(std::string_view text);
// The texts of the parts that a version, as the API gives it, has for the platform: its own, or the
// common ones where it has none.
std::vector<std::string> texts_for(const Json& version, const std::string& platform);
// The platform's own id for what was typed (`twitter` is `x`). Throws Error(invalid).
std::string platform_id(std::string_view typed);

}  // namespace caas::cli::command
