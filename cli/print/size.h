// Sizes of files as people read them. Pure functions.
#pragma once

#include <cstdint>
#include <string>

namespace caas::cli::print {

// "1.2 MB", as file managers count: a kilobyte is 1,000 bytes.
std::string size_text(std::int64_t bytes);

}  // namespace caas::cli::print
