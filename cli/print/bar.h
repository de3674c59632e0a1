// Shares for people. Pure functions.
#pragma once

#include <cstdint>
#include <string>

namespace caas::cli::print {

// 20 columns, filled by `part` of `whole`: full only when all of it is there, empty only when none.
std::string bar(std::int64_t part, std::int64_t whole);

}  // namespace caas::cli::print
