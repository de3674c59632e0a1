#include "tests/core/api/schema_check.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/api/schema.h"
#include "core/base/id.h"
#include "core/base/time_zone.h"

namespace caas::api {
namespace {

struct Checker {
    std::vector<std::string> faults;

    void say(const std::string& place, const std::string& what) {
        faults.push_back((place.empty() ? "/" : place) + ": " + what);
    }

    static const Json& resolved(const Json& schema) {
        const auto name = json::text(schema, "$ref");
        return name ? schemas().at(name->substr(name->rfind('/') + 1)) : schema;
    }

    static bool is_of(const Json& value, const std::string& type) {
        if (type == "integer")
            return value.is_number_integer();
        if (type == "number")
            return value.is_number();
        return (type == "string" && value.is_string()) || (type == "null" && value.is_null()) ||
               (type == "boolean" && value.is_boolean()) || (type == "array" && value.is_array()) ||
               (type == "object" && value.is_object());
    }

    void check_text(const Json& value, const Json& schema, const std::string& place) {
        const auto format = json::text_or(schema, "format", "");
        const auto& text = value.get_ref<const std::string&>();
        if (format == "date-time" && !parse_rfc3339(text))
            say(place, "is no time");
        if (format == "uuid" &&
            (text.size() != 36 || std::count(text.begin(), text.end(), '-') != 4))
            say(place, "is no id");
    }

    // Every member that some schema knows, through allOf and references.
    static void gather(const Json& schema, Json& properties, bool& is_open) {
        const auto& own = resolved(schema);
        const auto known = own.value("properties", Json::object());
        for (const auto& [name, inner] : known.items())
            properties[name] = inner;
        is_open = is_open || own.contains("additionalProperties");
        for (const auto& part : own.value("allOf", Json::array()))
            gather(part, properties, is_open);
    }

    void check_object(const Json& value, const Json& schema, const std::string& place) {
        auto properties = Json::object();
        bool is_open = false;
        gather(schema, properties, is_open);
        const auto* others = json::find(schema, "additionalProperties");
        for (const auto& [name, inner] : value.items()) {
            if (properties.contains(name))
                check(inner, properties.at(name), place + "/" + name);
            else if (others != nullptr && others->is_object())
                check(inner, *others, place + "/" + name);
            else if (!is_open || (others != nullptr && *others == false))
                say(place + "/" + name, "is not in the schema");
        }
    }

    void check_required(const Json& value, const Json& schema, const std::string& place) {
        for (const auto& name : schema.value("required", Json::array())) {
            if (!value.contains(name.get<std::string>()))
                say(place, "has no " + name.get<std::string>());
        }
    }

    void check(const Json& value, const Json& given, const std::string& place) {
        // The empty schema takes anything.
        if (given.empty())
            return;
        const auto& schema = resolved(given);
        if (const auto* choices = json::find(schema, "oneOf"); choices != nullptr) {
            const auto fits = [&](const Json& choice) { return faults_of(value, choice).empty(); };
            if (std::count_if(choices->begin(), choices->end(), fits) != 1)
                say(place, "fits not exactly one of the choices");
            return;
        }
        if (const auto* parts = json::find(schema, "allOf"); parts != nullptr) {
            for (const auto& part : *parts)
                check_required(value, resolved(part), place);
            check_object(value, schema, place);
            return;
        }
        const auto types = schema.value("type", Json());
        const auto is_right = [&](const Json& type) {
            return is_of(value, type.get<std::string>());
        };
        if (types.is_string()
                ? !is_right(types)
                : types.is_array() && std::none_of(types.begin(), types.end(), is_right))
            return say(place, "is of another type than " + types.dump() + ": " + value.dump());
        if (const auto* words = json::find(schema, "enum");
            words != nullptr && std::find(words->begin(), words->end(), value) == words->end())
            say(place, "is none of the words: " + value.dump());
        if (value.is_string())
            check_text(value, schema, place);
        if (value.is_number() && schema.contains("minimum") && value < schema.at("minimum"))
            say(place, "is too small");
        if (value.is_array() && schema.contains("items")) {
            for (std::size_t i = 0; i < value.size(); ++i)
                check(value[i], schema.at("items"), place + "/" + std::to_string(i));
        }
        if (value.is_object()) {
            check_required(value, schema, place);
            check_object(value, schema, place);
        }
    }
};

Json schema_of(std::string_view answer) {
    if (!answer.ends_with("[]"))
        return {{"$ref", "#/components/schemas/" + std::string(answer)}};
    const auto item = std::string(answer.substr(0, answer.size() - 2));
    return {
        {"type", "object"},
        {"required", Json::array({"items", "next_cursor"})},
        {"properties",
         {{"items", {{"type", "array"}, {"items", {{"$ref", "#/components/schemas/" + item}}}}},
          {"next_cursor", {{"type", Json::array({"string", "null"})}}}}}};
}

}  // namespace

std::vector<std::string> faults_of(const Json& value, const Json& schema) {
    Checker checker;
    checker.check(value, schema, "");
    return checker.faults;
}

std::vector<std::string> faults_of_answer(
    const Route& route, int status, const std::string& type, const Json& body) {
    if (type.starts_with("application/problem+json")) {
        auto faults = faults_of(body, schemas().at("Problem"));
        const auto codes = codes_of(route);
        for (const auto& row : all_codes()) {
            if (row.name == json::text_or(body, "code", "") && !codes.has(row.code))
                faults.push_back(
                    "its row does not say that it may answer " + std::string(row.name));
        }
        return faults;
    }
    if (status == 304 || type.starts_with("text/event-stream"))
        return {};
    const bool is_piece = route.has_ranges && (status == 206 || status == 416);
    const bool is_other = !route.other_answer.empty() && status == route.other_status;
    if (is_other && route.media_type == "application/json")
        return faults_of(body, schema_of(route.other_answer));
    const bool is_expected =
        is_piece || is_other || status == route.status || (route.can_stream && status == 200);
    if (!is_expected)
        return {"its row does not say that it may answer " + std::to_string(status)};
    if (route.answer.empty())
        return {};
    if (route.media_type != "application/json")
        return {};
    return faults_of(body, schema_of(route.answer));
}

}  // namespace caas::api
