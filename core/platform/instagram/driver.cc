// Instagram: its rules. Publishing needs media at a public address, which this version does not
// have.
#include "core/platform/driver.h"

#include "core/platform/drivers.h"
#include "core/platform/instagram/limits.h"

namespace caas::platform::instagram {

constinit const Driver driver{
    .id = "instagram",
    .title = "Instagram",
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

}  // namespace caas::platform::instagram
