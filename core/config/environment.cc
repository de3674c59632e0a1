#include "core/config/environment.h"

#include <cstdlib>
#include <utility>

namespace caas::config {

Environment system_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): only setenv beside it would be unsafe; nobody does
        const char* const value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
}

Environment environment_of(std::map<std::string, std::string> variables) {
    return [variables = std::move(variables)](const std::string& name) {
        const auto at = variables.find(name);
        return at == variables.end() ? std::nullopt : std::optional(at->second);
    };
}

std::optional<std::string> variable(const Environment& environment, const std::string& name) {
    if (!environment)
        return std::nullopt;
    auto value = environment(name);
    return value && !value->empty() ? value : std::nullopt;
}

}  // namespace caas::config
