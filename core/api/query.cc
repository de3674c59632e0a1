#include "core/api/query.h"

#include <algorithm>
#include <charconv>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/text/nearest.h"

namespace caas::api {

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out += ' ';
        } else if (text[i] == '%') {
            const auto byte = from_hex(text.substr(i + 1, 2));
            if (!byte || byte->size() != 1)
                return std::nullopt;
            out += *byte;
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

Query::Query(std::string_view encoded) {
    while (!encoded.empty()) {
        const auto end = std::min(encoded.find('&'), encoded.size());
        const auto pair = encoded.substr(0, end);
        encoded.remove_prefix(std::min(end + 1, encoded.size()));
        if (pair.empty())
            continue;
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = percent_decode(pair.substr(0, equals), true);
        auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!name || !value)
            throw Error(Code::bad_request, "The query string has a broken percent escape");
        if (!values_.emplace(*name, *value).second)
            throw Error(Code::bad_request, "The query names `" + *name + "` twice");
    }
}

void Query::require_only(const std::vector<std::string>& names) const {
    for (const auto& [name, value] : values_) {
        if (std::find(names.begin(), names.end(), name) != names.end())
            continue;
        const auto near = text::nearest(name, names);
        throw Error(
            Code::invalid,
            "There is no query parameter `" + name.substr(0, 60) + "` here",
            near.empty() ? "" : "did you mean `" + std::string(near) + "`?");
    }
}

std::optional<std::string> Query::text(std::string_view name) const {
    const auto at = values_.find(name);
    if (at == values_.end())
        return std::nullopt;
    if (at->second.empty())
        throw Error(
            Code::invalid,
            "`" + std::string(name) + "` is empty",
            "give it a value, or leave it out; is a variable of your script empty?");
    return at->second;
}

std::string Query::text_or_empty(std::string_view name) const {
    const auto at = values_.find(name);
    return at == values_.end() ? std::string() : at->second;
}

std::optional<std::int64_t> Query::integer(
    std::string_view name, std::int64_t least, std::int64_t most) const {
    const auto value = text(name);
    if (!value)
        return std::nullopt;
    std::int64_t number = 0;
    const auto* end = value->data() + value->size();
    const auto read = std::from_chars(value->data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || number < least || number > most)
        throw Error(
            Code::invalid,
            "`" + std::string(name) + "` must be a whole number from " + std::to_string(least) +
                " to " + std::to_string(most));
    return number;
}

bool Query::is_on(std::string_view name) const {
    const auto value = text(name);
    const bool is_on = value == "1" || value == "true";
    if (value && !is_on && value != "0" && value != "false")
        throw Error(
            Code::invalid,
            "`" + std::string(name) + "` must be 1 or 0",
            "true and false will do as well");
    return is_on;
}

}  // namespace caas::api
