// Pictures and videos on their way to a page. Nobody sees them before the post that shows them is
// made, and each may be uploaded again at will.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/platform/driver.h"

namespace caas::platform::facebook {

// "photo": one picture, unpublished. "upload": a video, chunk by chunk.
inline constexpr std::string_view photo_step = "photo";
inline constexpr std::string_view upload_step = "upload";

// A video that is all there and waits to be published.
struct Video {
    std::string id;
    std::string session;
};

// The next upload; nullopt when all of the first part's media are there.
std::optional<Step> next_upload(
    const Publication& publication, const Journal& journal, Instant now);

// The ids of the pictures, in their order.
std::vector<std::string> photos(
    const Publication& publication, const Journal& journal, Instant now);
std::optional<Video> video(const Journal& journal, Instant now);

Outcome upload(
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools);

}  // namespace caas::platform::facebook
