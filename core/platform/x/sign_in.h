// Signing in to X: authorization code with PKCE (docs.x.com, oauth-2-0/authorization-code), and
// keeping that. A refresh token works once and gives the next.
#pragma once

#include "core/platform/driver.h"

namespace caas::platform::x {

extern const SignIn sign_in;

Credentials refresh(const Access& access, const Tools& tools);
Identity check(const Access& access, const Tools& tools);

}  // namespace caas::platform::x
