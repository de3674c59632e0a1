// The markup of manual pages. Pure.
#pragma once

#include <string>
#include <string_view>

namespace caas::cli {

// scdoc reads * and _ as emphasis and a backslash as what takes that away.
std::string scdoc_escaped(std::string_view text);

}  // namespace caas::cli
