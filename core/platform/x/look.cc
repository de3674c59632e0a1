#include "core/platform/x/look.h"

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/base/time_zone.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/equal.h"
#include "core/platform/journal.h"
#include "core/platform/x/post.h"

namespace caas::platform::x {
namespace {

// How much X's clock may be behind ours.
constexpr Milliseconds clock_slack = std::chrono::minutes(1);
constexpr Milliseconds look_timeout = std::chrono::seconds(10);
// Each post that is listed costs 0.001 $ (docs.x.com, pricing); few are made in half a day.
constexpr int most_listed = 100;
constexpr int most_pages = 2;

net::Request listing(const Access& access, Instant since, const std::string& page) {
    net::Pairs query{
        {"max_results", std::to_string(most_listed)},
        {"start_time", to_rfc3339(since)},
        {"exclude", "retweets"},
        {"tweet.fields", "attachments,created_at,entities,note_tweet,referenced_tweets"}};
    if (!page.empty())
        query.emplace_back("pagination_token", page);
    auto request = ask(
        "GET",
        net::with_query(
            net::join(
                access.base_url, "/2/users/" + net::percent_encode(access.remote_id) + "/tweets"),
            query),
        access.credentials.access);
    request.total_timeout = look_timeout;
    return request;
}

bool is_made_since(const Json& post, Instant since) {
    const auto made = parse_rfc3339(json::text_or(post, "created_at", ""));
    return !made || *made >= since;
}

// The newest, since the newest are listed first.
const Json* find_same(
    const Json& page,
    const Json& body,
    const Publication& publication,
    const Access& access,
    Instant since) {
    const auto* posts = json::find(page, "data");
    if (posts == nullptr || !posts->is_array())
        return nullptr;
    for (const auto& post : *posts) {
        const auto id = json::text_or(post, "id", "");
        if (!id.empty() && !publication.is_of_another(id, permalink(access, id)) &&
            is_made_since(post, since) && is_same(body, post))
            return &post;
    }
    return nullptr;
}

}  // namespace

Sight look_for_post(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto body = json::try_parse(journal.back().prepared);
    if (!body || !body->is_object() || body->empty())
        return CannotTell{"The journal does not hold what was sent"};
    const auto begun = begin_of_doubt(journal);
    const auto since = begun - clock_error;
    std::string token;
    for (int count = 0; count < most_pages; ++count) {
        const auto result = tools.http.send(listing(access, since, token));
        if (const auto* failure = std::get_if<net::Failure>(&result))
            return CannotTell{failure->message};
        const auto& response = std::get<net::Response>(result);
        if (response.status != 200)
            return CannotTell{
                "The account's posts could not be listed (HTTP " + std::to_string(response.status) +
                ")"};
        const auto page = json::try_parse(response.body);
        if (!page || !page->is_object())
            return CannotTell{"The list of the account's posts cannot be read"};
        if (const auto* post = find_same(*page, *body, publication, access, since)) {
            const auto id = json::text_or(*post, "id", "");
            if (!is_made_since(*post, begun - clock_slack))
                return sight_of_older(permalink(access, id));
            return sight_of_equal(publication, {id, permalink(access, id), ""});
        }
        const auto* meta = json::find(*page, "meta");
        token = meta != nullptr ? json::text_or(*meta, "next_token", "") : "";
        if (token.empty())
            break;
    }
    return CannotTell{"It is not among the account's newest posts, which proves nothing"};
}

}  // namespace caas::platform::x
