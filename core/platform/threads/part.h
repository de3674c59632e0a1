// One part of a publication as Threads' containers: what is sent, and what is refused before.
// Pure functions.
#pragma once

#include <optional>
#include <string>

#include "core/platform/driver.h"
#include "core/platform/meta/container.h"

namespace caas::platform::threads {

// `reply_to` is the id of the part before, empty for the first. Options: `topic_tag`,
// `reply_control` and `link_attachment` go with the first part.
meta::Plan plan_part(const Publication& publication, int part, const std::string& reply_to);

// What Threads would refuse of the whole publication, before anything of it is out.
std::optional<Refused> find_refusal(const Publication& publication);

}  // namespace caas::platform::threads
