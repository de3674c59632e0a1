#include "core/platform/option.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/net/url.h"

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
    else if (option.values == web_address)
        schema["format"] = "uri";
    else if (!option.values.empty())
        schema["enum"] = words_of(option.values);
    if (!option.label.empty())
        schema["title"] = option.label;
    return schema;
}

const Option* find_option(const Driver& driver, std::string_view name) {
    const auto at = std::ranges::find(driver.options, name, &Option::name);
    return at == driver.options.end() ? nullptr : &*at;
}

bool is_allowed(const Option& option, const Json& value) {
    std::string word;
    if (value.is_string())
        word = value.get<std::string>();
    else if (value.is_boolean())
        word = value.get<bool>() ? "true" : "false";
    else
        return false;
    if (option.values.empty())
        return value.is_string();
    if (option.values == web_address)
        return value.is_string() && (word.empty() || net::parse_url(word));
    const bool is_word = !word.empty() && word.find(' ') == std::string::npos;
    const auto words = " " + std::string(option.values) + " ";
    return is_word && words.find(" " + word + " ") != std::string::npos &&
           value.is_boolean() == (option.values == "true false");
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

std::string_view broken_option_rule(
    const Driver& driver, std::string_view name, const Json& value) {
    if (driver.options.empty())
        return {};
    const auto* option = find_option(driver, name);
    if (option == nullptr)
        return "options.unknown";
    return value.is_null() || is_allowed(*option, value) ? "" : "options.invalid";
}

void check_options(const Driver& driver, const Json& options, const std::string& pointer) {
    std::vector<Detail> details;
    for (const auto& [name, value] : options.items()) {
        const auto rule = broken_option_rule(driver, name, value);
        if (rule.empty())
            continue;
        details.push_back(
            {pointer + (Json::json_pointer() / name).to_string(),
             std::string(rule),
             rule == "options.unknown" ? std::string(driver.title) + " has no option '" + name + "'"
                                       : "The option '" + name + "' has a value that " +
                                             std::string(driver.title) + " does not know"});
    }
    if (details.empty())
        return;
    const auto first = details.front().message;
    throw Error(
        Code::invalid,
        first,
        "see `options` of " + std::string(driver.id) + " in: caas api GET platforms",
        std::move(details));
}

}  // namespace caas::platform
