// series: recurring posts; start, list, show, end.
#include "core/flow/series.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/api/fields.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/api/when.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/delivery/queue.h"
#include "core/flow/plan.h"

namespace caas::api {

namespace {

constexpr int most_upcoming = 10;

Json render_occurrence(const std::string& occurrence, Instant due_at, const std::string& note) {
    return {
        {"occurrence", occurrence},
        {"due_at", to_rfc3339(due_at)},
        {"time_note", said(note)},
        {"post_id", nullptr},
        {"state", nullptr}};
}

void add_post(Json& item, const delivery::Post& post) {
    item["post_id"] = post.id.text();
    item["state"] = delivery::name(post.state);
    item["due_at"] = to_rfc3339(post.due_at);
}

// What the rule gives next, and what became of it so far; and posts that still wait although the
// rule is past them, as they were moved, for example. The first due first.
Json render_upcoming(
    const schedule::Series& series, const std::vector<delivery::Post>& posts, Instant now) {
    std::map<std::string, Json> items;
    for (const auto& next : flow::upcoming(series, now, most_upcoming)) {
        const auto text = schedule::wall_text(next.wall);
        items.emplace(text, render_occurrence(text, next.at, next.note));
    }
    for (const auto& post : posts) {
        auto at = items.find(post.occurrence);
        if (at == items.end()) {
            if (delivery::is_settled(post.state))
                continue;
            at = items
                     .emplace(
                         post.occurrence,
                         render_occurrence(post.occurrence, post.due_at, post.time_note))
                     .first;
        }
        add_post(at->second, post);
    }
    std::vector<Json> list;
    for (auto& [occurrence, item] : items)
        list.push_back(std::move(item));
    std::ranges::stable_sort(
        list, {}, [](const Json& item) { return json::text_or(item, "due_at", ""); });
    return list;
}

Json render_whole(store::Reader& reader, const schedule::Series& series, Instant now) {
    auto out = render(series);
    delivery::Filter filter;
    filter.series = series.id;
    const auto posts = delivery::list_posts(
        reader, series.workspace, filter, {.limit = store::most_limit, .cursor = {}});
    out["upcoming"] = render_upcoming(series, posts.items, now);
    return out;
}

Json render_started(Call& call, store::Reader& reader, std::span<const delivery::Post> posts) {
    auto items = Json::array();
    std::optional<SeriesId> last;
    for (const auto& post : posts) {
        if (post.series == last)
            continue;
        last = post.series;
        items.push_back(render_whole(
            reader,
            schedule::get_series(reader, call.principal.workspace, *last),
            call.tools().clock.now()));
    }
    return items;
}

Response add(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto order = take_order(fields);
    if (!order.every)
        throw Error(
            Code::invalid,
            "`every` is missing",
            "for example \"weekdays 09:00\"",
            {{"/every", "required", "is missing"}});
    Json items;
    // What is read after the commit may fail, and an error would have it started a second time.
    flow::make_posts(
        call.tools(),
        call.principal,
        order,
        [&](store::Reader& reader, std::span<const delivery::Post> posts) {
            items = render_started(call, reader, posts);
        });
    call.context.wake();
    return json_response(201, {{"items", std::move(items)}, {"next_cursor", nullptr}});
}

Response list(Call& call) {
    schedule::SeriesFilter filter;
    if (const auto state = call.query.text("state")) {
        filter.state = schedule::parse_series_state(*state);
        if (!filter.state)
            throw Error(Code::invalid, "`state` must be active, finished or ended");
    }
    const auto account = call.query.text("account");
    const auto content = call.query.text("content");
    const auto page = take_page(call.query);
    const auto found = call.tools().store.read([&](store::Reader& reader) {
        const auto& workspace = call.principal.workspace;
        if (account)
            filter.account = platform::get_account(reader, workspace, *account).id;
        if (content)
            filter.content = content::resolve(reader, workspace, *content);
        return schedule::list_series(reader, workspace, filter, page);
    });
    return json_response(200, render_list(found.items, found.next_cursor));
}

Response show(Call& call) {
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        const auto& workspace = call.principal.workspace;
        const auto id = schedule::resolve_series(reader, workspace, call.id());
        return render_whole(
            reader, schedule::get_series(reader, workspace, id), call.tools().clock.now());
    }));
}

Response remove(Call& call) {
    const auto ended = flow::end_series(call.tools(), call.principal, call.id());
    call.context.wake();
    auto out = render(ended.series);
    out["canceled_posts"] = ended.canceled_posts;
    out["failed_posts"] = ended.failed_posts;
    return json_response(200, out);
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "POST",
        .pattern = "/api/v1/series",
        .action = Action::publish,
        .handle = add,
        .summary = "start a series of posts for accounts",
        .id = "add_series",
        .body = "SeriesOrder",
        .answer = "SeriesDetail[]",
        .status = 201,
        .codes = order_codes},
    Route{
        .method = "GET",
        .pattern = "/api/v1/series",
        .action = Action::read,
        .handle = list,
        .summary = "list series",
        .id = "list_series",
        .query = "series_state account content limit cursor",
        .answer = "Series[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/series/{id}",
        .action = Action::read,
        .handle = show,
        .summary = "show a series and its next occurrences",
        .id = "get_series",
        .answer = "SeriesDetail"},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/series/{id}",
        .action = Action::publish,
        .handle = remove,
        .summary = "end a series and cancel its waiting posts",
        .id = "end_series",
        .answer = "EndedSeries",
        .codes = {Code::conflict}},
};

}  // namespace

std::span<const Route> series_routes() {
    return rows;
}

}  // namespace caas::api
