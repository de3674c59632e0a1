// Instagram, for professional accounts. The first part is made as a container, which nobody sees,
// and then published, which works once a container (meta/container.h tells the steps); the parts
// after it are comments. Instagram fetches media by itself; videos can be pushed where the daemon
// has no public address. What is published cannot be taken back by its API.
#include "core/platform/driver.h"

#include <array>

#include "core/platform/drivers.h"
#include "core/platform/instagram/limits.h"
#include "core/platform/instagram/listing.h"
#include "core/platform/instagram/part.h"
#include "core/platform/instagram/sign_in.h"
#include "core/platform/meta/comment.h"
#include "core/platform/meta/quota.h"
#include "core/platform/option.h"

namespace caas::platform::instagram {
namespace {

// Meta's own pages say 50 and 100 for a moving day; the endpoint tells each account's.
constexpr int posts_a_day = 50;

constexpr std::array rates{
    Rate{posts_a_day, std::chrono::hours(24)},
};

constexpr std::array options{
    Option{"kind", "feed reel story", "Where it appears"},
    Option{"share_to_feed", "true false", "Show a reel in the feed as well"},
    Option{"cover_url", web_address, "Address of a reel's cover picture"},
    Option{"thumb_offset", "", "Moment of a reel that is its cover, in milliseconds"},
    Option{"user_tags", "", "People to tag: ana, bob:0.2,0.8"},
    Option{"collaborators", "", "People who publish it together with you"},
    Option{"location_id", "", "Number of the place's page"},
};

constexpr meta::CommentNames comment_names{"text", "timestamp", "username"};

// Instagram words the reason and gives no code for it; another try is what its pages advise.
bool is_final(std::string_view) {
    return false;
}

constexpr meta::Dialect dialect{
    .service = service,
    .container_edge = "media",
    .publish_edge = "media_publish",
    .status_field = "status_code",
    .reason_field = "status",
    .upload_url = upload_url,
    .is_final = is_final,
    .find = find};

std::optional<Step> next(
    const Publication& publication, const Journal& journal, const Access&, const Tools& tools) {
    if (auto step = meta::next_quota(journal))
        return step;
    const bool has_comments = publication.parts.size() > 1;
    if (auto step =
            meta::next_of_part(plan(publication), 0, journal, has_comments, tools.clock.now()))
        return step;
    return meta::next_comment(publication, journal, meta::id_of_part(journal, 0));
}

Outcome perform(
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    if (step.name == meta::quota_step || meta::is_making(step)) {
        if (auto refusal = find_refusal(publication))
            return std::move(*refusal);
    }
    if (step.name == meta::comment_step)
        return meta::make_comment(service, step, access, tools);
    if (step.name != meta::quota_step)
        return meta::perform(dialect, publication, step, journal, access, tools);
    const std::array needs{meta::Need{"quota_usage", "config", posts_a_day, 1}};
    return meta::check_quota(service, "content_publishing_limit", needs, access, tools);
}

Sight look(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    if (!journal.empty() && journal.back().step == meta::comment_step)
        return meta::look_for_comment(service, comment_names, journal, access, tools);
    return meta::look(dialect, publication, journal, access, tools);
}

}  // namespace

constinit const Driver driver{
    .id = "instagram",
    .title = "Instagram",
    .limits = limits,
    .fields = {},
    .options = options,
    .connect = nullptr,
    .refresh = refresh,
    .check = check,
    .next = next,
    .perform = perform,
    .look = look,
    .remove = nullptr,
    .measure = measure,
    .rates = rates,
    .sign_in = &sign_in,
    .posts = {.hosts = "instagram.com"},
};

}  // namespace caas::platform::instagram
