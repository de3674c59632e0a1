#include "core/base/json.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace caas::json {
namespace {

constexpr int max_depth = 64;

struct TooDeep {};

Json parse_bounded(std::string_view text) {
    const auto guard = [](int depth, Json::parse_event_t, Json&) {
        if (depth > max_depth)
            throw TooDeep{};
        return true;
    };
    return Json::parse(text.begin(), text.end(), guard);
}

}  // namespace

Json parse(std::string_view text, std::string_view what) {
    try {
        return parse_bounded(text);
    } catch (const TooDeep&) {
        throw Error(Code::bad_request, std::string(what) + " is nested deeper than 64 levels");
    } catch (const Json::parse_error& e) {
        throw Error(
            Code::bad_request,
            std::string(what) + " is not valid JSON (at byte " + std::to_string(e.byte) + ")");
    }
}

std::optional<Json> try_parse(std::string_view text) {
    try {
        return parse_bounded(text);
    } catch (const TooDeep&) {
        return std::nullopt;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

std::string dump(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string dump_pretty(const Json& value) {
    return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

const Json* find(const Json& object, std::string_view key) {
    if (!object.is_object())
        return nullptr;
    const auto at = object.find(key);
    return at == object.end() || at->is_null() ? nullptr : &*at;
}

std::optional<std::string> text(const Json& object, std::string_view key) {
    const auto* value = find(object, key);
    if (value == nullptr || !value->is_string())
        return std::nullopt;
    return value->get<std::string>();
}

std::string text_or(const Json& object, std::string_view key, std::string_view otherwise) {
    return text(object, key).value_or(std::string(otherwise));
}

std::optional<std::int64_t> integer(const Json& object, std::string_view key) {
    const auto* value = find(object, key);
    if (value == nullptr || !value->is_number_integer())
        return std::nullopt;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX)
        return std::nullopt;
    return value->get<std::int64_t>();
}

std::int64_t integer_or(const Json& object, std::string_view key, std::int64_t otherwise) {
    return integer(object, key).value_or(otherwise);
}

std::optional<bool> truth(const Json& object, std::string_view key) {
    const auto* value = find(object, key);
    if (value == nullptr || !value->is_boolean())
        return std::nullopt;
    return value->get<bool>();
}

const Json* path(const Json& object, std::initializer_list<std::string_view> keys) {
    const Json* at = &object;
    for (const auto key : keys) {
        at = find(*at, key);
        if (at == nullptr)
            return nullptr;
    }
    return at;
}

}  // namespace caas::json
