#pragma once

#include <string_view>

namespace caas::app {

// The version of this program, as in "caas 0.1.0". Header only, so that `--version` costs nothing.
constexpr std::string_view version = CAAS_VERSION;

}  // namespace caas::app
