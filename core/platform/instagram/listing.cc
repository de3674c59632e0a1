#include "core/platform/instagram/listing.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/drivers.h"
#include "core/platform/instagram/part.h"
#include "core/platform/meta/comment.h"
#include "core/platform/meta/insights.h"
#include "core/platform/meta/listing.h"

namespace caas::platform::instagram {
namespace {

constexpr meta::Fields fields{.text = "caption", .time = "timestamp"};

// Instagram's names and ours. All of these are offered for every kind of post.
constexpr std::array metrics{
    meta::Metric{"views", "impressions"},
    meta::Metric{"reach", "reach"},
    meta::Metric{"likes", "likes"},
    meta::Metric{"comments", "replies"},
    meta::Metric{"shares", "reposts"},
    meta::Metric{"saved", "saves"},
};

}  // namespace

constinit const meta::Service service{driver, base_url, version};

std::optional<meta::Found> find(
    const meta::Wanted& wanted,
    const Publication& publication,
    const Access& access,
    const Tools& tools) {
    const bool in_story = is_story(publication);
    const auto request = meta::get(
        service,
        access,
        net::percent_encode(access.remote_id) + (in_story ? "/stories" : "/media"),
        {{"fields", "id,caption,timestamp,permalink"}, {"limit", "25"}});
    if (!in_story)
        return meta::find_listed(driver, request, fields, wanted, publication, tools);
    auto without_caption = publication;  // a story has none
    without_caption.parts.front().text.clear();
    return meta::find_listed(driver, request, fields, wanted, without_caption, tools);
}

Metrics measure(const Entry& published, const Access& access, const Tools& tools) {
    if (published.step == meta::comment_step)
        return {};
    return meta::read_insights(service, published, metrics, access, tools);
}

}  // namespace caas::platform::instagram
