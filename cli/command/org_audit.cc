#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/audit.h"
#include "cli/command/commands.h"
#include "cli/command/paging.h"
#include "cli/command/tenancy.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array options{
    verify_option, head_option, limit_option, cursor_option, organization_option};

int verify(Call& call, const std::string& path) {
    Query query;
    if (const auto head = call.filled("head"))
        query.emplace_back("head", *head);
    const auto answer = call.send({"GET", path + "/verification", query});
    const auto verdict = body_of(answer);
    const bool is_sound = json::truth(verdict, "is_sound").value_or(false);
    const auto rows = std::to_string(json::integer_or(verdict, "rows", 0));
    if (call.is_json()) {
        call.out_json(answer);
    } else {
        for (const auto& fault : verdict.at("faults"))
            call.out(json::text_or(fault, "message", "") + "\n");
        if (json::truth(verdict, "has_head") == false)
            call.out("No row has the digest that was given as --head\n");
        if (is_sound)
            call.out(
                "sound, " + rows + (rows == "1" ? " row" : " rows") + ", head " +
                json::text_or(verdict, "head", "") + "\n");
        else
            call.say("Somebody changed the log behind caas's back. Compare it with a backup.");
    }
    return is_sound ? 0 : facts(Code::storage_corrupt).exit_status;
}

int run(Call& call) {
    return audit(call, organization_path(call) + "/audit");
}

}  // namespace

int audit(Call& call, const std::string& path) {
    if (call.has("verify") || call.has("head"))
        return verify(call, path);
    Query query;
    add_paging(call, query);
    const auto answer = call.send({"GET", path, query});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto list = body_of(answer);
    print::Table table(
        {{"ROW", true}, {"WHEN"}, {"WHO"}, {"ACTION"}, {"TARGET"}, {"DETAIL", false, true}});
    for (const auto& item : list.at("items")) {
        const auto target = json::text_or(item, "target", "");
        constexpr std::size_t shown = 8;
        table.add(
            {{std::to_string(json::integer_or(item, "number", 0)), print::Colour::faint},
             {print::relative_of(item, "created_at", call.now()), {}},
             {json::text_or(item, "person", json::text_or(item, "person_id", "")), {}},
             {json::text_or(item, "action", ""), print::Colour::bold},
             {target.size() > shown ? target.substr(target.size() - shown) : target, {}},
             {json::dump(item.at("detail")), print::Colour::faint}});
    }
    if (table.empty())
        call.say("Nothing was changed yet.");
    else
        call.out(table.text(call.width(), call.paint()));
    say_more(call, list);
    return 0;
}

extern constexpr Command org_audit{
    .name = "audit",
    .summary = "list who changed what, and check that the log is as it was written",
    .about =
        "Each row holds the SHA-256 of the one before it. --verify reads the whole log and names "
        "rows that were changed, removed, moved, replaced or added since, and prints its head. "
        "Who can write to the database could write the whole log anew: note the head elsewhere "
        "and give it as --head later.",
    .arguments = {},
    .options = options,
    .examples = "caas org audit --verify",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
