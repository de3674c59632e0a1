#include "core/base/json.h"

#include <set>
#include <vector>

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

struct Twice {
    std::string name;
};

// The names of every object that is open.
Json parse_unique(std::string_view text) {
    std::vector<std::set<std::string>> open;
    const auto guard = [&open](int depth, Json::parse_event_t event, Json& value) {
        if (depth > max_depth)
            throw TooDeep{};
        if (event == Json::parse_event_t::object_start)
            open.emplace_back();
        else if (event == Json::parse_event_t::object_end)
            open.pop_back();
        else if (event == Json::parse_event_t::key) {
            const auto& name = value.get_ref<const std::string&>();
            if (!open.back().insert(name).second)
                throw Twice{name};
        }
        return true;
    };
    return Json::parse(text.begin(), text.end(), guard);
}

template <typename Read>
Json parse_with(Read read, std::string_view text, std::string_view what) {
    try {
        return read(text);
    } catch (const Twice& twice) {
        throw Error(
            Code::bad_request,
            std::string(what) + " names `" + twice.name.substr(0, 60) + "` twice");
    } catch (const TooDeep&) {
        throw Error(Code::bad_request, std::string(what) + " is nested deeper than 64 levels");
    } catch (const Json::parse_error& e) {
        throw Error(
            Code::bad_request,
            std::string(what) + " is not valid JSON (at byte " + std::to_string(e.byte) + ")");
    } catch (const Json::out_of_range&) {
        throw Error(
            Code::bad_request,
            std::string(what) + " holds a number that is too large",
            "Numbers go up to about 1.8e308.");
    }
}

}  // namespace

Json parse(std::string_view text, std::string_view what) {
    return parse_with(parse_bounded, text, what);
}

Json parse_strictly(std::string_view text, std::string_view what) {
    return parse_with(parse_unique, text, what);
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

namespace {

constexpr std::string_view hex = "0123456789abcdef";

void append_escaped(std::string& to, char c) {
    constexpr std::string_view named = "\b\t\n\f\r\"\\";
    constexpr std::string_view letters = "btnfr\"\\";
    const auto at = named.find(c);
    if (at != std::string_view::npos) {
        to += '\\';
        to += letters[at];
        return;
    }
    const auto byte = static_cast<unsigned char>(c);
    to += "\\u00";
    to += hex[byte >> 4U];
    to += hex[byte & 15U];
}

// Behind the string, number, word, object or array that begins at `at`.
std::size_t end_of_value(std::string_view text, std::size_t at) {
    int depth = 0;
    bool is_inside = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (is_inside) {
            if (c == '\\')
                ++at;
            else if (c == '"')
                is_inside = false;
            if (!is_inside && depth == 0)
                return at + 1;
        } else if (c == '"') {
            is_inside = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (depth <= 1)
                return depth == 1 ? at + 1 : at;
            --depth;
        } else if (c == ',' && depth == 0) {
            return at;
        }
    }
    return text.size();
}

}  // namespace

void append_text(std::string& to, std::string_view text) {
    to += '"';
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x80) {
            // Whether that is UTF-8 is for the library to tell; the rest in one go.
            to.append(text, done, i - done);
            const auto quoted = dump(Json(std::string(text.substr(i))));
            to.append(quoted, 1, std::string::npos);
            return;
        }
        if (byte >= 0x20 && byte != '"' && byte != '\\')
            continue;
        to.append(text, done, i - done);
        append_escaped(to, text[i]);
        done = i + 1;
    }
    to.append(text, done);
    to += '"';
}

std::optional<std::string_view> slice_of(std::string_view object, std::string_view key) {
    if (object.empty() || object.front() != '{')
        return std::nullopt;
    std::size_t at = 1;
    while (at < object.size() && object[at] == '"') {
        const auto colon = end_of_value(object, at);
        const auto name = object.substr(at, colon - at);
        const auto end = end_of_value(object, colon + 1);
        if (name.size() == key.size() + 2 && name.substr(1, key.size()) == key)
            return object.substr(std::min(colon + 1, object.size()), end - colon - 1);
        at = end + 1;
    }
    return std::nullopt;
}

std::optional<std::string_view> first_slice(std::string_view array) {
    if (array.size() < 3 || array.front() != '[')
        return std::nullopt;
    return array.substr(1, end_of_value(array, 1) - 1);
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
