#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/paging.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"

namespace caas::cli::command {
namespace {

constexpr std::array search_arguments{
    Argument{.name = "WORDS", .help = "every word must occur", .is_many = true},
};

// `nothing`: what is said when there is none.
int show(Call& call, Query query, std::string_view nothing) {
    add_paging(call, query);
    const auto answer = call.send({"GET", "content", std::move(query)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto list = body_of(answer);
    print::Table table({{"ID"}, {"VERSION", true}, {"CHANGED"}, {"TEXT", false, true}});
    for (const auto& item : list.at("items")) {
        const auto title = json::text_or(item, "title", "");
        table.add(
            {{print::short_id_of(item), print::Colour::plain},
             {print::number_of(item, "latest"), print::Colour::plain},
             {print::relative_of(item, "updated_at", call.now()), print::Colour::faint},
             {title.empty() ? json::text_or(item, "text", "") : title, print::Colour::plain}});
    }
    if (table.empty())
        call.say(nothing);
    else
        call.out(table.text(call.width(), call.paint()));
    say_more(call, list);
    return 0;
}

int run_list(Call& call) {
    return show(call, {}, "Nothing here. Begin with: caas generate \"…\" or caas content add FILE");
}

int run_search(Call& call) {
    std::string words;
    for (const auto& word : call.arguments())
        words += (words.empty() ? "" : " ") + word;
    return show(
        call,
        {{"q", words}},
        "No content has all these words. The last one may be the beginning of a word.");
}

}  // namespace

extern constexpr Command content_list{
    .name = "list",
    .summary = "list contents, newest first",
    .about = {},
    .arguments = {},
    .options = paging_options,
    .examples = {},
    .children = {},
    .run = run_list,
};

extern constexpr Command content_search{
    .name = "search",
    .summary = "find contents by their words",
    .about = {},
    .arguments = search_arguments,
    .options = paging_options,
    .examples = "caas content search offline launch",
    .children = {},
    .run = run_search,
};

}  // namespace caas::cli::command
