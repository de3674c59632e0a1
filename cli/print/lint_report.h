// What lint found, platform by platform. Pure functions.
#pragma once

#include <string>

#include "cli/print/paint.h"
#include "core/base/json.h"

namespace caas::cli::print {

// `report`: {"platforms":[…]} as `content/lint` gives it.
std::string lint_report(const Json& report, const Paint& paint);
// One line for each platform that has something to say; empty when all is well. Without colours,
// since it is said (Call::say), not part of a result.
std::string lint_summary(const Json& platforms);
// Whether every platform is valid.
bool is_valid(const Json& report);

}  // namespace caas::cli::print
