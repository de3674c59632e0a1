// Media on their way to Mastodon: each is uploaded as an attachment, waited for while the server
// works on it, and then named by a status.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/platform/driver.h"

namespace caas::platform::mastodon {

bool is_about_attachment(std::string_view step);

// The upload or the look at one under way that comes before anything is published: of the first
// medium of any part from `first_part` on that is not ready. nullopt when all are.
std::optional<Step> next_attachment(
    const Publication& publication, const Journal& journal, int first_part, Instant now);

// The ids of one part's attachments, in order; only what next_attachment has nothing to say of.
std::vector<std::string> attachments_of(
    const Publication& publication, const Journal& journal, int part);

// One call.
Outcome perform_attachment(
    const Publication& publication, const Step& step, const Access& access, const Tools& tools);

}  // namespace caas::platform::mastodon
