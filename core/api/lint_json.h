// How lint reports look in JSON: interfaces.md, "Shapes scripts rely on". Pure.
#pragma once

#include <span>

#include "core/base/json.h"
#include "core/platform/lint.h"

namespace caas::api {

// [{"platform","length","limit","unit","valid","issues":[…]}]
Json lint_json(std::span<const platform::Report> reports);

}  // namespace caas::api
