// Facebook pages: the rules. Publishing needs a sign-in in the browser, which this version does not
// have.
#include "core/platform/driver.h"

#include "core/platform/drivers.h"
#include "core/platform/facebook/limits.h"

namespace caas::platform::facebook {

constinit const Driver driver{
    .id = "facebook",
    .title = "Facebook",
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

}  // namespace caas::platform::facebook
