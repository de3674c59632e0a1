#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/attach.h"
#include "cli/command/commands.h"
#include "cli/command/written.h"
#include "cli/edited.h"
#include "cli/input.h"
#include "cli/print/content.h"
#include "core/base/error.h"
#include "core/text/utf8.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ID", "of the content"}};
constexpr std::array options{
    Option{
        .name = "file",
        .value = "FILE",
        .help = "take the new text from here and open no editor; - reads standard input",
        .kind = Kind::file},
    Option{
        .name = "for",
        .value = "PLATFORM",
        .help = "change the text meant for this platform; an empty text removes it",
        .kind = Kind::platform},
    Option{.name = "title", .value = "TEXT", .help = "another name for it in lists"},
    media_option,
    alt_option,
    Option{.name = "no-media", .value = "", .help = "show no picture or video any more"},
};

std::vector<std::string> latest_texts(const Json& content, const std::string& platform) {
    const auto* version = json::find(content, "version");
    return texts_for(version == nullptr ? content : *version, platform);
}

Json change(const std::string& text, const std::string& platform) {
    auto parts = parts_json(text);
    const bool is_empty =
        parts.size() == 1 && parts[0].at("text").get_ref<const std::string&>().empty();
    Json body = Json::object();
    if (platform.empty())
        body["parts"] = std::move(parts);
    else if (is_empty)
        body["overrides"][platform] = nullptr;
    else
        body["overrides"][platform]["parts"] = std::move(parts);
    return body;
}

// The same text makes no new version, and a title belongs to none.
std::string outcome(const Json& before, const Json& after) {
    const auto number = print::number_of(after, "latest");
    if (number != print::number_of(before, "latest"))
        return "Version " + number + " is the latest now. See the change: caas content diff " +
               print::short_id_of(after);
    if (json::text_or(before, "title", "") != json::text_or(after, "title", ""))
        return "The title is changed. Version " + number + " stays the latest.";
    return "Nothing changed: version " + number + " is the same.";
}

int finish(Call& call, const Answer& answer, const Json& before) {
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto made = body_of(answer);
    call.out(json::text_or(made, "id", "") + "\n");
    call.say(outcome(before, made));
    return 0;
}

bool changes_media(const Call& call) {
    return call.has("media") || call.has("no-media");
}

// The parts that the change is about; those that are there, when it has no text.
Json& parts_of_change(
    Call& call, const std::string& path, const std::string& platform, Json& body) {
    auto& parts = platform.empty() ? body["parts"] : body["overrides"][platform]["parts"];
    if (!parts.is_array()) {
        parts = Json::array();
        for (auto& text : latest_texts(call.json({"GET", path}), platform))
            parts.push_back(Json{{"text", std::move(text)}});
    }
    return parts;
}

Answer save(Call& call, const std::string& path, const std::string& platform, Json body) {
    if (changes_media(call))
        parts_of_change(call, path, platform, body)[0]["media"] = attached(call);
    if (const auto title = call.option("title"); title)
        body["title"] = *title;
    return call.send({"PATCH", path, {}, json::dump(body)});
}

int edit_in_editor(Call& call, const std::string& path, const std::string& platform) {
    if (!call.may_ask())
        throw Error(
            Code::usage,
            "An editor needs a terminal",
            "give the new text with --file FILE or --file -");
    const auto content = call.json({"GET", path});
    const auto before = joined_parts(latest_texts(content, platform));
    Edited edited(call, before);
    if (edited.text() == before) {
        edited.discard();
        call.say("Nothing changed.");
        return 0;
    }
    try {
        text::require(edited.text(), "The text");
        auto body = change(edited.text(), platform);
        // Refused when another version came while the editor was open.
        body["expected_version"] = json::integer_or(content, "latest", 1);
        const auto answer = save(call, path, platform, std::move(body));
        edited.discard();
        return finish(call, answer, content);
    } catch (const Error&) {
        call.warn("your text is kept in " + edited.file());
        throw;
    }
}

int run(Call& call) {
    const auto path = "content/" + net::percent_encode(call.argument(0));
    const auto typed = call.option("for");
    const auto platform = typed ? platform_id(*typed) : std::string();
    const auto file = call.option("file");
    if (!file && !changes_media(call) && (typed || !call.has("title")))
        return edit_in_editor(call, path, platform);
    if (call.has("media") && call.has("no-media"))
        throw Error(Code::usage, "Give either --media or --no-media");
    auto body = file ? change(read_text(call, *file), platform) : Json::object();
    // Only to tell whether anything changed; of that JSON says nothing.
    const auto before = call.is_json() ? Json::object() : call.json({"GET", path});
    return finish(call, save(call, path, platform, std::move(body)), before);
}

}  // namespace

extern constexpr Command content_edit{
    .name = "edit",
    .summary = "change a content: makes a new version",
    .about =
        "Opens $VISUAL or $EDITOR. Without --for the common text is changed; platforms with a "
        "text of their own keep it. Pictures stay with the part they are with until --media or "
        "--no-media says otherwise.",
    .arguments = arguments,
    .options = options,
    .examples =
        "caas content edit 1a2b3c4d\n"
        "caas content edit 1a2b3c4d --for x\n"
        "caas content edit 1a2b3c4d --media roof.jpg --alt \"Our team on the roof\"\n"
        "sed s/soon/now/ draft.md | caas content edit 1a2b3c4d --file -",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
