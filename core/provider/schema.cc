#include "core/provider/schema.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/provider/error_body.h"
#include "core/text/blank.h"

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

// What stands inside the first fence of Markdown, or nothing.
std::string_view fenced(std::string_view text) {
    const auto fence = text.find("```");
    if (fence == std::string_view::npos)
        return {};
    const auto begin = text.find('\n', fence);
    if (begin == std::string_view::npos)
        return {};
    const auto end = text.find("```", begin);
    return text.substr(begin, end == std::string_view::npos ? end : end - begin);
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
    auto read = json::try_parse(trimmed(answer));
    if (!read)
        read = json::try_parse(trimmed(fenced(answer)));
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
