#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/attach.h"
#include "cli/command/commands.h"
#include "cli/command/once.h"
#include "cli/command/written.h"
#include "cli/input.h"
#include "cli/print/content.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{
    Argument{"FILE", "a text file; - reads standard input", Kind::file},
};
constexpr std::array options{
    Option{.name = "title", .value = "TEXT", .help = "a name for it in lists"},
    Option{.name = "language", .value = "TAG", .help = "language of the text, such as en or de-CH"},
    Option{
        .name = "for",
        .value = "PLATFORM=FILE",
        .help = "another text for one platform; may be repeated",
        .is_repeatable = true},
    media_option,
    alt_option,
    key_option,
};

// "x=short.md"
void add_override(Call& call, Json& body, const std::string& given) {
    const auto equals = given.find('=');
    if (equals == std::string::npos || equals + 1 == given.size())
        throw Error(
            Code::usage,
            "`--for " + given + "` does not say which file",
            "write it as --for x=short.md");
    const auto platform = platform_id(given.substr(0, equals));
    const auto text = read_text(call, given.substr(equals + 1));
    body["overrides"][platform]["parts"] = parts_json(text);
}

int run(Call& call) {
    Json body{{"parts", parts_json(read_text(call, call.argument(0)))}};
    if (const auto title = call.option("title"); title)
        body["title"] = *title;
    if (const auto language = call.option("language"); language)
        body["language"] = *language;
    if (call.has("for")) {
        for (const auto& given : call.list("for"))
            add_override(call, body, given);
    }
    attach(body["parts"], attached(call));
    const auto answer = send_once(call, {"POST", "content", {}, json::dump(body)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto made = body_of(answer);
    call.out(json::text_or(made, "id", "") + "\n");
    call.say(
        "Added as version 1. Next: caas schedule " + print::short_id_of(made) +
        " --account outbox --in 2h");
    return 0;
}

}  // namespace

extern constexpr Command content_add{
    .name = "add",
    .summary = "keep a text as a new content",
    .about =
        "A line of three dashes separates the parts of a thread. For such a line within a part "
        "write \\---.",
    .arguments = arguments,
    .options = options,
    .examples =
        "caas content add post.md --for x=short.md\n"
        "caas content add post.md --media roof.jpg --alt \"Our team on the roof\"\n"
        "echo \"Hello\" | caas content add -",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
