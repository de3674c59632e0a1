// Where a person says that a post is.
#pragma once

#include <string>

#include "core/platform/account.h"

namespace caas::api {

// Throws Error(invalid) unless it is an http or https URL where posts of the account can be
// (PostPlace::hosts) or an address of the platform's own kind (PostPlace::scheme): it is linked
// to, and drivers read from it which post it is. Pure, thread-safe.
void require_post_address(const platform::Account& account, const std::string& url);

}  // namespace caas::api
