#include "core/platform/threads/listing.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/drivers.h"
#include "core/platform/meta/insights.h"
#include "core/platform/meta/listing.h"

namespace caas::platform::threads {
namespace {

constexpr meta::Fields fields{.text = "text", .time = "timestamp", .parent = "replied_to"};

// Threads' names and ours.
constexpr std::array metrics{
    meta::Metric{"views", "impressions"},
    meta::Metric{"likes", "likes"},
    meta::Metric{"replies", "replies"},
    meta::Metric{"reposts", "reposts"},
    meta::Metric{"quotes", "quotes"},
};

}  // namespace

constinit const meta::Service service{driver, base_url, version};

std::optional<meta::Found> find(
    const meta::Wanted& wanted,
    const Publication& publication,
    const Access& access,
    const Tools& tools) {
    // A reply is not among the posts.
    const auto* edge = wanted.part > 0 ? "replies" : "threads";
    const auto request = meta::get(
        service,
        access,
        net::percent_encode(access.remote_id) + "/" + edge,
        {{"fields",
          wanted.part > 0 ? "id,text,timestamp,permalink,replied_to"
                          : "id,text,timestamp,permalink"},
         {"since", std::to_string(to_ms(wanted.since) / 1000)},
         {"limit", "50"}});
    return meta::find_listed(driver, request, fields, wanted, publication, tools);
}

void remove(const Entry& published, const Access& access, const Tools& tools) {
    meta::remove(service, published.remote_id, access, tools);
}

Metrics measure(const Entry& published, const Access& access, const Tools& tools) {
    return meta::read_insights(service, published, metrics, access, tools);
}

}  // namespace caas::platform::threads
