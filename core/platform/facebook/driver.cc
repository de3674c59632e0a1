// Facebook pages. Pictures and videos are uploaded first, where nobody sees them; one call then
// makes the post, and the parts after the first become comments. A video is out once Facebook has
// processed it. The Graph API knows no idempotency key, and a post can be out although the answer
// was an error (code 2, HTTP 500): what became of a call is looked up among the page's posts, which
// proves presence only.
#include "core/platform/driver.h"

#include <array>

#include "core/platform/drivers.h"
#include "core/platform/facebook/afterwards.h"
#include "core/platform/facebook/limits.h"
#include "core/platform/facebook/post.h"
#include "core/platform/facebook/service.h"
#include "core/platform/facebook/sign_in.h"
#include "core/platform/facebook/upload.h"
#include "core/platform/journal.h"
#include "core/platform/meta/comment.h"
#include "core/platform/option.h"

namespace caas::platform::facebook {

constinit const meta::Service service{driver, base_url, version};

namespace {

constexpr std::array options{
    Option{"link", web_address, "Address of the link card; else the first in the text"},
};

constexpr meta::CommentNames comment_names{"message", "created_time", "from"};

const Entry* find_post(const Journal& journal) {
    const auto* post = find_done(journal, create_step, 0);
    return post != nullptr ? post : find_done(journal, finish_step, 0);
}

std::optional<Step> next(
    const Publication& publication, const Journal& journal, const Access&, const Tools& tools) {
    if (const auto* post = find_post(journal)) {
        if (auto step = next_look_at_video(journal, *post))
            return step;
        return meta::next_comment(publication, journal, post->remote_id);
    }
    const auto now = tools.clock.now();
    // What may be out is neither uploaded nor made anew.
    for (const auto step : {create_step, finish_step}) {
        if (find_open(journal, step, 0) != nullptr)
            return publishing(publication, journal, now);
    }
    if (auto step = next_upload(publication, journal, now))
        return step;
    return publishing(publication, journal, now);
}

Outcome perform(
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    if (step.name == meta::comment_step)
        return meta::make_comment(service, step, access, tools);
    if (step.name == ready_step)
        return look_at_video(step, access, tools);
    if (journal.back().cursor.empty()) {
        if (auto refusal = find_refusal(publication, access))
            return std::move(*refusal);
    }
    if (step.publishes)
        return publish(step, journal, access, tools);
    return upload(publication, step, journal, access, tools);
}

Sight look(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    if (journal.empty())
        return CannotTell{"Nothing was tried"};
    const auto& step = journal.back().step;
    if (step == meta::comment_step)
        return meta::look_for_comment(service, comment_names, journal, access, tools);
    if (step != create_step && step != finish_step)
        return Absent{.is_over = true};  // nobody sees an upload, or a look
    return look_for_post(publication, journal, access, tools);
}

}  // namespace

constinit const Driver driver{
    .id = "facebook",
    .title = "Facebook",
    .limits = limits,
    .fields = {},
    .options = options,
    .connect = nullptr,
    .refresh = nullptr,
    .check = check,
    .next = next,
    .perform = perform,
    .look = look,
    .remove = remove,
    .measure = measure,
    .sign_in = &sign_in,
    .posts = {.hosts = "facebook.com fb.watch"},
};

}  // namespace caas::platform::facebook
