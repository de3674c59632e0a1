#include <array>

#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/command/declined.h"
#include "cli/command/paging.h"
#include "cli/command/state_filter.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ID", "of the series"}};
constexpr std::array<std::string_view, 3> states{"active", "finished", "ended"};
constexpr std::array list_options{
    Option{.name = "state", .value = "STATE", .help = "only active, finished or ended ones"},
    Option{.name = "account", .value = "NAME", .help = "only of this account"},
    Option{.name = "content", .value = "ID", .help = "only of this content"},
    limit_option,
    cursor_option,
};

std::string path_of(const Call& call) {
    return "series/" + net::percent_encode(call.argument(0));
}

print::Colour colour_of(std::string_view state) {
    return state == "active" ? print::Colour::green : print::Colour::faint;
}

std::string version_of(const Json& series) {
    const auto version = json::integer_or(series, "version", 0);
    return version == 0 ? "latest" : "v" + std::to_string(version);
}

int run_list(Call& call) {
    if (const auto state = call.option("state"))
        require_state(call, "A series", *state, states);
    Query query;
    for (const auto* name : {"state", "account", "content"}) {
        if (const auto value = call.filled(name))
            query.emplace_back(name, *value);
    }
    add_paging(call, query);
    const auto answer = call.send({"GET", "series", std::move(query)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto list = body_of(answer);
    print::Table table(
        {{"ID"},
         {"STATE"},
         {"ACCOUNT"},
         {"CONTENT"},
         {"RULE", false, true},
         {"ZONE"},
         {"MADE", true},
         {"PROBLEM", false, true}});
    for (const auto& item : list.at("items")) {
        const auto state = json::text_or(item, "state", "");
        table.add(
            {{print::short_id_of(item), {}},
             {state, colour_of(state)},
             {json::text_or(item, "account", ""), {}},
             {print::short_id_of(item, "content_id") + " " + version_of(item),
              print::Colour::faint},
             {json::text_or(item, "rule", ""), {}},
             {json::text_or(item, "zone", ""), print::Colour::faint},
             {std::to_string(json::integer_or(item, "made", 0)), {}},
             {json::text_or(item, "problem", ""), {}}});
    }
    if (table.empty())
        call.say(
            "No series. Start one: caas schedule ID --account outbox --every \"weekdays 09:00\"");
    else
        call.out(table.text(call.width(), call.paint()));
    say_more(call, list);
    return 0;
}

int run_show(Call& call) {
    const auto answer = call.send({"GET", path_of(call)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto series = body_of(answer);
    const auto zone = json::text_or(series, "zone", call.zone());
    const auto state = json::text_or(series, "state", "");
    const auto passed_over = json::integer_or(series, "passed_over", 0);
    call.out(print::fields(
        {{"series", {json::text_or(series, "id", ""), print::Colour::bold}},
         {"state", {state, colour_of(state)}},
         {"account", {json::text_or(series, "account", ""), {}}},
         {"content", {json::text_or(series, "content_id", "") + " " + version_of(series), {}}},
         {"rule", {json::text_or(series, "rule", ""), {}}},
         {"starts", {json::text_or(series, "starts_at", "") + " " + zone, {}}},
         {"made", {std::to_string(json::integer_or(series, "made", 0)) + " posts", {}}},
         {"passed over",
          {passed_over == 0 ? ""
                            : std::to_string(passed_over) +
                                  ": nothing was running, or they were due before a restore",
           {}}},
         {"problem", {json::text_or(series, "problem", ""), print::Colour::red}}},
        call.paint()));
    print::Table table({{"OCCURRENCE"}, {"DUE"}, {"POST"}, {"STATE"}, {"NOTE"}});
    for (const auto& item : series.at("upcoming")) {
        const auto of_post = json::text_or(item, "state", "");
        table.add(
            {{json::text_or(item, "occurrence", ""), {}},
             {print::moment_of(item, "due_at", call.now(), zone), {}},
             {print::short_id_of(item, "post_id"), {}},
             {of_post.empty() ? "not made yet" : of_post, print::colour_of_state(of_post)},
             {json::text_or(item, "time_note", ""), {}}});
    }
    if (!table.empty())
        call.out("\n" + table.text(call.width(), call.paint()));
    return 0;
}

int run_end(Call& call) {
    if (!call.confirms("End the series " + call.argument(0) + " and cancel its waiting posts?"))
        return declined(call, "Nothing was changed.");
    const auto answer = call.send({"DELETE", path_of(call)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto ended = body_of(answer);
    call.out(json::text_or(ended, "id", "") + "\n");
    const auto canceled = json::integer_or(ended, "canceled_posts", 0);
    auto said = std::string("The series is ended");
    if (canceled > 0)
        said += "; " + std::to_string(canceled) +
                (canceled == 1 ? " waiting post is" : " waiting posts are") + " canceled";
    call.say(said + ".");
    if (const auto failed = json::integer_or(ended, "failed_posts", 0); failed > 0)
        call.say(
            "Stopped half-way: " + std::to_string(failed) + (failed == 1 ? " thread" : " threads") +
            ". See: caas posts list --state failed; caas posts retry sends the rest.");
    return 0;
}

constexpr Command list{
    .name = "list",
    .summary = "list series, newest first",
    .about = {},
    .arguments = {},
    .options = list_options,
    .examples = "caas series list --state active",
    .children = {},
    .run = run_list,
};

constexpr Command show{
    .name = "show",
    .summary = "show a series and its next occurrences",
    .about =
        "The first due first, with the posts that still wait although their time by the rule is "
        "over, such as one that was moved.",
    .arguments = arguments,
    .options = {},
    .examples = "caas series show 1a2b3c4d",
    .children = {},
    .run = run_show,
};

constexpr Command end{
    .name = "end",
    .summary = "end a series and cancel its waiting posts",
    .about =
        "Also cancels a post that would be tried again, and the rest of a thread that is half out: "
        "that has failed then, and `caas posts retry` goes on with its next part. One that is "
        "being sent right now, or is unconfirmed, is brought to its end. What was sent "
        "stays on record.",
    .arguments = arguments,
    .options = {},
    .examples = "caas series end 1a2b3c4d --yes",
    .children = {},
    .run = run_end,
};

constexpr std::array<const Command*, 3> children{&list, &show, &end};

}  // namespace

extern constexpr Command series{
    .name = "series",
    .summary = "posts that come again and again",
    .about =
        "A series is started by `caas schedule --every RULE`. Each occurrence is a post of its "
        "own; "
        "the next two are always made. To skip one, cancel its post; to move one, move its post: "
        "neither is made again. An occurrence has the version that is the latest when its post is "
        "made, or the one that `caas schedule --version` named. While no caasd runs, occurrences "
        "longer ago than the account's catch-up window are passed over. So are those that were due "
        "between a backup and its restore: they may have been sent.",
    .arguments = {},
    .options = {},
    .examples =
        "caas schedule 1a2b3c4d --account work --every \"weekdays 09:00\"\n"
        "caas series show 5e6f7a8b\n"
        "caas posts cancel 9c0d1e2f\n"
        "caas series end 5e6f7a8b",
    .children = children,
};

}  // namespace caas::cli::command
