#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"
#include "core/base/error.h"
#include "core/schedule/slot.h"

namespace caas::cli::command {
namespace {

constexpr std::array list_arguments{Argument{"ACCOUNT", "name or id"}};
constexpr std::array set_arguments{
    Argument{"ACCOUNT", "name or id"},
    Argument{
        .name = "TIMES",
        .help = "days and the times they have: \"mon,wed 09:00, fri 17:30\"",
        .is_required = false,
        .is_many = true},
};
constexpr std::array set_options{
    Option{.name = "clear", .value = "", .help = "take all slots away"},
};

std::string path_of(const Call& call) {
    return "accounts/" + net::percent_encode(call.argument(0)) + "/slots";
}

int show(Call& call, const Answer& answer) {
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto found = body_of(answer);
    const auto zone = json::text_or(found, "zone", call.zone());
    print::Table table({{"DAY"}, {"TIME"}, {"NEXT"}});
    for (const auto& item : found.at("items"))
        table.add(
            {{json::text_or(item, "day", ""), print::Colour::bold},
             {json::text_or(item, "time", ""), {}},
             {print::moment_of(item, "next_at", call.now(), zone), print::Colour::faint}});
    if (table.empty()) {
        call.say(
            "The account has no weekly slots. Set some: caas slots set " + call.argument(0) +
            " \"mon,wed 09:00, fri 17:30\"");
        return 0;
    }
    call.out(table.text(call.width(), call.paint()));
    call.say(
        "Times are in " + zone + ". Use them: caas schedule ID --account " + call.argument(0) +
        " --next-slot");
    return 0;
}

int run_list(Call& call) {
    return show(call, call.send({"GET", path_of(call)}));
}

int run_set(Call& call) {
    std::string text;
    for (std::size_t i = 1; i < call.arguments().size(); ++i)
        text += call.argument(i) + " ";
    if (text.empty() != call.has("clear"))
        throw Error(
            Code::usage,
            "`caas slots set` needs times, or --clear",
            "caas slots set " + call.argument(0) + " \"mon,wed 09:00, fri 17:30\"");
    auto items = Json::array();
    if (!text.empty()) {
        for (const auto& slot : schedule::parse_slots(text))
            items.push_back(
                {{"day", schedule::day_name(slot.day)},
                 {"time", schedule::time_of_day_text(slot.minute)}});
    }
    const Json body{{"items", std::move(items)}};
    return show(call, call.send({"PUT", path_of(call), {}, json::dump(body)}));
}

constexpr Command list{
    .name = "list",
    .summary = "list the weekly posting times of an account",
    .about = {},
    .arguments = list_arguments,
    .options = {},
    .examples = "caas slots list work",
    .children = {},
    .run = run_list,
};

constexpr Command set{
    .name = "set",
    .summary = "replace the weekly posting times of an account",
    .about =
        "Days are mon to sun, mon-fri, weekdays, weekends or daily; after them come the times "
        "they have. Posts that were given a slot before stay where they are.",
    .arguments = set_arguments,
    .options = set_options,
    .examples =
        "caas slots set work \"mon,wed 09:00, fri 17:30\"\n"
        "caas slots set work weekdays 09:00 17:00\n"
        "caas slots set work --clear",
    .children = {},
    .run = run_set,
};

constexpr std::array<const Command*, 2> children{&list, &set};

}  // namespace

extern constexpr Command slots{
    .name = "slots",
    .summary = "weekly posting times of an account",
    .about =
        "Slots are times of the week in the account's zone. `caas schedule ID --account NAME "
        "--next-slot` takes the next one at which no other post of the account waits.",
    .arguments = {},
    .options = {},
    .examples =
        "caas slots set work \"mon,wed 09:00, fri 17:30\"\n"
        "caas schedule 1a2b3c4d --account work --next-slot",
    .children = children,
};

}  // namespace caas::cli::command
