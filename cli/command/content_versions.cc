#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/paging.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ID", "of the content"}};

std::string first_text(const Json& version) {
    const auto* parts = json::find(version, "parts");
    if (parts == nullptr)
        return {};
    const auto texts = print::part_texts(*parts);
    return texts.empty() ? std::string() : texts.front();
}

std::string by(const Json& version) {
    const auto from = print::number_of(version, "restored_from");
    return from.empty() ? print::author_of(version) : "restored from " + from;
}

int run(Call& call) {
    Query query;
    add_paging(call, query);
    const auto path = "content/" + net::percent_encode(call.argument(0)) + "/versions";
    const auto answer = call.send({"GET", path, std::move(query)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto list = body_of(answer);
    print::Table table(
        {{"VERSION", true}, {"MADE"}, {"BY"}, {"COST", true}, {"TEXT", false, true}});
    for (const auto& item : list.at("items"))
        table.add(
            {{print::number_of(item, "number"), print::Colour::bold},
             {print::relative_of(item, "created_at", call.now()), print::Colour::faint},
             {by(item), print::Colour::plain},
             {print::cost_of(item), print::Colour::plain},
             {first_text(item), print::Colour::plain}});
    call.out(table.text(call.width(), call.paint()));
    say_more(call, list);
    return 0;
}

}  // namespace

extern constexpr Command content_versions{
    .name = "versions",
    .summary = "list the versions of a content",
    .about = {},
    .arguments = arguments,
    .options = paging_options,
    .examples = {},
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
