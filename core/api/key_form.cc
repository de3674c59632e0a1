#include "core/api/key_form.h"

#include <algorithm>
#include <cstddef>

#include "core/base/error.h"

namespace caas::api {
namespace {

constexpr std::size_t most_key_bytes = 255;

std::string_view without_blanks_around(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::string require_key(std::string_view given) {
    const auto key = without_blanks_around(given);
    const bool is_key =
        !key.empty() && key.size() <= most_key_bytes &&
        std::ranges::all_of(key, [](char letter) { return letter >= ' ' && letter <= '~'; });
    if (!is_key)
        throw Error(
            Code::invalid,
            "The Idempotency-Key must be 1 to 255 printable ASCII characters, and not only blanks",
            "a random UUID is a good one");
    return std::string(key);
}

}  // namespace caas::api
