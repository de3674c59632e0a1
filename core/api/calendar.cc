// calendar: what is due in a span of time, with its local time.
#include <array>

#include <nlohmann/json.hpp>

#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/api/when.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/delivery/queue.h"

namespace caas::api {
namespace {

Response calendar(Call& call) {
    delivery::Filter filter;
    filter.from = take_instant(call.query.text("from"), "from");
    filter.to = take_instant(call.query.text("to"), "to");
    const auto zone = call.query.text("tz").value_or("UTC");
    const auto page = take_page(call.query);
    require_zone(zone, "tz");
    if (!filter.from || !filter.to)
        throw Error(
            Code::invalid, "`from` and `to` are needed", "for example a month's first days");
    filter.order = delivery::Order::due;
    const auto found = call.tools().store.read([&](store::Reader& reader) {
        return delivery::list_posts(reader, call.principal.workspace, filter, page);
    });
    auto out = render_list(found.items, found.next_cursor);
    for (auto& post : out["items"])
        post["local"] = to_local_text(*parse_rfc3339(json::text_or(post, "due_at", "")), zone);
    return json_response(200, out);
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/calendar",
        .action = Action::read,
        .handle = calendar,
        .summary = "list what is due in a span of time",
        .id = "get_calendar",
        .query = "from to tz limit cursor",
        .answer = "CalendarPost[]"},
};

}  // namespace

std::span<const Route> calendar_routes() {
    return rows;
}

}  // namespace caas::api
