// The parts after the first, where they are comments under it: Instagram and Facebook. Each is one
// call, whose outcome only a listing can tell afterwards. Pure but for the calls.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/platform/driver.h"
#include "core/platform/meta/call.h"

namespace caas::platform::meta {

inline constexpr std::string_view comment_step = "comment";

// How a platform names what a comment is compared by.
struct CommentNames {
    std::string_view text;    // "text", "message"
    std::string_view time;    // "timestamp", "created_time"
    std::string_view author;  // "username", or "from" for {"id":…}
};

// The next comment that is to be made; nullopt when all are. `post` is the id of the first part.
std::optional<Step> next_comment(
    const Publication& publication, const Journal& journal, const std::string& post);

Outcome make_comment(
    const Service& service, const Step& step, const Access& access, const Tools& tools);

// Presence only. Whoever can see the post can comment on it in the same words: of a comment that
// names another author nothing follows.
Sight look_for_comment(
    const Service& service,
    const CommentNames& names,
    const Journal& journal,
    const Access& access,
    const Tools& tools);

// A comment is words alone. nullopt when every one is.
std::optional<Refused> find_bad_comment(const Driver& driver, const Publication& publication);

}  // namespace caas::platform::meta
