#include "core/content/difference.h"

#include <set>

#include <nlohmann/json.hpp>

#include "core/content/text_form.h"

namespace caas::content {
namespace {

std::string label(const Version& version, std::string_view platform) {
    auto name = "version " + std::to_string(version.number);
    if (!platform.empty())
        name += " for " + std::string(platform);
    return name;
}

// As a file: what `caas content show --text` prints, so that patch(1) finds the lines in it.
std::string lines_of(const std::vector<Part>& parts) {
    std::string lines;
    for (const auto& part : parts)
        lines += (lines.empty() ? "" : "---\n") + escaped(part.text) + "\n";
    return lines;
}

Section section(
    const Version& from,
    const Version& to,
    std::string_view platform,
    const std::vector<Part>& before,
    const std::vector<Part>& after) {
    Section made;
    made.platform = std::string(platform);
    made.changes = text::diff(joined(before), joined(after));
    made.unified = text::unified(
        lines_of(before), lines_of(after), {label(from, platform), label(to, platform)});
    return made;
}

bool has_own(const Body& body, const std::string& platform) {
    return body.overrides.contains(platform);
}

}  // namespace

std::string joined(const std::vector<Part>& parts) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0)
            text += part_break;
        text += escaped(parts[i].text);
    }
    return text;
}

Difference difference(const Version& from, const Version& to) {
    Difference made;
    made.from = from.number;
    made.to = to.number;
    made.is_same = from.digest == to.digest;
    made.sections.push_back(section(from, to, "", from.body.parts, to.body.parts));
    std::set<std::string> platforms;
    for (const auto& [platform, own] : from.body.overrides)
        platforms.insert(platform);
    for (const auto& [platform, own] : to.body.overrides)
        platforms.insert(platform);
    for (const auto& platform : platforms) {
        // What the platform gets on each side: without a text of its own that is the common one.
        auto one = section(
            from, to, platform, parts_for(from.body, platform), parts_for(to.body, platform));
        const auto before = options_for(from.body, platform);
        const auto after = options_for(to.body, platform);
        if (before != after) {
            one.options_before = before;
            one.options_after = after;
        }
        const bool is_own_changed = has_own(from.body, platform) != has_own(to.body, platform);
        if (!one.unified.empty() || before != after || is_own_changed)
            made.sections.push_back(std::move(one));
    }
    return made;
}

Difference difference_for(const Version& from, const Version& to, std::string_view platform) {
    Difference made;
    made.from = from.number;
    made.to = to.number;
    made.sections.push_back(
        section(from, to, platform, parts_for(from.body, platform), parts_for(to.body, platform)));
    made.is_same = made.sections.front().unified.empty() &&
                   options_for(from.body, platform) == options_for(to.body, platform);
    return made;
}

Json to_json(const Difference& difference) {
    auto sections = Json::array();
    for (const auto& section : difference.sections) {
        Json options;
        if (!section.options_before.empty())
            options = Json{
                {"before", json::try_parse(section.options_before).value_or(Json::object())},
                {"after", json::try_parse(section.options_after).value_or(Json::object())}};
        sections.push_back(Json{
            {"platform", section.platform.empty() ? Json() : Json(section.platform)},
            {"changes", text::to_json(section.changes)},
            {"unified", section.unified},
            {"options", std::move(options)}});
    }
    return Json{
        {"from", difference.from},
        {"to", difference.to},
        {"same", difference.is_same},
        {"sections", std::move(sections)}};
}

}  // namespace caas::content
