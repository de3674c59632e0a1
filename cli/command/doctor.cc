#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "cli/checkup.h"
#include "cli/command/commands.h"
#include "cli/print/width.h"

namespace caas::cli::command {
namespace {

constexpr std::array options{
    Option{
        .name = "online",
        .value = "",
        .help = "also ask each configured provider whether its key works"},
};

std::string_view word(Health health) {
    switch (health) {
        case Health::good:
            return "ok";
        case Health::warning:
            return "warning";
        case Health::bad:
            return "broken";
    }
    return "";
}

print::Colour colour(Health health) {
    switch (health) {
        case Health::good:
            return print::Colour::green;
        case Health::warning:
            return print::Colour::yellow;
        case Health::bad:
            return print::Colour::red;
    }
    return print::Colour::plain;
}

Json as_json(const std::vector<Finding>& findings) {
    auto items = Json::array();
    for (const auto& finding : findings)
        items.push_back(
            {{"check", finding.check},
             {"state", word(finding.health)},
             {"message", finding.message},
             {"hint", finding.mend.empty() ? Json() : Json(finding.mend)}});
    return {{"items", std::move(items)}, {"next_cursor", nullptr}};
}

int run(Call& call) {
    const auto findings = examine(call, call.has("online"));
    if (call.is_json()) {
        call.out(json::dump(as_json(findings)) + "\n");
    } else {
        int widest = 0;
        for (const auto& finding : findings)
            widest = std::max(widest, print::width(finding.check));
        for (const auto& finding : findings) {
            if (call.is_quiet() && finding.health == Health::good)
                continue;
            call.out(
                call.paint()(colour(finding.health), print::padded(word(finding.health), 7)) +
                "  " + print::padded(finding.check, widest) + "  " +
                print::one_line(finding.message) + "\n");
            if (!finding.mend.empty())
                call.out(
                    std::string(11, ' ') + std::string(static_cast<std::size_t>(widest), ' ') +
                    "→ " + finding.mend + "\n");
        }
    }
    const bool is_broken = std::any_of(findings.begin(), findings.end(), [](const auto& finding) {
        return finding.health == Health::bad;
    });
    return is_broken ? 1 : 0;
}

}  // namespace

extern constexpr Command doctor{
    .name = "doctor",
    .summary = "check this installation and say how to mend it",
    .about = "Exits 1 when something is broken; a warning is nothing broken.",
    .arguments = {},
    .options = options,
    .examples = "caas doctor --online",
    .children = {},
    .run = run,
    .is_local = true,
};

}  // namespace caas::cli::command
