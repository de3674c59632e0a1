#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/attach.h"
#include "cli/command/commands.h"
#include "cli/command/declined.h"
#include "cli/command/paging.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/size.h"
#include "cli/print/table.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array add_arguments{
    Argument{.name = "FILE", .help = "a picture or a video", .kind = Kind::file, .is_many = true},
};
constexpr std::array add_options{
    Option{
        .name = "alt", .value = "TEXT", .help = "what is to be seen, for people who cannot see it"},
    Option{.name = "name", .value = "NAME", .help = "what to call it, if not as the file"},
};
constexpr std::array id_argument{Argument{"ID", "of the medium"}};
constexpr std::array edit_options{
    Option{
        .name = "alt", .value = "TEXT", .help = "what is to be seen, for people who cannot see it"},
    Option{.name = "name", .value = "NAME", .help = "what to call it"},
};

// "image/jpeg" as people say it.
std::string type_text(const Json& item) {
    const auto type = json::text_or(item, "type", "");
    return type == "video/quicktime" ? "mov" : type.substr(type.find('/') + 1);
}

std::string shape_text(const Json& item) {
    auto out = print::number_of(item, "width") + "x" + print::number_of(item, "height");
    if (const auto ms = json::integer(item, "duration_ms"))
        out += " " + std::to_string(*ms / 1000) + "." + std::to_string(*ms / 100 % 10) + " s";
    return out;
}

void tell(Call& call, const Json& medium) {
    call.out(json::text_or(medium, "id", "") + "\n");
    auto line = json::text_or(medium, "name", "") + ": " + type_text(medium) + ", " +
                shape_text(medium) + ", " + print::size_text(json::integer_or(medium, "size", 0));
    if (const auto* notes = json::find(medium, "notes"); notes != nullptr && !notes->empty())
        line += "; where it was taken was removed";
    call.say(line);
    if (json::text_or(medium, "alt", "").empty())
        call.say(
            "It has no alt text: caas media edit " + print::short_id_of(medium) + " --alt \"…\"");
}

int run_add(Call& call) {
    const auto& files = call.arguments();
    if (files.size() > 1 && (call.has("alt") || call.has("name")))
        throw Error(Code::usage, "--alt and --name are of a single file", "add them one by one");
    for (const auto& file : files) {
        const auto answer = add_file(call, file, call.option("alt"), call.option("name"));
        if (call.is_json()) {
            call.out_json(answer);
            continue;
        }
        const auto medium = body_of(answer);
        tell(call, medium);
        // Of a new one both are the same.
        if (call.has("alt") &&
            json::text_or(medium, "updated_at", "") != json::text_or(medium, "created_at", ""))
            call.say(
                "The file was there already; this alt text now goes with it wherever it is used.");
    }
    return 0;
}

int run_list(Call& call) {
    Query query;
    add_paging(call, query);
    const auto answer = call.send({"GET", "media", std::move(query)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto list = body_of(answer);
    print::Table table(
        {{"ID"}, {"TYPE"}, {"SIZE", true}, {"SHAPE"}, {"ADDED"}, {"NAME"}, {"ALT", false, true}});
    for (const auto& item : list.at("items"))
        table.add(
            {{print::short_id_of(item), print::Colour::plain},
             {type_text(item), print::Colour::plain},
             {print::size_text(json::integer_or(item, "size", 0)), print::Colour::plain},
             {shape_text(item), print::Colour::plain},
             {print::relative_of(item, "created_at", call.now()), print::Colour::faint},
             {json::text_or(item, "name", ""), print::Colour::plain},
             {json::text_or(item, "alt", ""), print::Colour::plain}});
    if (table.empty())
        call.say("No media. Add some: caas media add picture.jpg --alt \"what is to be seen\"");
    else
        call.out(table.text(call.width(), call.paint()));
    say_more(call, list);
    return 0;
}

int run_edit(Call& call) {
    Json body = Json::object();
    for (const auto* name : {"alt", "name"}) {
        if (const auto value = call.option(name); value)
            body[name] = *value;
    }
    if (body.empty())
        throw Error(Code::usage, "There is nothing to change", "give --alt or --name");
    const auto answer = call.send(
        {"PATCH", "media/" + net::percent_encode(call.argument(0)), {}, json::dump(body)});
    if (call.is_json())
        call.out_json(answer);
    else
        tell(call, body_of(answer));
    return 0;
}

int run_delete(Call& call) {
    const auto id = call.argument(0);
    if (!call.confirms("Delete the medium " + id + "?"))
        return declined(call, "Nothing was deleted.");
    const auto answer = call.send({"DELETE", "media/" + net::percent_encode(id)});
    if (call.is_json())
        call.out_json(answer);
    call.say("Deleted. What was published with it stays as it is.");
    return 0;
}

constexpr Command add{
    .name = "add",
    .summary = "add pictures and videos",
    .about =
        "What it is is found in the file itself: JPEG, PNG, GIF, WebP, MP4 or MOV; a PNG that is "
        "damaged inside is refused. What tells where it was taken is removed. The same file again "
        "is the same medium: "
        "its --alt then goes with it wherever it is used, and a file that was lost is put back.",
    .arguments = add_arguments,
    .options = add_options,
    .examples = "caas media add launch.jpg --alt \"Our team on the roof, at sunset\"",
    .children = {},
    .run = run_add,
};

constexpr Command list{
    .name = "list",
    .summary = "list media, newest first",
    .about = {},
    .arguments = {},
    .options = paging_options,
    .examples = {},
    .children = {},
    .run = run_list,
};

constexpr Command edit{
    .name = "edit",
    .summary = "say what is to be seen",
    .about = {},
    .arguments = id_argument,
    .options = edit_options,
    .examples = "caas media edit 1a2b3c4d --alt \"Our team on the roof, at sunset\"",
    .children = {},
    .run = run_edit,
};

constexpr Command remove{
    .name = "delete",
    .summary = "delete a medium",
    .about = "Refused while a post that is not out yet needs it.",
    .arguments = id_argument,
    .options = {},
    .examples = "caas media delete 1a2b3c4d --yes",
    .children = {},
    .run = run_delete,
};

constexpr std::array<const Command*, 4> children{&add, &list, &edit, &remove};

}  // namespace

extern constexpr Command media{
    .name = "media",
    .summary = "pictures and videos that posts show",
    .about = "Attached with --media of `caas content add`, `content edit` and `generate`.",
    .arguments = {},
    .options = {},
    .examples = "caas media list\ncaas content add post.md --media launch.jpg --alt \"The team\"",
    .children = children,
};

}  // namespace caas::cli::command
