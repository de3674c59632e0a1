// The settings of a TOML file. Used once while loading.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/config/settings.h"

namespace caas::config {

// Throws Error(invalid) that names `file` and the line for a syntax error, an unknown key (with the
// nearest known one), and a value of the wrong kind or out of range.
void read_toml(std::string_view text, const std::filesystem::path& file, Settings& settings);

}  // namespace caas::config
