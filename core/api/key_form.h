// What may stand in `Idempotency-Key`. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace caas::api {

// The key without the blanks around it, which HTTP takes away too: one key, whichever way it came.
// Throws Error(invalid) for what is no key.
std::string require_key(std::string_view given);

}  // namespace caas::api
