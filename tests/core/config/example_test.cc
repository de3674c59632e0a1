// share/caas.example.toml is what people copy from: it must know every setting and its default.
#include <string>

#include <doctest/doctest.h>

#include "core/base/file.h"
#include "core/config/file_source.h"
#include "core/config/settings.h"

namespace caas {
namespace {

std::string example() {
    return read_file(CAAS_SOURCE_DIR "/share/caas.example.toml", 1U << 20U);
}

// With the "#" before each key taken away.
std::string in_effect(const std::string& text) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto end = text.find('\n', at) + 1;
        auto line = text.substr(at, end - at);
        at = end;
        const bool is_key = line.size() > 2 && line[0] == '#' && line[1] != ' ' && line[1] != '\n';
        out += is_key ? line.substr(1) : line;
    }
    return out;
}

TEST_CASE("the example changes nothing as it is") {
    config::Settings settings;

    config::read_toml(example(), "caas.example.toml", settings);

    for (const auto& each : config::all_settings()) {
        CAPTURE(each.name);
        CHECK(settings.origin(each.name) == config::Origin::built_in);
    }
    CHECK(settings.prices().empty());
}

TEST_CASE("the example lists every setting with its default") {
    config::Settings settings;

    config::read_toml(in_effect(example()), "caas.example.toml", settings);

    for (const auto& each : config::all_settings()) {
        CAPTURE(each.name);
        CHECK(settings.origin(each.name) == config::Origin::file);
        CHECK(settings.shown(each.name) == each.fallback);
    }
    CHECK(settings.prices().size() == 1);
}

}  // namespace
}  // namespace caas
