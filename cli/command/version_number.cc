#include "cli/command/version_number.h"

#include <charconv>

#include "core/base/error.h"

namespace caas::cli::command {

std::int64_t version_number(std::string_view content, std::string_view typed) {
    auto digits = typed;
    if (!digits.empty() && digits.front() == 'v')
        digits.remove_prefix(1);
    std::int64_t number = 0;
    const auto* end = digits.data() + digits.size();
    const auto [at, fault] = std::from_chars(digits.data(), end, number);
    if (fault != std::errc() || at != end || number < 1)
        throw Error(
            Code::usage,
            "`" + std::string(typed) + "` is not the number of a version",
            "versions are numbered from 1: see `caas content versions " + std::string(content) +
                "`");
    return number;
}

}  // namespace caas::cli::command
