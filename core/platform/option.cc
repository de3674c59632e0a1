#include "core/platform/option.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace caas::platform {
namespace {

Json words_of(std::string_view values) {
    auto words = Json::array();
    while (!values.empty()) {
        const auto word = values.substr(0, values.find(' '));
        words.push_back(word);
        values.remove_prefix(std::min(word.size() + 1, values.size()));
    }
    return words;
}

Json schema_of(const Option& option) {
    Json schema{{"type", "string"}};
    if (option.values == "true false")
        schema["type"] = "boolean";
    else if (!option.values.empty())
        schema["enum"] = words_of(option.values);
    if (!option.label.empty())
        schema["title"] = option.label;
    return schema;
}

}  // namespace

Json options_schema(const Driver& driver) {
    auto properties = Json::object();
    for (const auto& option : driver.options)
        properties[std::string(option.name)] = schema_of(option);
    return {
        {"type", "object"},
        {"properties", std::move(properties)},
        // Without a table nothing is known of them, as lint sees it.
        {"additionalProperties", driver.options.empty()}};
}

}  // namespace caas::platform
