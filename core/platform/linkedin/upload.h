// Bringing pictures and videos to LinkedIn before the post that shows them. For the N-th medium the
// steps are `initialize_N`, `send_N` (goes on part by part for a video), `finalize_N` for a video,
// and `ready_N` while LinkedIn processes it. Nobody sees an upload, so each may be done again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/platform/driver.h"

namespace caas::platform::linkedin {

// What LinkedIn would refuse, before anything is sent: the kinds and how many, not the sizes.
std::optional<Outcome> fault_of_media(const Publication& publication);

// The step that the media of the first part need next; nullopt when all are ready.
std::optional<Step> next_upload(
    const Publication& publication, const Journal& journal, const Access& access, Instant now);

Outcome perform_upload(
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools);

// LinkedIn's URNs of the first part's media, in order, once next_upload() asks for nothing more.
std::vector<std::string> uploaded(const Publication& publication, const Journal& journal);

}  // namespace caas::platform::linkedin
