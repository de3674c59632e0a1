// Signing in to Instagram: a code for a token of an hour, that for one of sixty days, which renews
// itself once it is a day old (developers.facebook.com, Instagram API with Instagram Login).
#pragma once

#include "core/platform/driver.h"

namespace caas::platform::instagram {

extern const SignIn sign_in;

Credentials refresh(const Access& access, const Tools& tools);
Identity check(const Access& access, const Tools& tools);

}  // namespace caas::platform::instagram
