// Threads: its rules, and how people sign in. Publishing is not there yet.
#include "core/platform/driver.h"

#include "core/platform/drivers.h"
#include "core/platform/threads/limits.h"
#include "core/platform/threads/sign_in.h"

namespace caas::platform::threads {

constinit const Driver driver{
    .id = "threads",
    .title = "Threads",
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

}  // namespace caas::platform::threads
