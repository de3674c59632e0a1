// Every setting there is, with its default, in one table. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace caas::config {

enum class Type : std::uint8_t {
    text,
    choice,   // one of `choices`
    integer,  // from `least` to `most`
    truth,
    list,     // of texts; in the environment separated by commas
    url,      // http:// or https://, or empty
    address,  // host:port to listen on
};

struct Setting {
    std::string_view name;  // "http.listen": table and key of the file
    Type type = Type::text;
    bool is_secret = false;
    std::string_view fallback;     // the default, as it would be written in the environment
    std::string_view environment;  // its well-known variable besides CAAS_…, mostly empty
    std::string_view choices;      // separated by blanks
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::string_view doc;  // one sentence
};

// In the order of the example file.
std::span<const Setting> all_settings();
// nullptr when there is none of that name.
const Setting* find_setting(std::string_view name);
// The name of a setting most like a mistyped one; empty when none is near.
std::string_view nearest_setting(std::string_view name);

// "http.listen" is CAAS_HTTP_LISTEN, "providers.openai-compatible.key" is
// CAAS_PROVIDERS_OPENAI_COMPATIBLE_KEY.
std::string environment_name(const Setting& setting);

// What a value must be, for errors: "a whole number from 1 to 64".
std::string expectation(const Setting& setting);
// Whether `text` is a value for it, as it would be written in the environment.
bool is_value(const Setting& setting, std::string_view text);

// Whether an address holds who signs in there, as https://USER:PASSWORD@HOST does: that is shown
// wherever the address is.
bool names_user(std::string_view address);

}  // namespace caas::config
