// The first part of a publication as Instagram's containers. Pure functions.
#pragma once

#include <optional>

#include "core/platform/driver.h"
#include "core/platform/meta/container.h"

namespace caas::platform::instagram {

// Options: `kind` (feed, reel or story; else a single video is a reel, anything else goes to the
// feed), `share_to_feed`, `cover_url`, `thumb_offset`, `user_tags`, `collaborators`, `location_id`.
meta::Plan plan(const Publication& publication);

// What Instagram would refuse, before anything is made.
std::optional<Refused> find_refusal(const Publication& publication);

bool is_story(const Publication& publication);

}  // namespace caas::platform::instagram
