#include "core/platform/facebook/afterwards.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/platform/drivers.h"
#include "core/platform/facebook/post.h"
#include "core/platform/facebook/service.h"
#include "core/platform/meta/comment.h"
#include "core/platform/meta/insights.h"

namespace caas::platform::facebook {
namespace {

// Asked for one by one: a name that a version retired fails the whole call.
constexpr std::array insights{
    meta::Metric{"post_impressions", "impressions"},
    meta::Metric{"post_clicks", "clicks"},
};

void take(Metrics& metrics, const char* name, const Json* holder, std::string_view key) {
    const auto value = holder != nullptr ? json::integer(*holder, key) : std::nullopt;
    if (value)
        metrics[name] = *value;
}

}  // namespace

void remove(const Entry& published, const Access& access, const Tools& tools) {
    meta::remove(service, published.remote_id, access, tools);
}

Metrics measure(const Entry& published, const Access& access, const Tools& tools) {
    const bool is_comment = published.step == meta::comment_step;
    const auto body = published.remote_id.empty()
                          ? std::nullopt
                          : meta::demand(
                                driver,
                                meta::get(
                                    service,
                                    access,
                                    net::percent_encode(published.remote_id),
                                    {{"fields",
                                      is_comment ? "like_count,comment_count"
                                      : published.step == finish_step
                                          ? "reactions.summary(total_count).limit(0),"
                                            "comments.summary(total_count).limit(0)"
                                          : "shares,reactions.summary(total_count).limit(0),"
                                            "comments.summary(total_count).limit(0)"}}),
                                tools);
    if (!body)
        throw Error(Code::not_found, "The post is no longer there, or its id is not known");
    Metrics metrics;
    if (is_comment) {
        take(metrics, "likes", &*body, "like_count");
        take(metrics, "replies", &*body, "comment_count");
        return metrics;
    }
    take(metrics, "likes", json::path(*body, {"reactions", "summary"}), "total_count");
    take(metrics, "replies", json::path(*body, {"comments", "summary"}), "total_count");
    take(metrics, "reposts", json::path(*body, {"shares"}), "count");
    for (const auto& insight : insights) {
        try {
            metrics.merge(
                meta::read_insights(service, published, std::span(&insight, 1), access, tools));
        } catch (const Error& error) {
            if (error.code() != Code::platform_refused && error.code() != Code::not_found)
                throw;
        }
    }
    return metrics;
}

}  // namespace caas::platform::facebook
