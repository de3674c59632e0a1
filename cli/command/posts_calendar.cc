#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/print/calendar.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{
    Argument{
        .name = "MONTH", .help = "such as 2026-12; this month if not given", .is_required = false},
};
constexpr std::array options{
    Option{
        .name = "tz",
        .value = "ZONE",
        .help = "whose days are meant, that of this machine if not given"},
};

print::Month month_of(const std::string& typed, Instant now, std::string_view zone) {
    if (typed.empty()) {
        const auto local = to_local(now, zone);
        return {local.year, local.month};
    }
    const auto day = parse_local(typed + "-01 00:00");
    if (!day)
        throw Error(Code::usage, "`" + typed + "` is not a month", "write it as 2026-12");
    // A month ends where the next begins, and times have four digits for their year.
    if (day->year < 1 || (day->year == 9999 && day->month == 12))
        throw Error(
            Code::usage, "`" + typed + "` cannot be shown", "any from 0001-01 to 9999-11 can");
    return {day->year, day->month};
}

Instant start_of(print::Month month, std::string_view zone) {
    return resolve({month.year, month.month, 1, 0, 0, 0}, zone).instant;
}

std::string clock_text(const LocalTime& local) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%02d:%02d", local.hour % 100, local.minute % 100);
    return text.data();
}

// Gives the cursor of the next page, if there is one.
std::optional<std::string> add_entries(
    const Answer& answer, std::string_view zone, std::vector<print::Entry>& entries) {
    const auto list = body_of(answer);
    for (const auto& post : list.at("items")) {
        const auto due = print::instant_of(post, "due_at");
        if (!due)
            continue;
        const auto local = to_local(*due, zone);
        entries.push_back(
            {local.day,
             clock_text(local),
             json::text_or(post, "state", ""),
             print::short_id_of(post) + "  " + json::text_or(post, "account", "")});
    }
    return json::text(list, "next_cursor");
}

int run(Call& call) {
    const auto zone = call.filled("tz").value_or(call.zone());
    const auto month = month_of(call.argument(0), call.now(), zone);
    Query query{
        {"from", to_rfc3339(start_of(month, zone))},
        {"to", to_rfc3339(start_of(print::next(month), zone))},
        {"tz", zone},
        {"limit", "200"}};
    auto answer = call.send({"GET", "calendar", query});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    std::vector<print::Entry> entries;
    while (const auto next = add_entries(answer, zone, entries)) {
        auto more = query;
        more.emplace_back("cursor", *next);
        answer = call.send({"GET", "calendar", std::move(more)});
    }
    const auto today = to_local(call.now(), zone);
    const bool is_now = today.year == month.year && today.month == month.month;
    call.out(print::calendar(month, entries, is_now ? today.day : 0, call.width(), call.paint()));
    return 0;
}

}  // namespace

extern constexpr Command posts_calendar{
    .name = "calendar",
    .summary = "show a month of posts",
    .about = {},
    .arguments = arguments,
    .options = options,
    .examples = "caas posts calendar 2026-12 --tz Europe/Berlin",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
