// Signing in to Facebook as whoever runs pages: the account is one of the pages, with a token of
// its own, which has no fixed end (developers.facebook.com, Pages API, access tokens).
#pragma once

#include "core/platform/driver.h"

namespace caas::platform::facebook {

extern const SignIn sign_in;

Identity check(const Access& access, const Tools& tools);

}  // namespace caas::platform::facebook
