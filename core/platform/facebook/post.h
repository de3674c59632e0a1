// The first part of a publication as a page's post: what is sent, and how it is found again.
// Pure functions but for the calls.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/platform/driver.h"

namespace caas::platform::facebook {

// "create": a post with words, a link or pictures. "finish": a video with its words. Each is two
// calls: the one that publishes, and one that reads the permalink.
inline constexpr std::string_view create_step = "create";
inline constexpr std::string_view finish_step = "finish";

// "ready": one look at what Facebook makes of a video that it took; nobody sees it before.
inline constexpr std::string_view ready_step = "ready";

// Option: `link`, for a post without media.
Step publishing(const Publication& publication, const Journal& journal, Instant now);

// What Facebook would refuse, before anything is made.
std::optional<Refused> find_refusal(const Publication& publication, const Access& access);

Outcome publish(const Step& step, const Journal& journal, const Access& access, const Tools& tools);

// The look that is due after `post`, the entry that published; nullopt when it showed no video, or
// the video is ready.
std::optional<Step> next_look_at_video(const Journal& journal, const Entry& post);
// Refused when Facebook could not make anything of the video. What it does not tell is taken for
// ready: it took the video.
Outcome look_at_video(const Step& step, const Access& access, const Tools& tools);

// Looks through the page's newest posts. Presence only: a post that is not listed may be there.
Sight look_for_post(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools);

}  // namespace caas::platform::facebook
