// Bringing pictures and videos to X before the posts that show them. For the N-th medium of a part
// the steps are `initialize_N`, `append_N` (goes on chunk by chunk), `finalize_N`, `status_N` while
// X processes it, and `describe_N` for its alternative text. Nobody sees an upload, so each may be
// done again. X keeps an upload for a day.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/platform/driver.h"

namespace caas::platform::x {

// What X would refuse, before anything is sent: the kinds and how many, not the sizes.
std::optional<Outcome> fault_of_media(const Publication& publication);

// The step that the media of the parts from `first` on need next; nullopt when all are ready.
std::optional<Step> next_upload(
    const Publication& publication, int first, const Journal& journal, Instant now);

Outcome perform_upload(
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools);

// X's ids of the media of a part, in order, once next_upload() asks for nothing more.
std::vector<std::string> uploaded(
    const Publication& publication, int part, const Journal& journal, Instant now);

}  // namespace caas::platform::x
