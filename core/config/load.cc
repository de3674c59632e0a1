#include "core/base/error.h"
#include "core/base/file.h"
#include "core/config/file_source.h"
#include "core/config/sandbox.h"
#include "core/config/settings.h"

namespace caas::config {
namespace {

constexpr std::size_t most_file_bytes = std::size_t{1} << 20U;

void take_file(const Sources& sources, Settings& settings) {
    if (sources.file.empty())
        return;
    std::string text;
    try {
        text = read_file(sources.file, most_file_bytes);
    } catch (const Error& e) {
        if (e.code() == Code::not_found && !sources.must_exist)
            return;
        throw;
    }
    read_toml(text, sources.file, settings);
}

void take_environment(const Environment& environment, Settings& settings) {
    if (!environment)
        return;
    for (const auto& setting : all_settings()) {
        // Our own name says what it is meant for and wins over one shared with other programs.
        auto name = environment_name(setting);
        auto value = variable(environment, name);
        if (!value && !setting.environment.empty()) {
            name = std::string(setting.environment);
            value = variable(environment, name);
        }
        if (value && !may_come_from_environment(setting))
            throw Error(
                Code::invalid,
                name + " is set, but the environment may not say whether a home is a sandbox",
                "Unset it; caasd --sandbox makes a home that is one");
        if (value)
            settings.set(setting, *value, Origin::environment, std::move(name));
    }
}

void take_flags(const std::vector<Flag>& flags, Settings& settings) {
    for (const auto& flag : flags) {
        const auto* const setting = find_setting(flag.setting);
        if (setting == nullptr)
            throw Error(Code::internal, "there is no such setting: " + flag.setting);
        settings.set(*setting, flag.value, Origin::flag, flag.flag);
    }
}

}  // namespace

Settings load(const Sources& sources) {
    Settings settings;
    take_file(sources, settings);
    take_environment(sources.environment, settings);
    take_flags(sources.flags, settings);
    enter_sandbox(settings);
    return settings;
}

}  // namespace caas::config
