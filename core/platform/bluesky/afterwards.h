// What may be done to a post on Bluesky once it is out.
#pragma once

#include "core/platform/driver.h"

namespace caas::platform::bluesky {

// Deleting again is harmless there.
void remove(const Entry& published, const Access& access, const Tools& tools);
// Likes, reposts, replies, quotes and bookmarks; empty when the network does not know the post yet.
Metrics measure(const Entry& published, const Access& access, const Tools& tools);

}  // namespace caas::platform::bluesky
