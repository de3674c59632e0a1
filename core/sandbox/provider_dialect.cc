#include "core/sandbox/provider_dialect.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/text/utf8.h"

namespace caas::sandbox {
namespace {

// What the posts are about: the brief between its tags, or the beginning of the user's text.
std::string topic_of(const Question& question) {
    std::string topic = question.user;
    const auto begin = topic.find("<brief>");
    const auto end = topic.find("</brief>");
    if (begin != std::string::npos && end != std::string::npos && begin + 7 < end)
        topic = topic.substr(begin + 7, end - begin - 7);
    if (const auto marker = find_marker(topic)) {
        if (const auto at = topic.find(marker->text); at != std::string::npos)
            topic.erase(at, marker->text.size());
    }
    std::string line;
    for (std::size_t at = 0; at < topic.size() && line.size() < 100;) {
        const auto point = text::decode(topic, at);
        if (point.value > 0x20)
            line += topic.substr(at, point.size);
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
        at += point.size;
    }
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    return line.empty() ? "nothing in particular" : line;
}

Json value_for(const Json& schema, const std::string& about, const std::string& text) {
    auto type = json::text_or(schema, "type", "");
    if (type == "object") {
        Json object = Json::object();
        if (const auto* properties = json::find(schema, "properties")) {
            for (const auto& [name, property] : properties->items()) {
                std::string words = text;
                if (about.empty())
                    words.insert(0, ": ").insert(0, name).insert(0, "A pretend post for ");
                object[name] = value_for(property, about.empty() ? name : about, words);
            }
        }
        return object;
    }
    if (type == "array") {
        Json array = Json::array();
        if (const auto* items = json::find(schema, "items"))
            array.push_back(value_for(*items, about, text));
        return array;
    }
    if (type == "string")
        return text;
    if (type == "integer" || type == "number")
        return 1;
    if (type == "boolean")
        return true;
    return nullptr;
}

}  // namespace

std::string write_by_schema(const Question& question, bool is_over_limit) {
    auto topic = topic_of(question);
    if (is_over_limit) {
        while (topic.size() < 70'000)  // more than any platform takes
            topic += " and on and on and on, without an end";
    }
    const auto schema = json::try_parse(question.schema);
    if (!schema || !schema->is_object())
        return "A pretend post: " + topic;
    return json::dump(value_for(*schema, "", topic));
}

std::vector<std::string> pieces_of(std::string_view text) {
    constexpr std::size_t size = 16;
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < text.size();) {
        auto end = at;
        while (end < text.size() && end - at < size)
            end += text::decode(text, end).size;
        pieces.emplace_back(text.substr(at, end - at));
        at = end;
    }
    // Long texts come in fewer, longer pieces.
    while (pieces.size() > 400) {
        std::vector<std::string> halved;
        for (std::size_t i = 0; i < pieces.size(); i += 2)
            halved.push_back(pieces[i] + (i + 1 < pieces.size() ? pieces[i + 1] : ""));
        pieces = std::move(halved);
    }
    return pieces;
}

std::int64_t tokens_of(std::string_view text) {
    return static_cast<std::int64_t>(text.size() / 4 + 1);
}

std::string unknown_member(const Json& body, std::initializer_list<std::string_view> known) {
    if (!body.is_object())
        return "the body";
    for (const auto& [name, value] : body.items()) {
        if (std::find(known.begin(), known.end(), name) == known.end())
            return name;
    }
    return {};
}

std::string schema_complaint(const Json& schema) {
    if (!schema.is_object())
        return "schema must be an object";
    if (json::text_or(schema, "type", "") == "object") {
        if (json::truth(schema, "additionalProperties").value_or(true))
            return "'additionalProperties' is required to be supplied and to be false";
        const auto* properties = json::find(schema, "properties");
        const auto* required = json::find(schema, "required");
        if (properties == nullptr || required == nullptr || !required->is_array())
            return "'required' is required to be supplied";
        for (const auto& [name, property] : properties->items()) {
            if (std::find(required->begin(), required->end(), name) == required->end())
                return "'required' is required to be supplied and to include '" + name + "'";
            if (auto inside = schema_complaint(property); !inside.empty())
                return inside;
        }
    }
    if (const auto* items = json::find(schema, "items"))
        return schema_complaint(*items);
    return {};
}

}  // namespace caas::sandbox
