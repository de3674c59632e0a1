#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/attach.h"
#include "cli/command/commands.h"
#include "cli/command/generate_stream.h"
#include "cli/command/written.h"
#include "cli/input.h"
#include "cli/print/content.h"
#include "cli/print/lint_report.h"
#include "cli/print/table.h"
#include "core/base/error.h"
#include "core/text/utf8.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{
    Argument{
        .name = "PROMPT",
        .help = "what to write about; - reads standard input",
        .may_be_blank = true},
};
constexpr std::array options{
    Option{
        .name = "platform",
        .value = "LIST",
        .help = "write for these platforms",
        .kind = Kind::platform,
        .is_repeatable = true},
    Option{.name = "tone", .value = "TONE", .help = "how it sounds", .kind = Kind::tone},
    Option{.name = "provider", .value = "NAME", .help = "who writes it", .kind = Kind::provider},
    Option{.name = "model", .value = "NAME", .help = "a model of the provider"},
    Option{
        .name = "variants",
        .value = "N",
        .help = "write up to 8 candidates; the best by lint is the latest version"},
    Option{.name = "language", .value = "TAG", .help = "language, such as en or de-CH"},
    Option{.name = "voice", .value = "NAME", .help = "a brand voice, see `caas voice list`"},
    media_option,
    alt_option,
    Option{
        .name = "stream",
        .value = "",
        .help = "show the text while it is written, also when no terminal is there"},
    Option{.name = "print", .value = "", .help = "print it and store nothing"},
};

void put(Json& body, std::string_view field, const std::optional<std::string>& value) {
    if (value)
        body[std::string(field)] = *value;
}

Json body_of(Call& call) {
    auto prompt = call.argument(0);
    if (prompt == "-")
        prompt = read_text(call, prompt);
    require_size(prompt, "The prompt");
    text::require(prompt, "The prompt");
    Json body{{"prompt", prompt}};
    if (call.has("platform")) {
        auto platforms = Json::array();
        for (const auto& typed : call.list("platform"))
            platforms.push_back(platform_id(typed));
        body["platforms"] = std::move(platforms);
    }
    for (const auto* name : {"tone", "provider", "model", "language", "voice"})
        put(body, name, call.option(name));
    if (const auto variants = call.number("variants", 1, 8); variants)
        body["variants"] = *variants;
    if (const auto media = attached(call); !media.empty())
        body["media"] = media;
    if (call.has("print"))
        body["store"] = false;
    return body;
}

// Which of several candidates are what, best first.
std::string candidates_text(Call& call, const Json& made) {
    const auto* candidates = json::find(made, "candidates");
    if (candidates == nullptr || candidates->size() < 2)
        return {};
    print::Table table({{"RANK", true}, {"VERSION", true}, {"ERRORS", true}, {"WARNINGS", true}});
    for (const auto& candidate : *candidates)
        table.add(
            {{print::number_of(candidate, "rank"), {}},
             {print::number_of(candidate, "version"), {}},
             {print::number_of(candidate, "errors"), {}},
             {print::number_of(candidate, "warnings"), {}}});
    return "\n" + table.text(call.width(), call.paint());
}

void show(Call& call, const Json& made, bool was_shown) {
    const auto* inside = json::find(made, "version");
    const auto& version = inside == nullptr ? made : *inside;
    if (!was_shown)
        call.out(print::version_text(version, call.paint()));
    call.out(candidates_text(call, made));
    if (const auto* platforms = json::find(made, "platforms"); platforms != nullptr) {
        const auto summary = print::lint_summary(*platforms);
        if (!summary.empty())
            call.say("\nlint:\n" + summary);
    }
    const auto id = json::text_or(made, "id", "");
    if (id.empty() || call.has("print"))
        return;
    const auto cost = print::cost_of(version);
    call.say(
        "\nKept as content " + id + ", by " + print::author_of(version) +
        (cost.empty() ? "" : ", about " + cost) + ".");
    call.say("Next: caas schedule " + print::short_id(id) + " --account outbox --in 2h");
}

// What was written is there; the person still wants to know what went wrong on the way.
void warn(Call& call, const Json& made) {
    const auto* version = json::find(made, "version");
    if (call.has("model") && version != nullptr &&
        json::text_or(*version, "provider", "") == "offline")
        call.warn("The provider offline is no model: --model changed nothing.");
    const auto* warnings = json::find(made, "warnings");
    if (warnings == nullptr || !warnings->is_array())
        return;
    for (const auto& warning : *warnings)
        call.warn(json::text_or(warning, "message", ""));
}

int run(Call& call) {
    const auto body = body_of(call);
    const bool is_streamed =
        !call.is_json() && (call.has("stream") || (call.width() > 0 && !call.is_quiet()));
    if (is_streamed) {
        GenerateStream stream(call);
        const auto made = stream.run(body);
        show(call, made, stream.has_shown_all(made));
        warn(call, made);
        return 0;
    }
    const auto answer = call.send({"POST", "content/generate", {}, json::dump(body)});
    if (call.is_json()) {
        call.out_json(answer);
        warn(call, body_of(answer));
        return 0;
    }
    const auto made = body_of(answer);
    if (call.is_quiet() && !call.has("print"))
        call.out(json::text_or(made, "id", "") + "\n");
    else
        show(call, made, false);
    warn(call, made);
    return 0;
}

}  // namespace

extern constexpr Command generate{
    .name = "generate",
    .summary = "write content with a model",
    .about =
        "What is written is checked against the rules of each platform, mended by the model if "
        "it breaks one, and kept as a version. The provider `offline` needs no network and no "
        "key; it fills templates and is not a model. Of several --variants each that could not be "
        "written is told as a warning, and the others are kept.",
    .arguments = arguments,
    .options = options,
    .examples =
        "caas generate \"Our app now works offline\" --platform x,linkedin --tone casual\n"
        "caas generate - --provider openai --variants 3 < brief.txt",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
