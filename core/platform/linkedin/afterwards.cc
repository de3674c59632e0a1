#include "core/platform/linkedin/afterwards.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/linkedin/answer.h"
#include "core/platform/linkedin/call.h"
#include "core/platform/linkedin/post.h"

namespace caas::platform::linkedin {
namespace {

std::string known_urn(const Entry& published) {
    auto urn = urn_of(published);
    if (urn.empty())
        throw Error(Code::invalid, "It is not known which post on LinkedIn this part became");
    return urn;
}

bool is_comment(const Entry& published) {
    return published.step == "comment";
}

// LinkedIn's names and ours.
constexpr std::array counts{
    std::pair{"likeCount", "likes"},
    std::pair{"commentCount", "replies"},
    std::pair{"shareCount", "reposts"},
    std::pair{"impressionCount", "impressions"},
    std::pair{"uniqueImpressionsCount", "reach"},
    std::pair{"clickCount", "clicks"},
};

void take(Metrics& metrics, std::string_view name, std::optional<std::int64_t> count) {
    if (count && *count >= 0)
        metrics[std::string(name)] = *count;
}

Json read(const std::string& path, const Access& access, const Tools& tools) {
    auto body = json::try_parse(demand(call("GET", path, access), access, tools).body);
    if (!body || !body->is_object())
        throw Error(
            Code::platform_unavailable, "LinkedIn's answer cannot be read", "Try again later.");
    return std::move(*body);
}

Metrics measure_page(const std::string& urn, const Access& access, const Tools& tools) {
    const std::string list = urn.starts_with("urn:li:ugcPost:") ? "ugcPosts" : "shares";
    const auto body = read(
        "/rest/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity=" +
            encoded(author_of(access)) + "&" + list + "=List(" + encoded(urn) + ")",
        access,
        tools);
    Metrics metrics;
    const auto* elements = json::find(body, "elements");
    if (elements == nullptr || !elements->is_array() || elements->empty())
        return metrics;
    if (const auto* numbers = json::find(elements->front(), "totalShareStatistics")) {
        for (const auto& [theirs, ours] : counts)
            take(metrics, ours, json::integer(*numbers, theirs));
    }
    return metrics;
}

Metrics measure_member(const std::string& urn, const Access& access, const Tools& tools) {
    const auto body = read("/rest/socialActions/" + encoded(urn), access, tools);
    Metrics metrics;
    if (const auto* likes = json::find(body, "likesSummary"))
        take(metrics, "likes", json::integer(*likes, "totalLikes"));
    if (const auto* comments = json::find(body, "commentsSummary"))
        take(metrics, "replies", json::integer(*comments, "aggregatedTotalComments"));
    return metrics;
}

std::string path_of(const Entry& published, const Access& access) {
    const auto urn = known_urn(published);
    if (!is_comment(published))
        return "/rest/posts/" + encoded(urn);
    // The comment's own number stands at the end of "urn:li:comment:(urn:li:activity:1,2)".
    auto number = urn;
    if (const auto comma = number.rfind(','); comma != number.npos)
        number = number.substr(comma + 1, number.find(')', comma) - comma - 1);
    const auto prepared = json::try_parse(published.prepared).value_or(Json::object());
    return "/rest/socialActions/" + encoded(json::text_or(prepared, "object", "")) + "/comments/" +
           encoded(number) + "?actor=" + encoded(author_of(access));
}

}  // namespace

void remove(const Entry& published, const Access& access, const Tools& tools) {
    auto request = call("DELETE", path_of(published, access), access);
    request.headers.emplace_back("X-RestLi-Method", "DELETE");
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status == 404 || response.status == 410)
        return;
    require_success(response, access, tools.clock.now());
}

Metrics measure(const Entry& published, const Access& access, const Tools& tools) {
    if (is_comment(published))
        return {};
    const auto urn = known_urn(published);
    return is_organization(access) ? measure_page(urn, access, tools)
                                   : measure_member(urn, access, tools);
}

}  // namespace caas::platform::linkedin
