#include "cli/print/bar.h"

#include <algorithm>

namespace caas::cli::print {

std::string bar(std::int64_t part, std::int64_t whole) {
    constexpr std::int64_t width = 20;
    std::int64_t filled = part > 0 ? width : 0;
    if (whole > 0 && part > 0 && part < whole)
        filled = std::clamp<std::int64_t>(part * width / whole, 1, width - 1);
    std::string out;
    for (std::int64_t i = 0; i < width; ++i)
        out += i < filled ? "█" : "░";
    return out;
}

}  // namespace caas::cli::print
