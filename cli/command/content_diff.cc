#include <array>

#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/command/version_number.h"
#include "cli/command/written.h"
#include "cli/print/content.h"
#include "cli/print/difference.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{
    Argument{"ID", "of the content"},
    Argument{
        .name = "FROM",
        .help = "number of a version; the one before TO if not given",
        .is_required = false},
    Argument{
        .name = "TO", .help = "number of a version, the latest if not given", .is_required = false},
};
constexpr std::array options{
    Option{
        .name = "unified",
        .value = "",
        .help = "compare line by line, in the form of diff -u and patch"},
    Option{
        .name = "for",
        .value = "PLATFORM",
        .help = "compare what this platform gets",
        .kind = Kind::platform},
};

int run(Call& call) {
    Ask ask{"GET", "content/" + net::percent_encode(call.argument(0)) + "/diff"};
    if (!call.argument(1).empty())
        ask.query.emplace_back(
            "from", std::to_string(version_number(call.argument(0), call.argument(1))));
    if (!call.argument(2).empty())
        ask.query.emplace_back(
            "to", std::to_string(version_number(call.argument(0), call.argument(2))));
    if (const auto platform = call.option("for"); platform)
        ask.query.emplace_back("platform", platform_id(*platform));
    const auto answer = call.send(std::move(ask));
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto body = body_of(answer);
    if (json::truth(body, "same").value_or(false)) {
        call.say(
            "Versions " + print::number_of(body, "from") + " and " + print::number_of(body, "to") +
            " say the same.");
        return 0;
    }
    const bool is_unified = call.has("unified");
    call.out(print::difference(body.value("sections", Json::array()), is_unified, call.paint()));
    return 0;
}

}  // namespace

extern constexpr Command content_diff{
    .name = "diff",
    .summary = "compare two versions of a content, word by word",
    .about = "What went is red or [-in brackets-], what came is green or {+in braces+}.",
    .arguments = arguments,
    .options = options,
    .examples =
        "caas content diff 1a2b3c4d 1 3\n"
        "caas content diff 1a2b3c4d 1 3 --unified > change.patch",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
