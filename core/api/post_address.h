// Where a person says that a post is.
#pragma once

#include <string>

#include "core/platform/driver.h"

namespace caas::api {

// Throws Error(invalid) unless it is an http or https URL or an address of the platform's own kind
// (Driver::post_scheme): it is linked to, and drivers read from it where the post is. Pure,
// thread-safe.
void require_post_address(const platform::Driver& driver, const std::string& url);

}  // namespace caas::api
