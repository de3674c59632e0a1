#include "core/platform/x/afterwards.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/x/answer.h"
#include "core/platform/x/post.h"

namespace caas::platform::x {
namespace {

std::string known_id(const Entry& published) {
    auto id = id_of(published);
    if (id.empty())
        throw Error(Code::invalid, "It is not known which post on X this part became");
    return id;
}

// X's names and ours. The reference and the guides of 2026 differ: both are read.
constexpr std::array counts{
    std::pair{"like_count", "likes"},
    std::pair{"retweet_count", "reposts"},
    std::pair{"repost_count", "reposts"},
    std::pair{"reply_count", "replies"},
    std::pair{"quote_count", "quotes"},
    std::pair{"bookmark_count", "bookmarks"},
    std::pair{"impression_count", "impressions"},
};

}  // namespace

void remove(const Entry& published, const Access& access, const Tools& tools) {
    const auto request =
        ask("DELETE",
            net::join(access.base_url, "/2/tweets/" + net::percent_encode(known_id(published))),
            access.credentials.access);
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status == 404 && read_problem(response).kind == "resource-not-found")
        return;
    const auto body = read_success(response, tools.clock.now());
    const auto* data = json::find(body, "data");
    if (data == nullptr || !json::truth(*data, "deleted").value_or(false))
        throw Error(Code::platform_refused, "X did not take the post back", "Look at it on X.");
}

Metrics measure(const Entry& published, const Access& access, const Tools& tools) {
    const auto body = demand(
        ask("GET",
            net::with_query(
                net::join(access.base_url, "/2/tweets"),
                {{"ids", known_id(published)}, {"tweet.fields", "public_metrics"}}),
            access.credentials.access),
        tools);
    Metrics metrics;
    const auto* posts = json::find(body, "data");
    if (posts == nullptr || !posts->is_array() || posts->empty())
        throw Error(Code::not_found, "X has this post no more");
    const auto* numbers = json::find(posts->front(), "public_metrics");
    if (numbers == nullptr)
        return metrics;
    for (const auto& [theirs, ours] : counts) {
        if (const auto count = json::integer(*numbers, theirs); count && *count >= 0)
            metrics[ours] = *count;
    }
    return metrics;
}

}  // namespace caas::platform::x
