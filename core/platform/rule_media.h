// What the rules of rule.cc look for in the media of one part; nullopt when all is well. What is
// not known of a medium breaks no rule, and what can be made to fit breaks none of size and format.
// Pure functions.
#pragma once

#include <optional>

#include "core/platform/rule.h"

namespace caas::platform {

std::optional<Finding> find_unknown_medium(const Subject& subject);
std::optional<Finding> find_wrong_kind(const Subject& subject);
std::optional<Finding> find_mixed_media(const Subject& subject);
std::optional<Finding> find_too_large_medium(const Subject& subject);
std::optional<Finding> find_too_wide_medium(const Subject& subject);
std::optional<Finding> find_too_small_medium(const Subject& subject);
std::optional<Finding> find_wrong_ratio(const Subject& subject);
std::optional<Finding> find_wrong_duration(const Subject& subject);
std::optional<Finding> find_fast_medium(const Subject& subject);
std::optional<Finding> find_long_moving_picture(const Subject& subject);
std::optional<Finding> find_wrong_codec(const Subject& subject);
std::optional<Finding> find_fitted_media(const Subject& subject);
std::optional<Finding> find_missing_alt(const Subject& subject);
std::optional<Finding> find_long_alt(const Subject& subject);

}  // namespace caas::platform
