// What each rule of rule.cc looks for in one part of a publication; nullopt when all is well. Pure
// functions, any bytes.
#pragma once

#include <optional>

#include "core/platform/rule.h"

namespace caas::platform {

std::optional<Finding> find_empty(const Subject& subject);
std::optional<Finding> find_not_utf8(const Subject& subject);
std::optional<Finding> find_refused_character(const Subject& subject);
std::optional<Finding> find_too_long(const Subject& subject);
std::optional<Finding> find_over_recommended(const Subject& subject);
std::optional<Finding> find_too_many_bytes(const Subject& subject);
std::optional<Finding> find_too_many_hashtags(const Subject& subject);
std::optional<Finding> find_many_hashtags(const Subject& subject);
std::optional<Finding> find_too_many_mentions(const Subject& subject);
std::optional<Finding> find_too_many_cashtags(const Subject& subject);
std::optional<Finding> find_dead_links(const Subject& subject);
std::optional<Finding> find_no_media(const Subject& subject);
std::optional<Finding> find_too_many_media(const Subject& subject);
std::optional<Finding> find_unsendable_media(const Subject& subject);
std::optional<Finding> find_thread(const Subject& subject);
std::optional<Finding> find_too_many_parts(const Subject& subject);
std::optional<Finding> find_unknown_option(const Subject& subject);
std::optional<Finding> find_wrong_option(const Subject& subject);

}  // namespace caas::platform
