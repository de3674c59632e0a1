// Finds the route of a path. The patterns are taken apart once. Pure; thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/api/route.h"

namespace caas::api {

using PathParameters = std::map<std::string, std::string, std::less<>>;

struct Match {
    const Route* route = nullptr;  // null: no such path, or not by this method
    std::string allowed;           // the methods of the patterns that fit this path best
};

// `path`: as it was sent, still encoded; a slash at its end is none, and nothing between two
// slashes fits no pattern. HEAD finds GET.
Match match(std::string_view method, std::string_view path);

// What stands for the {parameters} of a pattern that fits. Throws Error(bad_request) for a broken
// escape.
PathParameters parameters_of(std::string_view pattern, std::string_view path);

}  // namespace caas::api
