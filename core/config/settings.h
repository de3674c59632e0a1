// The effective settings and where each came from. Thread-safe once made: it never changes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/secret.h"
#include "core/config/environment.h"
#include "core/config/setting.h"

namespace caas::config {

enum class Origin : std::uint8_t { built_in, file, environment, flag };

std::string_view name(Origin origin);  // "default", "file", "environment", "flag"

// The price of a model family, of the table [prices]: microdollars for a million tokens.
struct Price {
    std::string model_prefix;
    std::int64_t input = 0;
    std::int64_t cached_input = 0;
    std::int64_t output = 0;
};

class Settings {
  public:
    // All defaults.
    Settings();

    // The getters throw Error(internal) for a name that is not in the table or of another type.
    // text() is for every type but never for secrets; a list reads "a,b".
    std::string text(std::string_view name) const;
    const Secret& secret(std::string_view name) const;
    std::int64_t integer(std::string_view name) const;
    bool truth(std::string_view name) const;
    std::vector<std::string> list(std::string_view name) const;
    std::span<const Price> prices() const;

    Origin origin(std::string_view name) const;
    // "default", "/home/ana/.config/caas/config.toml:12", "OPENAI_API_KEY", "--listen".
    std::string whence(std::string_view name) const;
    // The value for a person: secrets masked.
    std::string shown(std::string_view name) const;

    // Throws Error(invalid) naming `whence` when `value` is none for this setting, or would show
    // a password with it.
    void set(const Setting& setting, std::string_view value, Origin origin, std::string whence);
    void add(Price price);

  private:
    struct Value {
        Secret text;
        Origin origin = Origin::built_in;
        std::string whence;
    };

    const Value& at(std::string_view name) const;

    std::vector<Value> values_;  // in the order of the table
    std::vector<Price> prices_;
};

// A flag of the command line that stands for a setting.
struct Flag {
    std::string setting;  // "http.listen"
    std::string flag;     // "--listen", for messages
    std::string value;
};

struct Sources {
    std::filesystem::path file{};  // empty: none
    bool must_exist = false;       // a person named the file
    Environment environment{};     // none: nothing is set
    std::vector<Flag> flags{};
};

// Default < file < environment < flag. A variable that is set but empty counts as not set. Throws
// Error(invalid) that names file and line, variable or flag, and what is expected; not_found for a
// file that must exist; forbidden for one that cannot be read.
Settings load(const Sources& sources);

// The provider that writes when none is asked for: `providers.default`, else the first of openai,
// anthropic, gemini that has a key, else "offline".
std::string default_provider(const Settings& settings);

}  // namespace caas::config
