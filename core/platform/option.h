// The options that a version may set for one platform: what they may be, and as others' forms need
// them. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/platform/driver.h"

namespace caas::platform {

// `Option::values` of an option that is an address: absolute, http or https, or empty for none.
inline constexpr std::string_view web_address = "URL";

// A JSON Schema (2020-12): one property an option, in order of their names; no others.
Json options_schema(const Driver& driver);

// The rule that setting `name` to `value` breaks, as rule.cc names it ("options.unknown",
// "options.invalid"); empty when it breaks none. Null sets nothing, and a platform without a table
// takes any.
std::string_view broken_option_rule(const Driver& driver, std::string_view name, const Json& value);
// Throws Error(invalid) for the first of `options` (an object) that breaks a rule, with one detail
// for each that does; `pointer` is that of the object.
void check_options(const Driver& driver, const Json& options, const std::string& pointer);

}  // namespace caas::platform
