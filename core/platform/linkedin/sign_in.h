// Signing in to LinkedIn: authorization code without PKCE, which LinkedIn refuses. A person asks
// for no right over organizations; those are connected on their own (wire: learn.microsoft.com,
// LinkedIn 3-legged OAuth, programmatic refresh tokens).
#pragma once

#include "core/platform/driver.h"

namespace caas::platform::linkedin {

extern const SignIn sign_in;

// Only for applications that LinkedIn gives refresh tokens to; their own end does not move.
Credentials refresh(const Access& access, const Tools& tools);
Identity check(const Access& access, const Tools& tools);

}  // namespace caas::platform::linkedin
