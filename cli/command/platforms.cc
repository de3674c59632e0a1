#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/print/content.h"
#include "cli/print/table.h"

namespace caas::cli::command {
namespace {

// A limit as a number with its unit, or nothing where there is none.
std::string limit_of(const Json& limits) {
    const auto limit = json::integer_or(limits, "text", 0);
    return limit == 0 ? std::string()
                      : std::to_string(limit) + " " + json::text_or(limits, "unit", "");
}

std::string yes_no(const Json& object, std::string_view key) {
    const auto value = json::truth(object, key);
    return !value ? "" : *value ? "yes" : "no";
}

int run_platforms(Call& call) {
    const auto answer = call.send({"GET", "platforms"});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto list = body_of(answer);
    print::Table table({{"PLATFORM"}, {"TITLE"}, {"TEXT"}, {"THREADS"}, {"PUBLISHES"}});
    for (const auto& item : list.at("items")) {
        const auto limits = item.value("limits", Json::object());
        table.add(
            {{json::text_or(item, "id", ""), print::Colour::bold},
             {json::text_or(item, "title", ""), {}},
             {limit_of(limits), {}},
             {yes_no(limits, "has_threads"), {}},
             {yes_no(item, "can_publish"), {}}});
    }
    call.out(table.text(call.width(), call.paint()));
    return 0;
}

int run_providers(Call& call) {
    const auto answer = call.send({"GET", "providers"});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto list = body_of(answer);
    print::Table table(
        {{"PROVIDER"}, {"TITLE"}, {"MODEL"}, {"READY"}, {"DEFAULT"}, {"ADDRESS", false, true}});
    for (const auto& item : list.at("items")) {
        const bool is_ready = json::truth(item, "is_configured").value_or(false);
        const bool is_default = json::truth(item, "is_default").value_or(false);
        table.add(
            {{json::text_or(item, "id", ""), print::Colour::bold},
             {json::text_or(item, "title", ""), {}},
             {json::text_or(item, "model", ""), {}},
             {is_ready ? "yes" : "no key", is_ready ? print::Colour::green : print::Colour::faint},
             {is_default ? "yes" : "", {}},
             {json::text_or(item, "base_url", ""), print::Colour::faint}});
    }
    call.out(table.text(call.width(), call.paint()));
    return 0;
}

}  // namespace

extern constexpr Command platforms{
    .name = "platforms",
    .summary = "list the platforms and their limits",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = {},
    .children = {},
    .run = run_platforms,
};

extern constexpr Command providers{
    .name = "providers",
    .summary = "list who can write, and which of them have a key",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = {},
    .children = {},
    .run = run_providers,
};

}  // namespace caas::cli::command
