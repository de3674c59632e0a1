#include "cli/command/paging.h"

#include <nlohmann/json.hpp>

namespace caas::cli::command {

void add_paging(const Call& call, Query& query) {
    if (const auto limit = call.number("limit", 1, 200); limit)
        query.emplace_back("limit", std::to_string(*limit));
    if (const auto cursor = call.option("cursor"); cursor)
        query.emplace_back("cursor", *cursor);
}

std::optional<Json> fetch_list(Call& call, const std::string& path) {
    Query query;
    add_paging(call, query);
    const bool is_whole = query.empty();
    auto answer = call.send({"GET", path, query});
    auto list = body_of(answer);
    bool is_joined = false;
    for (auto next = json::text(list, "next_cursor"); is_whole && next;
         next = json::text(list, "next_cursor")) {
        const auto page = body_of(call.send({"GET", path, {{"limit", "200"}, {"cursor", *next}}}));
        for (const auto& item : page.at("items"))
            list.at("items").push_back(item);
        list["next_cursor"] = page.at("next_cursor");
        is_joined = true;
    }
    if (call.is_json()) {
        if (is_joined)
            answer.body = json::dump(list);
        call.out_json(answer);
        return std::nullopt;
    }
    if (!is_whole)
        say_more(call, list);
    return list;
}

void say_more(Call& call, const Json& list) {
    if (const auto next = json::text(list, "next_cursor"); next)
        call.say("There is more: add --cursor " + *next);
}

}  // namespace caas::cli::command
