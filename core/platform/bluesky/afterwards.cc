#include "core/platform/bluesky/afterwards.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/platform/answer.h"
#include "core/platform/bluesky/record.h"
#include "core/platform/bluesky/xrpc.h"

namespace caas::platform::bluesky {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 5> counters{{
    {"likeCount", "likes"},
    {"repostCount", "reposts"},
    {"replyCount", "replies"},
    {"quoteCount", "quotes"},
    {"bookmarkCount", "bookmarks"},
}};

Place demand_place(const Entry& published) {
    auto place = place_of(published);
    if (!place)
        throw Error(Code::conflict, "It is not known which post on Bluesky this part became");
    return *std::move(place);
}

}  // namespace

void remove(const Entry& published, const Access& access, const Tools& tools) {
    const auto place = demand_place(published);
    auto request =
        ask("POST",
            url_of(access.base_url, "com.atproto.repo.deleteRecord", {}),
            access.credentials.access);
    request.headers.emplace_back("Content-Type", "application/json");
    request.body =
        json::dump({{"repo", place.repo}, {"collection", collection}, {"rkey", place.rkey}});
    demand(request, tools);
}

Metrics measure(const Entry& published, const Access& access, const Tools& tools) {
    const auto place = demand_place(published);
    const auto uri = "at://" + place.repo + "/" + std::string(collection) + "/" + place.rkey;
    const auto answer = demand(
        ask("GET",
            url_of(access.base_url, "app.bsky.feed.getPosts", {{"uris", uri}}),
            access.credentials.access),
        tools);
    Metrics metrics;
    const auto* posts = json::find(answer, "posts");
    if (posts == nullptr || !posts->is_array() || posts->empty())
        return metrics;
    for (const auto& [theirs, ours] : counters) {
        if (const auto count = json::integer(posts->front(), theirs); count && *count >= 0)
            metrics[ours] = *count;
    }
    return metrics;
}

}  // namespace caas::platform::bluesky
