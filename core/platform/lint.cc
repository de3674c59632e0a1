#include "core/platform/lint.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/text/grapheme.h"
#include "core/text/utf8.h"

namespace caas::platform {
namespace {

std::string_view words_for(Unit unit) {
    return unit == Unit::weighted ? "characters as X counts them" : "characters";
}

// 1910 is "1.91:1".
std::string ratio_text(std::int64_t thousandths) {
    auto text = std::to_string(thousandths / 1000);
    if (const auto rest = thousandths % 1000; rest != 0) {
        text += "." + std::to_string(1000 + rest).substr(1);
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text + ":1";
}

std::string fill(
    std::string_view message, const Driver& driver, const Limits& limits, const Finding& finding) {
    std::string out;
    while (true) {
        const auto open = message.find('{');
        out += message.substr(0, open);
        if (open == message.npos)
            return out;
        const auto close = message.find('}', open);
        const auto key = message.substr(open + 1, close - open - 1);
        if (key == "platform")
            out += driver.title;
        else if (key == "found")
            out += std::to_string(finding.found);
        else if (key == "limit")
            out += std::to_string(finding.limit);
        else if (key == "over")
            out += std::to_string(finding.found - finding.limit);
        else if (key == "ratio")
            out += ratio_text(finding.found) +
                   (finding.found > finding.limit ? "; at most " : "; at least ") +
                   ratio_text(finding.limit);
        else if (key == "unit")
            out += words_for(limits.unit);
        else
            out += finding.word;
        message.remove_prefix(close + 1);
    }
}

// Mastodon counts the warning in front of a text with it.
std::int64_t length_of(const Part& part, const Limits& limits, const Json& options) {
    auto length = measure(part.text, limits);
    if (limits.unit == Unit::mastodon) {
        const auto spoiler = json::text_or(options, "spoiler_text", "");
        length += static_cast<std::int64_t>(text::graphemes(spoiler));
    }
    return length;
}

Issue make_issue(const Subject& subject, const Rule& rule, const Finding& finding) {
    const std::string_view text = subject.part.text;
    return {
        .rule = rule_id(subject.driver, rule),
        .severity = finding.severity.value_or(rule.severity),
        .message = fill(rule.message, subject.driver, subject.limits, finding),
        .part = subject.number,
        .start = text::utf16_offset(text, finding.begin),
        .end = text::utf16_offset(text, finding.end)};
}

}  // namespace

bool Report::is_valid() const {
    return std::ranges::none_of(
        issues, [](const Issue& issue) { return issue.severity == Severity::error; });
}

Report lint(
    const Driver& driver,
    std::span<const Part> parts,
    MediaRule media_rule,
    const Limits& limits,
    std::string_view options) {
    const Part nothing;
    if (parts.empty())
        parts = std::span(&nothing, 1);
    const auto chosen = json::try_parse(options).value_or(Json::object());
    Report report;
    report.platform = driver.id;
    report.limit = limits.text_limit;
    report.unit = limits.unit;
    int number = 0;
    for (const auto& part : parts) {
        const Subject subject{
            .driver = driver,
            .limits = limits,
            .media_rule = media_rule,
            .part = part,
            .number = number++,
            .count = static_cast<int>(parts.size()),
            .options = chosen,
            .length = length_of(part, limits, chosen)};
        report.lengths.push_back(subject.length);
        report.length = std::max(report.length, subject.length);
        for (const auto& rule : rules()) {
            if (!rule.applies(driver, limits))
                continue;
            if (const auto finding = rule.find(subject))
                report.issues.push_back(make_issue(subject, rule, *finding));
        }
    }
    return report;
}

Report lint(const Driver& driver, std::span<const Part> parts, MediaRule media_rule) {
    return lint(driver, parts, media_rule, driver.limits);
}

Json to_json(const Report& report) {
    auto issues = Json::array();
    for (const auto& issue : report.issues)
        issues.push_back(
            {{"rule", issue.rule},
             {"severity", name(issue.severity)},
             {"message", issue.message},
             {"start", issue.start},
             {"end", issue.end},
             {"part", issue.part}});
    return {
        {"platform", report.platform},
        {"length", report.length},
        {"limit", report.limit > 0 ? Json(report.limit) : Json()},
        {"unit", name(report.unit)},
        {"valid", report.is_valid()},
        {"issues", std::move(issues)}};
}

Limits limits_with(const Limits& limits, std::string_view config) {
    auto own = limits;
    const auto object = json::try_parse(config);
    const auto* given = object ? json::find(*object, "limits") : nullptr;
    if (given == nullptr)
        return own;
    const auto take = [&](int& number, std::string_view name) {
        constexpr std::int64_t most_believed = 1'000'000;
        if (const auto value = json::integer(*given, name);
            value && *value > 0 && *value <= most_believed)
            number = static_cast<int>(*value);
    };
    take(own.text_limit, "text_limit");
    take(own.url_length, "url_length");
    take(own.media_limit, "media_limit");
    take(own.alt_limit, "alt_limit");
    take(own.video.frame_rate, "video_frame_rate");
    const auto take_long = [&](std::int64_t& number, std::string_view name) {
        constexpr std::int64_t most_believed = 10'000'000'000;
        if (const auto value = json::integer(*given, name);
            value && *value > 0 && *value <= most_believed)
            number = *value;
    };
    take_long(own.picture.bytes, "picture_bytes");
    take_long(own.moving.bytes, "picture_bytes");
    take_long(own.picture.pixels, "picture_pixels");
    take_long(own.moving.pixels, "picture_pixels");
    take_long(own.video.bytes, "video_bytes");
    return own;
}

}  // namespace caas::platform
