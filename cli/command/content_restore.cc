#include <array>

#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/command/version_number.h"
#include "cli/print/content.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{
    Argument{"ID", "of the content"},
    Argument{"VERSION", "number of the version to bring back"},
};

int run(Call& call) {
    const auto number = version_number(call.argument(0), call.argument(1));
    const Json body{{"number", number}};
    const auto answer = call.send(
        {"POST",
         "content/" + net::percent_encode(call.argument(0)) + "/restore",
         {},
         json::dump(body)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto made = body_of(answer);
    call.out(json::text_or(made, "id", "") + "\n");
    call.say(
        "Version " + print::number_of(made, "latest") + " is a copy of version " +
        std::to_string(number) + ".");
    return 0;
}

}  // namespace

extern constexpr Command content_restore{
    .name = "restore",
    .summary = "bring an old version back: makes a new version",
    .about = {},
    .arguments = arguments,
    .options = {},
    .examples = "caas content restore 1a2b3c4d 1",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
