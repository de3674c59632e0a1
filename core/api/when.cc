#include "core/api/when.h"

#include <cstdint>

#include "core/base/error.h"
#include "core/base/time_zone.h"

namespace caas::api {

std::optional<Instant> take_instant(const std::optional<std::string>& text, std::string_view name) {
    if (!text)
        return std::nullopt;
    const auto instant = parse_rfc3339(*text);
    if (!instant)
        throw Error(
            Code::invalid,
            "`" + std::string(name) + "` must be a time like 2026-12-01T09:00:00Z",
            {},
            {{"/" + std::string(name), "format", "must be an RFC 3339 time"}});
    return instant;
}

void require_zone(const std::string& zone, const std::string& name) {
    if (is_zone(zone))
        return;
    const auto near = nearest_zone(zone);
    throw Error(
        Code::invalid,
        "There is no time zone `" + zone.substr(0, 60) + "`",
        near.empty() ? "zones are named like Europe/Berlin" : "did you mean " + near + "?",
        {{"/" + name, "unknown", "is not an IANA time zone"}});
}

flow::When take_when(Fields& fields) {
    flow::When when;
    when.at = take_instant(fields.text("due_at"), "due_at");
    when.local = fields.text("at");
    when.in_seconds = fields.integer("in_seconds", 0, 366LL * 86400 * 5);
    when.zone = fields.text("zone");
    when.next_slot = fields.truth("next_slot").value_or(false);
    const int ways = (when.at ? 1 : 0) + (when.local ? 1 : 0) + (when.in_seconds ? 1 : 0) +
                     (when.next_slot ? 1 : 0);
    if (ways > 1)
        throw Error(Code::invalid, "Give only one of `due_at`, `at`, `in_seconds` and `next_slot`");
    if (when.zone && when.next_slot)
        throw Error(Code::invalid, "Slots are in the zone of the account: leave `zone` out");
    if (when.zone)
        require_zone(*when.zone, "zone");
    return when;
}

namespace {

// Without a time a post goes out at once: not when its time was only lost on the way.
void require_meant_now(const Fields& fields, const flow::When& when) {
    for (const auto* name : {"due_at", "at", "in_seconds", "next_slot", "every"}) {
        if (fields.is_null(name))
            throw Error(
                Code::invalid,
                "`" + std::string(name) + "` is null, and nothing else says when",
                "give it a value, or leave it out to publish at once",
                {{fields.pointer_to(name), "required", "must not be null"}});
    }
    if (when.zone)
        throw Error(
            Code::invalid,
            "`zone` is given without a time",
            "give `at` as well, or leave `zone` out to publish at once",
            {{fields.pointer_to("at"), "required", "must be there with `zone`"}});
}

}  // namespace

flow::PostOrder take_order(Fields& fields) {
    flow::PostOrder order;
    order.content = fields.required_text("content_id");
    order.version = fields.integer("version", 1, INT32_MAX);
    order.accounts = fields.texts("accounts").value_or(std::vector<std::string>{});
    order.when = take_when(fields);
    order.every = fields.text("every");
    if (order.every && order.when.at)
        throw Error(
            Code::invalid,
            "With `every`, `at` says when to start: a local time, not an instant like `due_at`",
            "write it as \"2026-12-01 09:00\", with its `zone`",
            {{"/due_at", "exclusive", "goes without `every`"}});
    if (order.every && (order.when.in_seconds || order.when.next_slot))
        throw Error(
            Code::invalid,
            "With `every` only `at` says when to start",
            "write it as \"2026-12-01 09:00\"",
            {{"/every", "exclusive", "goes with `at` and `zone` only"}});
    const bool is_timed =
        order.when.at || order.when.local || order.when.in_seconds || order.when.next_slot;
    if (!is_timed && !order.every)
        require_meant_now(fields, order.when);
    fields.finish();
    return order;
}

}  // namespace caas::api
