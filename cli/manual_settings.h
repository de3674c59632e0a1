// The page caas.toml(5), from the table of settings. Pure.
#pragma once

#include <string>

namespace caas::cli {

std::string settings_page();

}  // namespace caas::cli
