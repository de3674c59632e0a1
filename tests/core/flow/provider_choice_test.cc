// What the settings say of providers and what the drivers say of themselves.
#include "core/flow/provider_choice.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "core/config/setting.h"

namespace caas {
namespace {

TEST_CASE("addresses and models of the drivers are those the settings are documented with") {
    for (const auto* driver : provider::all()) {
        if (driver->id == "offline")
            continue;
        CAPTURE(driver->id);
        const auto prefix = "providers." + std::string(driver->id);
        const auto* base_url = config::find_setting(prefix + ".base_url");
        const auto* model = config::find_setting(prefix + ".model");
        REQUIRE(base_url != nullptr);
        REQUIRE(model != nullptr);
        CHECK(base_url->fallback == driver->default_base_url);
        CHECK(model->fallback == driver->default_model);
        CHECK(config::find_setting(prefix + ".key") != nullptr);
        CHECK(config::find_setting(prefix + ".timeout_s") != nullptr);
        CHECK(config::find_setting(prefix + ".max_output_tokens") != nullptr);
    }
}

TEST_CASE("the providers and tones that may be configured are those there are") {
    const auto words_of = [](std::string_view name) {
        std::vector<std::string> words(1);
        for (const char c : config::find_setting(name)->choices) {
            if (c == ' ')
                words.emplace_back();
            else
                words.back() += c;
        }
        std::sort(words.begin(), words.end());
        return words;
    };
    std::vector<std::string> providers;
    for (const auto* driver : provider::all())
        providers.emplace_back(driver->id);
    const auto known = provider::tones();
    std::vector<std::string> tones(known.begin(), known.end());
    std::sort(tones.begin(), tones.end());

    CHECK(words_of("providers.default") == providers);
    CHECK(words_of("generate.tone") == tones);
}

}  // namespace
}  // namespace caas
