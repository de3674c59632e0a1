// accounts/{id}/slots: the weekly times of an account.
#include "core/flow/slots.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/api/etag.h"
#include "core/api/fields.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"

namespace caas::api {
namespace {

Json render_slots(const flow::AccountSlots& found, Instant now) {
    auto items = Json::array();
    for (const auto& slot : found.slots)
        items.push_back(
            {{"day", schedule::day_name(slot.day)},
             {"time", schedule::time_of_day_text(slot.minute)},
             {"next_at", to_rfc3339(flow::next_time(slot, found.zone, now))}});
    return {
        {"account_id", found.account.id.text()},
        {"account", found.account.name},
        {"zone", found.zone},
        {"items", std::move(items)},
        {"next_cursor", nullptr}};
}

// What a tag names: the slots alone, since when each of them comes next changes by itself.
Json state_of(const flow::AccountSlots& found) {
    auto items = Json::array();
    for (const auto& slot : found.slots)
        items.push_back(
            {{"day", schedule::day_name(slot.day)},
             {"time", schedule::time_of_day_text(slot.minute)}});
    return {
        {"account_id", found.account.id.text()}, {"zone", found.zone}, {"items", std::move(items)}};
}

Response answer(Call& call, const flow::AccountSlots& found) {
    auto response = json_response(200, render_slots(found, call.tools().clock.now()));
    response.headers.emplace_back("ETag", etag_of(json::dump(state_of(found))));
    return response;
}

Response list(Call& call) {
    return answer(call, call.tools().store.read([&](store::Reader& reader) {
        return flow::slots_of(reader, call.principal, call.id());
    }));
}

schedule::Slot take_slot(const Json& item, std::size_t number) {
    const auto place = "/items/" + std::to_string(number);
    Fields fields(item, place);
    const auto day = schedule::parse_day(fields.required_text("day"));
    const auto time = schedule::parse_time_of_day(fields.required_text("time"));
    // When the slot comes next: in every answer, so it may be sent back.
    fields.any("next_at");
    fields.finish();
    if (!day)
        throw Error(
            Code::invalid,
            "A slot has no such day",
            "days are mon, tue, wed, thu, fri, sat, sun",
            {{place + "/day", "unknown", "is no day of the week"}});
    if (!time)
        throw Error(
            Code::invalid,
            "A slot has no such time",
            "times are written as 09:00",
            {{place + "/time", "format", "is no time of day"}});
    return {*day, *time};
}

Response set(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto* items = fields.array("items");
    fields.finish();
    if (items == nullptr)
        throw Error(
            Code::invalid,
            "`items` is missing",
            "an empty list takes all slots away",
            {{"/items", "required", "is missing"}});
    if (items->size() > schedule::most_slots)
        throw Error(
            Code::invalid,
            "An account has at most " + std::to_string(schedule::most_slots) + " slots",
            {},
            {{"/items", "size", "is too long"}});
    std::vector<schedule::Slot> slots;
    for (const auto& item : *items)
        slots.push_back(take_slot(item, slots.size()));
    return answer(call, call.tools().store.write([&](store::Transaction& transaction) {
        if (call.has_match())
            call.require_match(state_of(flow::slots_of(transaction, call.principal, call.id())));
        return flow::set_slots(transaction, call.principal, call.id(), slots);
    }));
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/accounts/{id}/slots",
        .action = Action::read,
        .handle = list,
        .summary = "list the weekly posting times of an account",
        .id = "list_slots",
        .answer = "Slots"},
    Route{
        .method = "PUT",
        .pattern = "/api/v1/accounts/{id}/slots",
        .action = Action::publish,
        .handle = set,
        .summary = "replace the weekly posting times of an account",
        .id = "set_slots",
        .body = "NewSlots",
        .answer = "Slots",
        .has_etag = true},
};

}  // namespace

std::span<const Route> slot_routes() {
    return rows;
}

}  // namespace caas::api
