// events: what changed in the organization, as a long poll or as server-sent events.
//
// Without `after` the answer is a cursor for this moment. With one it holds what changed since;
// with `wait` it is held until something did. As a stream each change is an event `change` with its
// cursor as id, which a browser sends again as Last-Event-ID when it comes back; `again` says that
// whatever is shown has to be read anew.
#include <array>
#include <functional>

#include <nlohmann/json.hpp>

#include "core/api/listeners.h"
#include "core/api/problem.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/flow/feed.h"

namespace caas::api {
namespace {

// How often a listener looks; a person takes it for at once.
constexpr auto look_every = Milliseconds(500);
// Proxies close what is silent for a minute.
constexpr auto sign_of_life = std::chrono::seconds(15);
// Then the browser comes back with its cursor, and with a token that still holds.
constexpr auto longest_stream = std::chrono::minutes(10);

Json render(const flow::Change& change) {
    return {
        {"kind", change.kind},
        {"id", change.id},
        {"workspace_id", change.workspace.text()},
        {"state", change.state},
        {"updated_at", to_rfc3339(change.updated_at)}};
}

flow::Changes look(
    const Context& context, const access::Principal& principal, std::string_view cursor) {
    const auto only = principal.is_bound ? std::optional(principal.workspace) : std::nullopt;
    const auto now = context.tools.clock.now();
    return context.tools.store.read([&](store::Reader& reader) {
        // Listeners are let in once and stay for minutes.
        if (!access::is_still_in(reader, principal, now))
            throw Error(Code::unauthenticated, "You are signed out here", "sign in again");
        return flow::feed_after(reader, principal.organization, only, cursor, now);
    });
}

bool is_news(const flow::Changes& changes) {
    return changes.must_read_again || !changes.items.empty();
}

// Until something changed, the time is over or `nap` says that there is no more of it.
flow::Changes wait_for_news(
    const Context& context,
    const access::Principal& principal,
    const std::string& cursor,
    Milliseconds longest,
    const std::function<bool()>& nap) {
    auto& clock = context.tools.clock;
    const auto end = clock.monotonic() + longest;
    auto changes = look(context, principal, cursor);
    while (!is_news(changes) && clock.monotonic() < end && nap())
        changes = look(context, principal, cursor);
    return changes;
}

Response answer(const flow::Changes& changes) {
    auto items = Json::array();
    for (const auto& change : changes.items)
        items.push_back(render(change));
    return json_response(
        200,
        {{"items", std::move(items)},
         {"read_again", changes.must_read_again},
         {"cursor", changes.cursor}});
}

std::string with_cursor(const std::string& cursor, std::string event) {
    return "id: " + cursor + "\n" + std::move(event);
}

bool send(const flow::Changes& changes, const std::function<bool(std::string_view)>& write) {
    if (changes.must_read_again)
        return write(with_cursor(changes.cursor, event_text("again", Json::object())));
    std::string all;
    for (const auto& change : changes.items)
        // Only the last one says that all of them were seen.
        all += (&change == &changes.items.back())
                   ? with_cursor(changes.cursor, event_text("change", render(change)))
                   : event_text("change", render(change));
    return write(all);
}

Response stream(Call& call, std::string cursor) {
    Response response;
    response.headers.emplace_back("Content-Type", "text/event-stream; charset=utf-8");
    response.headers.emplace_back("Cache-Control", "no-store");
    // Nginx would collect what is meant to arrive at once.
    response.headers.emplace_back("X-Accel-Buffering", "no");
    response.is_endless = true;
    // The stream outlives this function, the router and its context outlive the stream.
    response.body = EventStream(
        [&context = call.context,
         seat = std::make_shared<Listeners::Seat>(*call.listeners, call.principal),
         principal = call.principal,
         request_id = call.request.request_id,
         stop = call.request.stop,
         cursor = std::move(cursor)](const std::function<bool(std::string_view)>& write) mutable {
            auto& clock = context.tools.clock;
            const auto end = clock.monotonic() + longest_stream;
            const auto nap = [&clock, &stop] { return clock.sleep(look_every, stop); };
            try {
                bool is_read = write(with_cursor(cursor, ": listening\n\n"));
                while (is_read && clock.monotonic() < end && !stop.stop_requested()) {
                    const auto changes =
                        wait_for_news(context, principal, cursor, sign_of_life, nap);
                    cursor = changes.cursor;
                    is_read = is_news(changes) ? send(changes, write) : write(": still here\n\n");
                }
            } catch (const Error& e) {
                write(event_text("error", problem_json(e, request_id)));
            }
        });
    return response;
}

Response events(Call& call) {
    const auto wait = call.query.integer("wait", 0, 30).value_or(0);
    const bool is_streamed = call.query.is_on("stream") ||
                             call.request.header("Accept").value_or("") == "text/event-stream";
    std::optional<std::string> cursor;
    if (auto after = call.query.text_or_empty("after"); !after.empty())
        cursor = std::move(after);
    if (is_streamed) {
        if (auto last = call.request.header("Last-Event-ID"); last && !last->empty())
            cursor = std::move(last);
    }
    const auto now = call.tools().clock.now();
    if (!cursor && !is_streamed)
        return answer({{}, false, flow::feed_start(now)});
    const auto start = cursor.value_or(flow::feed_start(now));
    const auto changes = look(call.context, call.principal, start);
    if (is_streamed)
        return stream(call, start);
    if (is_news(changes) || wait == 0)
        return answer(changes);
    const Listeners::Seat seat(*call.listeners, call.principal);
    const auto nap = [&call] { return call.request.hold(call.tools().clock, look_every); };
    return answer(
        wait_for_news(call.context, call.principal, start, std::chrono::seconds(wait), nap));
}

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/events",
        .action = access::Action::read,
        .handle = events,
        .summary = "tell what changed; ?wait=30 holds until something did",
        .id = "list_events",
        .query = "after wait stream",
        .answer = "Events",
        .can_stream = true},
};

}  // namespace

std::span<const Route> event_routes() {
    return rows;
}

}  // namespace caas::api
