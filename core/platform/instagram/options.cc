#include "core/platform/instagram/options.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

namespace caas::platform::instagram {
namespace {

constexpr std::string_view separators = " ,\t\n";

bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_';
}

// A number from 0 to 1 at the beginning of the text, which is taken off it.
std::optional<double> take_share(std::string_view& text) {
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || value < 0 || value > 1)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return value;
}

std::optional<Tag> take_tag(std::string_view& text) {
    if (text.starts_with('@'))
        text.remove_prefix(1);
    const auto end = std::ranges::find_if_not(text, is_name);
    Tag tag;
    tag.name.assign(text.begin(), end);
    text.remove_prefix(tag.name.size());
    if (tag.name.empty())
        return std::nullopt;
    if (!text.starts_with(':'))
        return tag;
    text.remove_prefix(1);
    const auto x = take_share(text);
    if (!x || !text.starts_with(','))
        return std::nullopt;
    text.remove_prefix(1);
    const auto y = take_share(text);
    if (!y)
        return std::nullopt;
    tag.x = *x;
    tag.y = *y;
    return tag;
}

}  // namespace

Json options_of(const Publication& publication) {
    auto options = json::try_parse(publication.options);
    return options && options->is_object() ? std::move(*options) : Json::object();
}

std::optional<std::vector<Tag>> parse_tags(std::string_view text) {
    std::vector<Tag> tags;
    while (true) {
        const auto first = text.find_first_not_of(separators);
        if (first == text.npos)
            return tags;
        text.remove_prefix(first);
        auto tag = take_tag(text);
        const bool is_at_end = text.empty() || separators.find(text.front()) != separators.npos;
        if (!tag || !is_at_end)
            return std::nullopt;
        tags.push_back(std::move(*tag));
    }
}

std::string write_tags(const std::vector<Tag>& tags, bool with_places) {
    auto list = Json::array();
    for (const auto& tag : tags) {
        Json one{{"username", tag.name}};
        if (with_places) {
            one["x"] = tag.x;
            one["y"] = tag.y;
        }
        list.push_back(std::move(one));
    }
    return json::dump(list);
}

std::string write_names(const std::vector<Tag>& tags) {
    auto list = Json::array();
    for (const auto& tag : tags)
        list.push_back(tag.name);
    return json::dump(list);
}

}  // namespace caas::platform::instagram
