// Facebook pages: the rules, and how people sign in. Publishing is not there yet.
#include "core/platform/driver.h"

#include "core/platform/drivers.h"
#include "core/platform/facebook/limits.h"
#include "core/platform/facebook/sign_in.h"

namespace caas::platform::facebook {

constinit const Driver driver{
    .id = "facebook",
    .title = "Facebook",
    .limits = limits,
    .fields = {},
    .options = {},
    .connect = nullptr,
    .refresh = nullptr,
    .check = check,
    .next = nullptr,
    .perform = nullptr,
    .look = nullptr,
    .sign_in = &sign_in,
};

}  // namespace caas::platform::facebook
