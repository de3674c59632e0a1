#include "core/platform/linkedin/look.h"

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/answer.h"
#include "core/platform/equal.h"
#include "core/platform/journal.h"
#include "core/platform/linkedin/call.h"
#include "core/platform/linkedin/post.h"

namespace caas::platform::linkedin {
namespace {

// How much LinkedIn's clock may be behind ours.
constexpr Milliseconds clock_slack = std::chrono::minutes(1);
constexpr Milliseconds look_timeout = std::chrono::seconds(10);

bool is_made_since(const Json& post, Instant since) {
    const auto made =
        json::integer_or(post, "publishedAt", json::integer_or(post, "createdAt", to_ms(since)));
    return made >= to_ms(since);
}

const Json* find_same(
    const Json& listing, const Json& body, const Publication& publication, Instant since) {
    const auto* posts = json::find(listing, "elements");
    if (posts == nullptr || !posts->is_array())
        return nullptr;
    for (const auto& post : *posts) {
        const auto id = json::text_or(post, "id", "");
        if (!id.empty() && !publication.is_of_another(id, permalink(id)) &&
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
    if (!is_organization(access))
        return CannotTell{"LinkedIn does not let anybody list a member's posts"};
    const auto body = json::try_parse(journal.back().prepared);
    if (!body || !body->is_object() || !json::text(*body, "commentary"))
        return CannotTell{"The journal does not hold what was sent"};
    auto request = call(
        "GET",
        "/rest/posts?q=author&author=" + encoded(author_of(access)) +
            "&count=10&sortBy=LAST_MODIFIED",
        access);
    request.headers.emplace_back("X-RestLi-Method", "FINDER");
    request.total_timeout = look_timeout;
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return CannotTell{failure->message};
    const auto& response = std::get<net::Response>(result);
    const auto listing = json::try_parse(response.body);
    if (response.status != 200 || !listing || !listing->is_object())
        return CannotTell{
            "The organization's posts could not be listed (HTTP " +
            std::to_string(response.status) + ")"};
    const auto begun = begin_of_doubt(journal);
    if (const auto* post = find_same(*listing, *body, publication, begun - clock_slack)) {
        auto urn = json::text_or(*post, "id", "");
        auto url = permalink(urn);
        return sight_of_equal(publication, {std::move(urn), std::move(url), ""});
    }
    if (const auto* post = find_same(*listing, *body, publication, begun - clock_error))
        return sight_of_older(permalink(json::text_or(*post, "id", "")));
    return CannotTell{"It is not among the organization's newest posts, which proves nothing"};
}

}  // namespace caas::platform::linkedin
