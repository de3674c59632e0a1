// The seam to environment variables.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace caas::config {

// The value of a variable; nullopt when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// That of this process; safe as long as nobody calls setenv.
Environment system_environment();
Environment environment_of(std::map<std::string, std::string> variables);

// nullopt also when the variable or `environment` itself is empty.
std::optional<std::string> variable(const Environment& environment, const std::string& name);

}  // namespace caas::config
