// The options of a version for Instagram. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/platform/driver.h"

namespace caas::platform::instagram {

Json options_of(const Publication& publication);

// Somebody to be tagged, at a place in the picture from its upper left corner (0 to 1).
struct Tag {
    std::string name;
    double x = 0.5;
    double y = 0.5;
};

// "ana, @bob:0.2,0.8": names separated by blanks or commas, each with its place or without. nullopt
// when it cannot be read.
std::optional<std::vector<Tag>> parse_tags(std::string_view text);

// [{"username":"ana","x":0.5,"y":0.5}]; without places for videos.
std::string write_tags(const std::vector<Tag>& tags, bool with_places);

// "ana @bob" as ["ana","bob"].
std::string write_names(const std::vector<Tag>& tags);

}  // namespace caas::platform::instagram
