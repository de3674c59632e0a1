#include "core/config/setting.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace caas::config {
namespace {

template <typename Take>
void for_each_word(std::string_view words, char separator, Take take) {
    while (true) {
        const auto end = words.find(separator);
        take(words.substr(0, end));
        if (end == std::string_view::npos)
            return;
        words.remove_prefix(end + 1);
    }
}

bool is_choice(std::string_view choices, std::string_view word) {
    bool is_found = false;
    for_each_word(choices, ' ', [&](std::string_view each) { is_found |= each == word; });
    return is_found;
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (text.empty() || read.ec != std::errc() || read.ptr != end)
        return std::nullopt;
    return value;
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
    });
}

bool is_url(std::string_view text) {
    const auto after = [&](std::string_view scheme) {
        return text.starts_with(scheme) && text.size() > scheme.size();
    };
    return (after("http://") || after("https://")) && text.find(' ') == std::string_view::npos;
}

// All addresses are "*:8000". They are not ":8000", since that is what a script asks for when the
// variable with its host is empty.
bool is_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
        return false;
    const auto host = text.substr(0, colon);
    const bool has_brackets = host.front() == '[' && host.back() == ']';
    const auto port = number(text.substr(colon + 1));
    return port && *port >= 0 && *port <= 65535 &&
           (has_brackets || host.find_first_of(":[]/ ") == std::string_view::npos);
}

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j)
        row[j] = j;
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

const Setting* find_setting(std::string_view name) {
    const auto table = all_settings();
    const auto at = std::find_if(
        table.begin(), table.end(), [&](const Setting& each) { return each.name == name; });
    return at == table.end() ? nullptr : &*at;
}

std::string_view nearest_setting(std::string_view name) {
    const auto last_word = [](std::string_view text) {
        return text.substr(text.find_last_of('.') + 1);
    };
    // Most keys are cut short rather than misspelt.
    for (const auto& setting : all_settings()) {
        if (name.find('.') != std::string_view::npos && !name.ends_with('.') &&
            setting.name.starts_with(name))
            return setting.name;
    }
    std::string_view nearest;
    std::size_t least = std::max<std::size_t>(2, name.size() / 4) + 1;
    for (const auto& setting : all_settings()) {
        const auto far = distance(name, setting.name);
        if (far < least) {
            least = far;
            nearest = setting.name;
        }
    }
    // The right key in a wrong table is as common as a slip of the finger.
    for (const auto& setting : all_settings()) {
        if (nearest.empty() && last_word(setting.name) == last_word(name))
            nearest = setting.name;
    }
    return nearest;
}

std::string environment_name(const Setting& setting) {
    std::string name = "CAAS_";
    for (const char c : setting.name) {
        if (c >= 'a' && c <= 'z')
            name += static_cast<char>(c - 'a' + 'A');
        else
            name += c == '.' || c == '-' ? '_' : c;
    }
    return name;
}

std::string expectation(const Setting& setting) {
    switch (setting.type) {
        case Type::text:
            return "text on one line";
        case Type::choice: {
            std::string words;
            for_each_word(setting.choices, ' ', [&](std::string_view word) {
                words += (words.empty() ? "" : ", ") + std::string(word);
            });
            return "one of " + words;
        }
        case Type::integer:
            return "a whole number from " + std::to_string(setting.least) + " to " +
                   std::to_string(setting.most);
        case Type::truth:
            return "true or false";
        case Type::list:
            return "a list of texts";
        case Type::url:
            return "an address that begins with https:// or http://";
        case Type::address:
            return "a host and a port, such as 127.0.0.1:8000";
    }
    return "text";
}

bool is_value(const Setting& setting, std::string_view text) {
    switch (setting.type) {
        case Type::text:
            // Several keys may stand on lines of their own.
            return setting.is_secret || is_printable(text);
        case Type::list:
            return is_printable(text);
        case Type::choice:
            return is_choice(setting.choices, text) || (text.empty() && setting.fallback.empty());
        case Type::integer: {
            const auto value = number(text);
            return value && *value >= setting.least && *value <= setting.most;
        }
        case Type::truth:
            return is_choice("true false yes no on off 1 0", text);
        case Type::url:
            return text.empty() || (is_printable(text) && is_url(text));
        case Type::address:
            return is_printable(text) && is_address(text);
    }
    return false;
}

bool names_user(std::string_view address) {
    const auto scheme = address.find("://");
    if (scheme == std::string_view::npos)
        return false;
    address.remove_prefix(scheme + 3);
    return address.substr(0, address.find_first_of("/?#")).find('@') != std::string_view::npos;
}

}  // namespace caas::config
