// Instagram: its rules, and how people sign in. Publishing is not there yet.
#include "core/platform/driver.h"

#include "core/platform/drivers.h"
#include "core/platform/instagram/limits.h"
#include "core/platform/instagram/sign_in.h"

namespace caas::platform::instagram {

constinit const Driver driver{
    .id = "instagram",
    .title = "Instagram",
    .limits = limits,
    .fields = {},
    .options = {},
    .connect = nullptr,
    .refresh = refresh,
    .check = check,
    .next = nullptr,
    .perform = nullptr,
    .look = nullptr,
    .sign_in = &sign_in,
};

}  // namespace caas::platform::instagram
