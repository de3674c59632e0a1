#include "cli/print/post.h"

#include <set>

#include <nlohmann/json.hpp>

#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/width.h"

namespace caas::cli::print {
namespace {

std::string zone_of(const Json& post, const Now& now) {
    return json::text_or(post, "zone", now.zone);
}

// "2 of 3" while a thread is under way, "3" when all of it is out, nothing for a single post.
std::string parts_of_post(const Json& post) {
    const auto all = json::integer_or(post, "parts", 1);
    if (all <= 1)
        return {};
    return std::to_string(json::integer_or(post, "parts_published", 0)) + " of " +
           std::to_string(all);
}

std::string series_of(const Json& post) {
    const auto id = json::text_or(post, "series_id", "");
    return id.empty() ? id : id + ", occurrence of " + json::text_or(post, "occurrence", "");
}

std::string outcome_of(const Json& post) {
    const auto url = json::text_or(post, "url", "");
    const auto code = json::text_or(post, "code", "");
    if (json::text(post, "removed_at"))
        return url.empty() ? "taken back" : "taken back: " + url;
    if (!url.empty() && code != "taking_back")
        return url;
    return json::text_or(post, "message", code);
}

std::string mark_of(std::string_view state) {
    if (state == "done")
        return "✓";
    if (state == "failed")
        return "✗";
    if (state == "unknown")
        return "?";
    if (state == "observed")
        return "·";
    return "…";
}

}  // namespace

Table post_table() {
    return Table(
        {{"ID"},
         {"STATE"},
         {"DUE"},
         {"ACCOUNT"},
         {"CONTENT"},
         {"PARTS"},
         {"SERIES"},
         {"OUTCOME", false, true}});
}

void add_post(Table& table, const Json& post, const Now& now) {
    const auto state = json::text_or(post, "state", "");
    table.add(
        {{short_id_of(post), Colour::plain},
         {state, colour_of_state(state)},
         {relative_of(post, "due_at", now.instant), Colour::plain},
         {json::text_or(post, "account", json::text_or(post, "platform", "")), Colour::plain},
         {short_id_of(post, "content_id") + " v" + number_of(post, "version"), Colour::faint},
         {parts_of_post(post), Colour::plain},
         {short_id_of(post, "series_id"), Colour::faint},
         {outcome_of(post), Colour::plain}});
}

std::string post_fields(const Json& post, const Now& now, const Paint& paint) {
    const auto state = json::text_or(post, "state", "");
    const auto zone = zone_of(post, now);
    const auto platform = json::text_or(post, "platform", "");
    const auto account = json::text_or(post, "account", "");
    return fields(
        {{"post", {json::text_or(post, "id", ""), Colour::bold}},
         {"state", {state, colour_of_state(state)}},
         {"account", {account == platform ? account : account + " (" + platform + ")", {}}},
         {"content",
          {json::text_or(post, "content_id", "") + " version " + number_of(post, "version"), {}}},
         {"due", {moment_of(post, "due_at", now.instant, zone), {}}},
         {"time", {json::text_or(post, "time_note", ""), {}}},
         {"series", {series_of(post), {}}},
         {"parts", {parts_of_post(post), {}}},
         {"tries", {json::integer_or(post, "tries", 0) > 0 ? number_of(post, "tries") : "", {}}},
         {"next try", {moment_of(post, "next_try_at", now.instant, zone), {}}},
         {"settled", {moment_of(post, "settled_at", now.instant, zone), {}}},
         {"taken back", {moment_of(post, "removed_at", now.instant, zone), {}}},
         {"url", {json::text_or(post, "url", ""), Colour::blue}},
         {"remote id", {json::text_or(post, "remote_id", ""), {}}},
         {"code", {json::text_or(post, "code", ""), {}}},
         {"message", {json::text_or(post, "message", ""), {}}}},
        paint);
}

std::string journal(const Json& attempts, const Paint& paint) {
    const auto* items = json::find(attempts, "items");
    if (items == nullptr || !items->is_array() || items->empty())
        return {};
    Table table(
        {{"#", true},
         {""},
         {"STEP"},
         {"PART", true},
         {"STARTED"},
         {"TOOK", true},
         {"RESULT", false, true}});
    for (const auto& item : *items) {
        const auto state = json::text_or(item, "state", "");
        const auto started = instant_of(item, "started_at");
        const auto ended = instant_of(item, "ended_at");
        auto result = json::text_or(item, "url", json::text_or(item, "remote_id", ""));
        for (const auto& key : {"code", "message"}) {
            if (const auto word = json::text(item, key); word && !word->empty())
                result += (result.empty() ? "" : ": ") + *word;
        }
        table.add(
            {{number_of(item, "number"), Colour::faint},
             {mark_of(state) + " " + state, colour_of_state(state)},
             {json::text_or(item, "step", ""), Colour::plain},
             {std::to_string(json::integer_or(item, "part", 0) + 1), Colour::plain},
             {json::text_or(item, "started_at", ""), Colour::faint},
             {started && ended ? length(*ended - *started) : "", Colour::plain},
             {result, Colour::plain}});
    }
    return table.text(0, paint);
}

std::string metrics(const Json& samples, const Now& now, const Paint& paint) {
    const auto* items = json::find(samples, "items");
    if (items == nullptr || !items->is_array() || items->empty())
        return {};
    std::set<std::string> names;
    for (const auto& item : *items) {
        for (const auto& [name, value] : item.at("numbers").items())
            names.insert(name);
    }
    std::vector<std::string> titles;  // the table keeps views
    for (const auto& name : names) {
        titles.push_back(name);
        for (auto& c : titles.back())
            c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    std::vector<Column> columns{{"TAKEN"}, {"PART", true}};
    for (const auto& title : titles)
        columns.push_back({title, true});
    Table table(std::move(columns));
    for (const auto& item : *items) {
        std::vector<Cell> cells{
            {moment_of(item, "taken_at", now.instant, now.zone), Colour::faint},
            {std::to_string(json::integer_or(item, "part", 0) + 1), Colour::plain}};
        for (const auto& name : names) {
            const auto value = json::integer(item.at("numbers"), name);
            cells.push_back({value ? std::to_string(*value) : "-", Colour::plain});
        }
        table.add(std::move(cells));
    }
    return table.text(0, paint);
}

std::string time_note(const Json& post) {
    const auto note = json::text_or(post, "time_note", "");
    if (note.empty())
        return {};
    const auto local = json::text_or(post, "local_time", "that time");
    const auto zone = json::text_or(post, "zone", "its zone");
    if (note == "moved_forward")
        return local + " does not exist in " + zone + ": it moves forward by the gap";
    if (note == "first_of_two")
        return local + " happens twice in " + zone + ": the first is meant";
    return note;
}

}  // namespace caas::cli::print
