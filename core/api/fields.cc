#include "core/api/fields.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/text/nearest.h"

namespace caas::api {

Fields::Fields(const Json& object, std::string pointer)
    : object_(object), pointer_(std::move(pointer)) {
    if (!object.is_object())
        throw Error(
            Code::invalid,
            pointer_.empty() ? "The request body must be a JSON object"
                             : pointer_ + " must be a JSON object",
            {},
            {{pointer_, "type", "must be an object"}});
}

std::string Fields::pointer_to(std::string_view name) const {
    return pointer_ + "/" + std::string(name);
}

void Fields::refuse(std::string_view name, const std::string& what) const {
    throw Error(
        Code::invalid,
        "`" + std::string(name) + "` " + what,
        {},
        {{pointer_to(name), "type", what}});
}

const Json* Fields::take(std::string_view name) {
    asked_.emplace_back(name);
    return json::find(object_, name);
}

bool Fields::has(std::string_view name) const {
    return json::find(object_, name) != nullptr;
}

std::optional<std::string> Fields::text(std::string_view name) {
    const auto* value = take(name);
    if (value == nullptr)
        return std::nullopt;
    if (!value->is_string())
        refuse(name, "must be a string");
    return value->get<std::string>();
}

std::string Fields::required_text(std::string_view name) {
    auto value = text(name);
    if (!value)
        throw Error(
            Code::invalid,
            "`" + std::string(name) + "` is missing",
            {},
            {{pointer_to(name), "required", "is missing"}});
    return *std::move(value);
}

std::optional<std::int64_t> Fields::integer(
    std::string_view name, std::int64_t least, std::int64_t most) {
    const auto* value = take(name);
    if (value == nullptr)
        return std::nullopt;
    const auto number = json::integer(object_, name);
    if (!number || *number < least || *number > most)
        refuse(
            name,
            "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return number;
}

std::optional<bool> Fields::truth(std::string_view name) {
    const auto* value = take(name);
    if (value == nullptr)
        return std::nullopt;
    if (!value->is_boolean())
        refuse(name, "must be true or false");
    return value->get<bool>();
}

std::optional<std::vector<std::string>> Fields::texts(std::string_view name) {
    const auto* value = take(name);
    if (value == nullptr)
        return std::nullopt;
    if (!value->is_array())
        refuse(name, "must be a list of strings");
    std::vector<std::string> out;
    for (const auto& item : *value) {
        if (!item.is_string())
            refuse(name, "must be a list of strings");
        out.push_back(item.get<std::string>());
    }
    return out;
}

const Json* Fields::any(std::string_view name) {
    return take(name);
}

const Json* Fields::object(std::string_view name) {
    const auto* value = take(name);
    if (value != nullptr && !value->is_object())
        refuse(name, "must be an object");
    return value;
}

const Json* Fields::array(std::string_view name) {
    const auto* value = take(name);
    if (value != nullptr && !value->is_array())
        refuse(name, "must be a list");
    return value;
}

bool Fields::is_null(std::string_view name) const {
    const auto at = object_.find(name);
    return at != object_.end() && at->is_null();
}

void Fields::finish() const {
    for (const auto& [name, value] : object_.items()) {
        if (std::find(asked_.begin(), asked_.end(), name) != asked_.end())
            continue;
        const auto near = text::nearest(name, asked_);
        throw Error(
            Code::invalid,
            "There is no field `" + name.substr(0, 60) + "` here",
            near.empty() ? "" : "did you mean `" + std::string(near) + "`?",
            {{pointer_to(name), "unknown_field", "is not a field of this request"}});
    }
}

}  // namespace caas::api
