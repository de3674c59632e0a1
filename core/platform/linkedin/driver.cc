// LinkedIn: its rules. Publishing needs a sign-in in the browser, which this version does not have.
#include "core/platform/driver.h"

#include "core/platform/drivers.h"
#include "core/platform/linkedin/limits.h"

namespace caas::platform::linkedin {

constinit const Driver driver{
    .id = "linkedin",
    .title = "LinkedIn",
    .limits = limits,
    .fields = {},
    .options = {},
    .connect = nullptr,
    .refresh = nullptr,
    .check = nullptr,
    .next = nullptr,
    .perform = nullptr,
    .look = nullptr,
};

}  // namespace caas::platform::linkedin
