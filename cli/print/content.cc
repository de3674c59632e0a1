#include "cli/print/content.h"

#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "cli/print/width.h"
#include "core/content/text_form.h"

namespace caas::cli::print {
namespace {

std::string media_text(const Json& part) {
    std::string out;
    const auto* media = json::find(part, "media");
    if (media == nullptr || !media->is_array())
        return out;
    for (const auto& id : *media) {
        if (id.is_string())
            out += (out.empty() ? "" : ", ") + short_id(id.get<std::string>());
    }
    return out;
}

std::string parts_text(const Json& parts, const Paint& paint) {
    std::string out;
    const auto texts = part_texts(parts);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0)
            out += paint(Colour::faint, "---") + "\n";
        out += harmless(content::escaped(texts[i])) + "\n";
        if (const auto media = media_text(parts[i]); !media.empty())
            out += paint(Colour::faint, "media: " + media) + "\n";
    }
    return out;
}

}  // namespace

std::string short_id(std::string_view id) {
    constexpr std::size_t shown = 8;
    return std::string(id.size() > shown ? id.substr(id.size() - shown) : id);
}

std::string short_id_of(const Json& object, std::string_view key) {
    return short_id(json::text_or(object, key, ""));
}

std::vector<std::string> part_texts(const Json& parts) {
    std::vector<std::string> out;
    if (!parts.is_array())
        return out;
    for (const auto& part : parts)
        out.push_back(json::text_or(part, "text", ""));
    return out;
}

std::string version_text(const Json& version, const Paint& paint) {
    const auto* parts = json::find(version, "parts");
    std::string common = parts != nullptr ? parts_text(*parts, paint) : "";
    const auto* overrides = json::find(version, "overrides");
    if (overrides == nullptr || !overrides->is_object() || overrides->empty())
        return common;
    std::string out = paint(Colour::bold, "common text") + "\n" + common;
    for (const auto& [platform, own] : overrides->items()) {
        const auto* own_parts = json::find(own, "parts");
        if (own_parts == nullptr)
            continue;
        out += "\n" + paint(Colour::bold, platform) + "\n" + parts_text(*own_parts, paint);
    }
    return out;
}

std::string author_of(const Json& version) {
    const auto provider = json::text_or(version, "provider", "");
    if (provider.empty())
        return json::text_or(version, "origin", "");
    const auto model = json::text_or(version, "model", "");
    return model.empty() || model == provider ? provider : provider + " " + model;
}

std::string cost_of(const Json& version) {
    const auto* cost = json::find(version, "cost_usd");
    if (cost == nullptr || !cost->is_number())
        return {};
    const auto value = cost->get<double>();
    if (value <= 0)
        return {};
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "$%.4f", value);
    return text.data();
}

std::string number_of(const Json& object, std::string_view key) {
    const auto number = json::integer(object, key);
    return number ? std::to_string(*number) : std::string();
}

}  // namespace caas::cli::print
