// Media as versions name them. Pure functions.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/platform/driver.h"

namespace caas::platform {

// Of which only the ids are known.
std::vector<Medium> media_named(std::span<const std::string> ids);
std::vector<std::string> ids_of(std::span<const Medium> media);

}  // namespace caas::platform
