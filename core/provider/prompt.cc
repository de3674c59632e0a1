#include "core/provider/prompt.h"

#include <nlohmann/json.hpp>

#include "core/base/json.h"

namespace caas::provider {
namespace {

Json values_of(const Brief& brief, std::span<const PlatformRules> rules) {
    Json platforms = Json::array();
    for (const auto& rule : rules)
        platforms.push_back(
            {{"id", rule.id},
             {"title", rule.title},
             {"limit", rule.text_limit},
             {"unit", rule.unit.empty() ? "characters" : rule.unit},
             {"recommended", rule.text_recommended},
             {"hashtags_limit", rule.hashtags_limit},
             {"hashtags_recommended", rule.hashtags_recommended},
             {"mentions_limit", rule.mentions_limit},
             {"threads", rule.has_threads},
             {"parts_limit", rule.parts_limit},
             {"style", rule.style}});
    return {
        {"brief", as_data(brief.prompt)},
        {"tone", brief.tone},
        {"is_" + brief.tone, true},
        {"language", as_data(brief.language)},
        {"voice", as_data(brief.voice)},
        {"platforms", platforms}};
}

}  // namespace

std::string as_data(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        safe += text[at];
        if (text[at] == '<' && at + 1 < text.size() && text[at + 1] == '/')
            safe += ' ';
    }
    return safe;
}

Template::Text post_prompt(
    const Template& source,
    const Brief& brief,
    std::span<const PlatformRules> rules,
    int variants) {
    auto values = values_of(brief, rules);
    values["variants"] = variants > 1 ? variants : 0;
    values["variant"] = brief.variant + 1;
    return source.render(values);
}

Template::Text mend_prompt(
    const Template& source,
    const Brief& brief,
    std::span<const PlatformRules> rules,
    const Posts& posts,
    std::span<const Fault> faults) {
    auto values = values_of(brief, rules);
    Json kept = Json::object();
    for (const auto& rule : rules) {
        const auto post = posts.find(rule.id);
        if (post == posts.end())
            continue;
        if (rule.has_threads)
            kept[rule.id] = {{"parts", post->second}};
        else
            kept[rule.id] = {{"text", post->second.empty() ? "" : post->second.front()}};
    }
    Json list = Json::array();
    for (const auto& fault : faults)
        list.push_back({{"platform", fault.platform}, {"message", as_data(fault.message)}});
    values["posts"] = as_data(json::dump_pretty(kept));
    values["faults"] = list;
    return source.render(values);
}

}  // namespace caas::provider
