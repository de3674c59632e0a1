#include "core/provider/schema.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/provider/error_body.h"
#include "core/text/blank.h"
#include "core/text/utf16.h"

namespace caas::provider {
namespace {

// Platforms allow a few dozen; a model that runs away is stopped here.
constexpr std::size_t most_parts = 100;

Json object_of(const Json& properties) {
    Json required = Json::array();
    for (const auto& [name, property] : properties.items())
        required.push_back(name);
    return {
        {"type", "object"},
        {"properties", properties},
        {"required", required},
        {"additionalProperties", false}};
}

[[noreturn]] void fail(const std::string& why) {
    throw Error(
        Code::provider_malformed,
        "The model's answer is not in the form that was asked for: " + why,
        "Try again, or name another model with --model.");
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

// What stands behind the line of the first fence of Markdown, or nothing.
std::string_view behind_fence(std::string_view text) {
    const auto fence = text.find("```");
    const auto begin = fence == std::string_view::npos ? fence : text.find('\n', fence);
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

// What follows the thoughts that some servers leave in front of the answer.
std::string_view behind_thoughts(std::string_view text) {
    constexpr std::string_view end = "</think>";
    const auto at = trimmed(text).starts_with("<think>") ? text.find(end) : std::string_view::npos;
    return at == std::string_view::npos ? text : text.substr(at + end.size());
}

// The UTF-16 unit of an escape \uXXXX that begins at `at`; 0 when there is none.
char16_t unit_at(std::string_view text, std::size_t at) {
    std::uint16_t unit = 0;
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u')
        return 0;
    const auto* const end = text.data() + at + 6;
    const auto [stop, fault] = std::from_chars(text.data() + at + 2, end, unit, 16);
    return fault == std::errc() && stop == end ? static_cast<char16_t>(unit) : u'\0';
}

// With U+FFFD for each half of a surrogate pair that stands alone, as a stream shows it.
std::string with_whole_pairs(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto unit = unit_at(text, at);
        const bool is_high = text::is_high_surrogate(unit);
        const bool is_pair = is_high && text::is_low_surrogate(unit_at(text, at + 6));
        if (text::is_low_surrogate(unit) || (is_high && !is_pair)) {
            out += "\\ufffd";
            at += 6;
            continue;
        }
        const std::size_t size = is_pair ? 12 : text[at] == '\\' ? 2 : 1;
        out += text.substr(at, size);
        at += size;
    }
    return out;
}

std::optional<Json> read_json(std::string_view text) {
    auto read = json::try_parse(trimmed(text));
    return read ? read : json::try_parse(with_whole_pairs(trimmed(text)));
}

// Also from inside a fence, which ends at the last one, since a text may hold some, or, where more
// is said behind it, at the first.
std::optional<Json> find_json(std::string_view answer) {
    const auto text = behind_thoughts(answer);
    if (auto read = read_json(text))
        return read;
    const auto inside = behind_fence(text);
    if (auto read = read_json(inside.substr(0, inside.rfind("```"))))
        return read;
    return read_json(inside.substr(0, inside.find("```")));
}

// Line ends become "\n"; other control characters go, a NUL no store would take.
std::string cleaned(const std::string& text) {
    std::string clean;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c == '\r') {
            if (at + 1 == text.size() || text[at + 1] != '\n')
                clean += '\n';
        } else if (c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7f)) {
            clean += text[at];
        }
    }
    return std::string(trimmed(clean));
}

std::string read_text(const Json& value, const std::string& platform) {
    if (!value.is_string())
        fail("the text for " + platform + " is no string");
    auto text = cleaned(value.get<std::string>());
    if (text::is_blank(text))
        fail("the text for " + platform + " is empty");
    return text;
}

std::vector<std::string> read_post(const Json& post, const std::string& platform) {
    if (!post.is_object() || post.size() != 1)
        fail("the post for " + platform + " must have either a text or parts");
    if (const auto* text = json::find(post, "text"))
        return {read_text(*text, platform)};
    const auto* parts = json::find(post, "parts");
    if (parts == nullptr || !parts->is_array())
        fail("the post for " + platform + " must have either a text or parts");
    if (parts->empty() || parts->size() > most_parts)
        fail("the post for " + platform + " has " + std::to_string(parts->size()) + " parts");
    std::vector<std::string> read;
    for (const auto& part : *parts)
        read.push_back(read_text(part, platform));
    return read;
}

}  // namespace

std::string posts_schema(std::span<const Shape> shapes) {
    const Json text = {{"type", "string"}};
    const Json texts = {{"type", "array"}, {"items", text}};
    Json properties = Json::object();
    for (const auto& shape : shapes) {
        Json members = Json::object();
        if (shape.has_threads)
            members["parts"] = texts;
        else
            members["text"] = text;
        properties[shape.platform] = object_of(members);
    }
    return json::dump(object_of(properties));
}

std::vector<Shape> shapes_of(std::string_view schema) {
    const auto read = json::try_parse(schema);
    if (!read)
        return {};
    const auto* properties = json::find(*read, "properties");
    if (properties == nullptr || !properties->is_object())
        return {};
    std::vector<Shape> shapes;
    for (const auto& [platform, property] : properties->items())
        shapes.push_back({platform, json::path(property, {"properties", "parts"}) != nullptr});
    return shapes;
}

Posts parse_posts(std::string_view answer, std::span<const std::string> platforms) {
    const auto read = find_json(answer);
    if (!read)
        fail("it is not JSON");
    if (!read->is_object())
        fail("it is no JSON object");
    Posts posts;
    for (const auto& platform : platforms) {
        const auto* post = json::find(*read, platform);
        if (post == nullptr)
            fail("it has no post for " + platform);
        posts[platform] = read_post(*post, platform);
    }
    for (const auto& [name, value] : read->items()) {
        if (!posts.contains(name))
            fail("it has a member nobody asked for (" + one_line(name, 40) + ")");
    }
    return posts;
}

}  // namespace caas::provider
