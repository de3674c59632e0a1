// Whether one post may be taken for another where a platform lists both. Pure; any thread.
#pragma once

#include <span>
#include <string_view>

#include "core/content/body.h"

namespace caas::flow {

// False only where each says a word that the other does not say. Platforms change blanks, forms of
// letters, addresses and mentions of what they are given, so anything less tells nothing.
bool may_look_alike(std::string_view one, std::string_view other);

// Whether any part of the one may look like any part of the other.
bool may_look_alike(std::span<const content::Part> one, std::span<const content::Part> other);

}  // namespace caas::flow
