#include <array>

#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/command/declined.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ID", "of the content"}};

int run(Call& call) {
    const auto id = call.argument(0);
    if (!call.confirms("Delete content " + id + " and its versions?"))
        return declined(call, "Nothing was deleted.");
    const auto answer = call.send({"DELETE", "content/" + net::percent_encode(id)});
    if (call.is_json())
        call.out_json(answer);
    call.say("Deleted. What was published of it stays out, and in `caas posts list`.");
    return 0;
}

}  // namespace

extern constexpr Command content_delete{
    .name = "delete",
    .summary = "delete a content",
    .about =
        "What was published stays published, and its posts stay in `caas posts list`; "
        "asked for by its content they are not found any more.",
    .arguments = arguments,
    .options = {},
    .examples = "caas content delete 1a2b3c4d --yes",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
