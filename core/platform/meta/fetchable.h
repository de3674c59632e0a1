// Media that Meta fetches by itself. Pure.
#pragma once

#include <optional>

#include "core/platform/driver.h"

namespace caas::platform::meta {

// Why the platform could not have a medium: it has no public address, or one that Meta does not
// read (absolute, ASCII). Videos need none where `takes_videos`: they are pushed.
std::optional<Refused> find_unfetchable(
    const Driver& driver, const Publication& publication, bool takes_videos);

}  // namespace caas::platform::meta
