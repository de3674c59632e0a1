#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/written.h"
#include "cli/input.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ID", "of the content"}};
constexpr std::array options{
    Option{.name = "version", .value = "N", .help = "this version and not the latest"},
    Option{
        .name = "text",
        .value = "",
        .help =
            "the text alone, exactly as it is kept, in the form that content edit --file reads"},
    Option{
        .name = "for",
        .value = "PLATFORM",
        .help = "with --text: the text meant for this platform",
        .kind = Kind::platform},
};

void show_facts(Call& call, const Json& version, const std::string& id, const std::string& title) {
    std::string marks;
    if (const auto* list = json::find(version, "marks"); list != nullptr && list->is_array()) {
        for (const auto& mark : *list) {
            if (mark.is_string())
                marks += (marks.empty() ? "" : ", ") + mark.get<std::string>();
        }
    }
    call.out(print::fields(
        {{"content", {id, print::Colour::bold}},
         {"title", {title, {}}},
         {"version", {print::number_of(version, "number"), {}}},
         {"by", {print::author_of(version), {}}},
         {"cost", {print::cost_of(version), {}}},
         {"language", {json::text_or(version, "language", ""), {}}},
         {"made", {print::moment_of(version, "created_at", call.now(), call.zone()), {}}},
         {"marks", {marks, print::Colour::yellow}},
         {"sha256", {json::text_or(version, "digest", ""), print::Colour::faint}}},
        call.paint()));
}

int run(Call& call) {
    const auto number = call.number("version", 1, 1'000'000);
    auto path = "content/" + net::percent_encode(call.argument(0));
    if (number)
        path += "/versions/" + std::to_string(*number);
    const auto answer = call.send({"GET", path});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto body = body_of(answer);
    const auto* inside = json::find(body, "version");
    const auto& version = number || inside == nullptr ? body : *inside;
    if (call.has("text")) {
        const auto platform = call.option("for");
        call.out(joined_parts(texts_for(version, platform ? platform_id(*platform) : "")));
        return 0;
    }
    if (call.has("for"))
        throw Error(Code::usage, "`--for` needs `--text`");
    show_facts(
        call,
        version,
        json::text_or(body, number ? "content_id" : "id", ""),
        json::text_or(body, "title", ""));
    call.out("\n" + print::version_text(version, call.paint()));
    return 0;
}

}  // namespace

extern constexpr Command content_show{
    .name = "show",
    .summary = "show a content",
    .about = {},
    .arguments = arguments,
    .options = options,
    .examples =
        "caas content show 1a2b3c4d --version 2\n"
        "caas content show 1a2b3c4d --text --for x",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
