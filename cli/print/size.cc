#include "cli/print/size.h"

#include <array>
#include <cstddef>

namespace caas::cli::print {

std::string size_text(std::int64_t bytes) {
    constexpr std::array units{"B", "kB", "MB", "GB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; size >= 999.5 && unit + 1 < units.size(); ++unit)
        size /= 1000;
    const auto tenths = static_cast<std::int64_t>(size * 10 + 0.5);
    const bool is_short = unit > 0 && tenths < 100;
    return (is_short ? std::to_string(tenths / 10) + "." + std::to_string(tenths % 10)
                     : std::to_string(static_cast<std::int64_t>(size + 0.5))) +
           " " + units[unit];
}

}  // namespace caas::cli::print
