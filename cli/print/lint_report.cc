#include "cli/print/lint_report.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "cli/print/content.h"
#include "cli/print/width.h"

namespace caas::cli::print {
namespace {

// "33 of 280 weighted"
std::string length_of(const Json& platform) {
    const auto limit = json::integer_or(platform, "limit", 0);
    auto out = number_of(platform, "length");
    if (limit > 0)
        out += " of " + std::to_string(limit);
    return out;
}

std::string issue_line(const Json& issue, const Paint& paint) {
    const bool is_error = json::text_or(issue, "severity", "error") == "error";
    std::string out = "    ";
    out += is_error ? paint(Colour::red, "error  ") : paint(Colour::yellow, "warning");
    out += "  " + paint(Colour::faint, json::text_or(issue, "rule", ""));
    out += "  " + one_line(json::text_or(issue, "message", "")) + "\n";
    return out;
}

}  // namespace

std::string lint_report(const Json& report, const Paint& paint) {
    const auto* platforms = json::find(report, "platforms");
    if (platforms == nullptr || !platforms->is_array())
        return {};
    int widest = 0;
    for (const auto& platform : *platforms)
        widest = std::max(widest, width(json::text_or(platform, "platform", "")));
    std::string out;
    for (const auto& platform : *platforms) {
        const bool is_fine = json::truth(platform, "valid").value_or(false);
        out += is_fine ? paint(Colour::green, "ok    ") : paint(Colour::red, "broken");
        out += "  " + padded(json::text_or(platform, "platform", ""), widest);
        out += "  " + length_of(platform);
        const auto unit = json::text_or(platform, "unit", "");
        out += (unit.empty() ? "" : " " + unit) + "\n";
        if (const auto* issues = json::find(platform, "issues"); issues != nullptr) {
            for (const auto& issue : *issues)
                out += issue_line(issue, paint);
        }
    }
    return out;
}

std::string lint_summary(const Json& platforms) {
    const Paint plain(false);
    std::string out;
    if (!platforms.is_array())
        return out;
    for (const auto& platform : platforms) {
        const auto* issues = json::find(platform, "issues");
        if (issues == nullptr || issues->empty())
            continue;
        out += "  " + json::text_or(platform, "platform", "") + "\n";
        for (const auto& issue : *issues)
            out += issue_line(issue, plain);
    }
    return out;
}

bool is_valid(const Json& report) {
    const auto* platforms = json::find(report, "platforms");
    return platforms != nullptr && platforms->is_array() &&
           std::all_of(platforms->begin(), platforms->end(), [](const Json& platform) {
               return json::truth(platform, "valid").value_or(false);
           });
}

}  // namespace caas::cli::print
