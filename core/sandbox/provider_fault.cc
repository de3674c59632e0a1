#include "core/sandbox/provider_fault.h"

#include <algorithm>
#include <array>

namespace caas::sandbox {
namespace {

constexpr std::array<std::string_view, 27> names{
    "none",       "bad_key",      "forbidden",  "quota",    "rate_limit",   "rate_limit_long",
    "overloaded", "server_error", "html",       "no_model", "bad_request",  "too_long",
    "hang",       "blocked",      "refusal",    "cut_off",  "empty",        "malformed",
    "fenced",     "wrong_shape",  "over_limit", "not_json", "stream_error", "stream_cut",
    "broken",     "slow",         "no_usage",
};
static_assert(names.size() == static_cast<std::size_t>(Fault::no_usage) + 1);

bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

std::string_view name(Fault fault) {
    return names[static_cast<std::size_t>(fault)];
}

std::optional<Fault> find_fault(std::string_view name) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end())
        return std::nullopt;
    return static_cast<Fault>(at - names.begin());
}

std::span<const std::string_view> fault_names() {
    return names;
}

std::optional<Marker> find_marker(std::string_view text) {
    constexpr std::string_view word = "fault:";
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        auto end = at + word.size();
        while (end < text.size() && is_name_char(text[end]))
            ++end;
        const auto fault = find_fault(text.substr(at + word.size(), end - at - word.size()));
        if (!fault)
            continue;
        Marker marker{*fault, 0, {}};
        if (end + 1 < text.size() && text[end] == ':' && is_digit(text[end + 1])) {
            marker.times = text[end + 1] - '0';
            end += 2;
        }
        marker.text = std::string(text.substr(at, end - at));
        return marker;
    }
    return std::nullopt;
}

}  // namespace caas::sandbox
