#include <algorithm>
#include <array>
#include <cmath>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/tenancy.h"
#include "cli/print/bar.h"
#include "cli/print/table.h"
#include "core/base/error.h"
#include "core/base/money.h"

namespace caas::cli::command {
namespace {

constexpr std::array options{
    Option{
        .name = "by",
        .value = "WHAT",
        .help =
            "who or what took it: member, model or day (that is meant by --from and --to alone)"},
    Option{.name = "from", .value = "DAY", .help = "first day of the sums, such as 2026-11-01"},
    Option{.name = "to", .value = "DAY", .help = "last day of the sums, today if not given"},
    organization_option,
};

// A number of an answer that may be null.
std::optional<std::int64_t> number(const Json& from, std::string_view key) {
    return json::integer(from, key);
}

std::string cost_text(const Json& from, std::string_view key) {
    const auto* found = json::find(from, key);
    if (found == nullptr || !found->is_number())
        return {};
    return dollars(std::llround(found->get<double>() * 1e6));
}

std::string day_of(const Json& from, std::string_view key) {
    return json::text_or(from, key, "").substr(0, 10);
}

// "42 of 100, 58 left"
std::string words_of(
    const std::optional<std::int64_t>& used,
    const std::optional<std::int64_t>& most,
    std::string_view lifted_by) {
    if (!used)
        return most ? "at most " + grouped(*most) : "any number";
    if (!most)
        return grouped(*used) + " (no limit)";
    auto out = grouped(*used) + " of " + grouped(*most);
    if (*used >= *most && !lifted_by.empty())
        out += ", more with the plan " + std::string(lifted_by);
    return out;
}

void add_bar(
    print::Table& table,
    const std::string& title,
    const std::optional<std::int64_t>& used,
    const std::optional<std::int64_t>& most,
    const std::string& words) {
    const auto share = used && most ? print::bar(*used, *most) : std::string();
    const auto colour = !used || !most || *used * 5 < *most * 4 ? print::Colour::green
                        : *used < *most                         ? print::Colour::yellow
                                                                : print::Colour::red;
    table.add({{title, {}}, {share, colour}, {words, {}}});
}

void show_limits(Call& call, const Json& usage) {
    call.out(print::fields(
        {{"plan", {json::text_or(usage, "title", ""), print::Colour::bold}},
         {"period", {day_of(usage, "period_start") + " to " + day_of(usage, "period_end"), {}}},
         {"providers cost", {cost_text(usage.at("cost"), "month_usd") + " this month", {}}}},
        call.paint()));
    call.out("\n");
    print::Table table({{"LIMIT"}, {"USED"}, {""}});
    const auto& tokens = usage.at("tokens");
    const auto used = number(tokens, "used");
    const auto granted = number(tokens, "granted");
    auto words = words_of(used, granted, "");
    if (granted)
        words += ", " + grouped(number(tokens, "left").value_or(0)) + " left";
    if (const auto reserved = number(tokens, "reserved"); reserved && *reserved > 0)
        words += ", " + grouped(*reserved) + " reserved";
    add_bar(table, "Plan tokens", used, granted, words);
    for (const auto& limit : usage.at("limits")) {
        const auto most = number(limit, "most");
        const auto count = number(limit, "used");
        add_bar(
            table,
            json::text_or(limit, "title", ""),
            count,
            most,
            words_of(count, most, json::text_or(limit, "lifted_by", "")));
    }
    call.out(table.text(call.width(), call.paint()));
}

std::string name_of(const Json& item, std::string_view by) {
    if (by == "member")
        return json::text_or(item, "name", "somebody who is gone");
    if (by == "day")
        return json::text_or(item, "day", "");
    return json::text_or(item, "provider", "") + " " + json::text_or(item, "model", "");
}

void show_shares(Call& call, const Json& usage, const std::string& by) {
    const auto& items = usage.at(by + "s");
    std::int64_t most = 1;
    for (const auto& item : items)
        most = std::max(most, json::integer_or(item, "tokens", 0));
    print::Table table(
        {{by == "member"  ? "MEMBER"
          : by == "model" ? "MODEL"
                          : "DAY"},
         {"PLAN TOKENS", true},
         {""},
         {"GENERATIONS", true},
         {"INPUT", true},
         {"OUTPUT", true},
         {"COST", true}});
    for (const auto& item : items) {
        const auto count = [&](std::string_view key) {
            return grouped(json::integer_or(item, key, 0));
        };
        table.add(
            {{name_of(item, by), print::Colour::bold},
             {count("tokens"), {}},
             {print::bar(json::integer_or(item, "tokens", 0), most), print::Colour::cyan},
             {count("generations"), {}},
             {count("input_tokens"), {}},
             {count("output_tokens"), {}},
             {cost_text(item, "cost_usd"), {}}});
    }
    if (table.empty())
        call.say(
            "Nothing was generated from " + day_of(usage, "from") + " to " + day_of(usage, "to") +
            ".");
    else
        call.out(table.text(call.width(), call.paint()));
}

int run(Call& call) {
    auto by = call.option("by");
    if (by && *by != "member" && *by != "model" && *by != "day")
        throw Error(Code::usage, "`--by` is member, model or day", "caas usage --by member");
    // Limits are those of now: what days are named for are the sums.
    if (!by && (call.has("from") || call.has("to")))
        by = "day";
    Ask ask{"GET", organization_path(call) + "/usage"};
    for (const auto* name : {"from", "to"}) {
        if (const auto day = call.filled(name))
            ask.query.emplace_back(name, *day);
    }
    const auto answer = call.send(std::move(ask));
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto usage = body_of(answer);
    if (by)
        show_shares(call, usage, *by);
    else
        show_limits(call, usage);
    return 0;
}

}  // namespace

extern constexpr Command usage{
    .name = "usage",
    .summary = "what is used of the plan",
    .about =
        "A bar for each limit of the plan. A plan token stands for 1,000 tokens of a provider, "
        "input and output; what is begun counts. An upper estimate is reserved while something is "
        "written, and what it really took is counted when it is there; a generation that fails "
        "takes none.\n"
        "Days are those of UTC.",
    .arguments = {},
    .options = options,
    .examples =
        "caas usage\n"
        "caas usage --by member\n"
        "caas usage --by day --from 2026-11-01 --json",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
