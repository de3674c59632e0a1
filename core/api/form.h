// The forms of the daemon's own pages, as browsers send them.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "core/api/route.h"

namespace caas::api {

inline constexpr std::size_t most_form_bytes = 8U << 10U;

// By name. Throws Error: unsupported_media_type, too_large.
std::map<std::string, std::string, std::less<>> form_of(const Call& call);

}  // namespace caas::api
