// Threads. A thread is a chain of replies; each part is made as a container, which nobody sees, and
// then published, which works once a container (meta/container.h tells the steps). A text is never
// published in one call (`auto_publish_text`): nobody could find out what became of it.
#include "core/platform/driver.h"

#include <array>

#include "core/platform/drivers.h"
#include "core/platform/meta/quota.h"
#include "core/platform/option.h"
#include "core/platform/threads/limits.h"
#include "core/platform/threads/listing.h"
#include "core/platform/threads/part.h"
#include "core/platform/threads/sign_in.h"

namespace caas::platform::threads {
namespace {

constexpr int posts_a_day = 250;  // Threads API, overview, rate limiting
constexpr int replies_a_day = 1000;

constexpr std::array rates{
    Rate{posts_a_day, std::chrono::hours(24)},
};

constexpr std::array options{
    Option{
        "reply_control",
        "everyone accounts_you_follow mentioned_only parent_post_author_only followers_only",
        "Who may reply"},
    Option{"topic_tag", "", "Topic, without #"},
    Option{"link_attachment", web_address, "Address of the link card"},
};

// These reasons are about the medium (Threads API, troubleshooting); downloads and what is UNKNOWN
// may go better the next time.
bool is_final(std::string_view reason) {
    return reason.starts_with("INVALID_");
}

constexpr meta::Dialect dialect{
    .service = service,
    .container_edge = "threads",
    .publish_edge = "threads_publish",
    .status_field = "status",
    .reason_field = "error_message",
    .upload_url = "",
    .is_final = is_final,
    .find = find};

std::optional<Step> next(
    const Publication& publication, const Journal& journal, const Access&, const Tools& tools) {
    const int count = static_cast<int>(publication.parts.size());
    if (auto step = meta::next_quota(journal))
        return step;
    for (int part = 0; part < count; ++part) {
        const auto reply_to = part > 0 ? meta::id_of_part(journal, part - 1) : "";
        if (auto step = meta::next_of_part(
                plan_part(publication, part, reply_to),
                part,
                journal,
                part + 1 < count,
                tools.clock.now()))
            return step;
    }
    return std::nullopt;
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
    if (step.name != meta::quota_step)
        return meta::perform(dialect, publication, step, journal, access, tools);
    const std::array needs{
        meta::Need{"quota_usage", "config", posts_a_day, 1},
        meta::Need{
            "reply_quota_usage",
            "reply_config",
            replies_a_day,
            static_cast<int>(publication.parts.size()) - 1},
    };
    return meta::check_quota(service, "threads_publishing_limit", needs, access, tools);
}

Sight look(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    return meta::look(dialect, publication, journal, access, tools);
}

}  // namespace

constinit const Driver driver{
    .id = "threads",
    .title = "Threads",
    .limits = limits,
    .fields = {},
    .options = options,
    .connect = nullptr,
    .refresh = refresh,
    .check = check,
    .next = next,
    .perform = perform,
    .look = look,
    .remove = remove,
    .measure = measure,
    .rates = rates,
    .sign_in = &sign_in,
    .posts = {.hosts = "threads.com threads.net"},
};

}  // namespace caas::platform::threads
