// The account of the tests of X.
#pragma once

#include "core/platform/account.h"
#include "tests/core/platform/world.h"

namespace caas::platform {

inline Access ana_on_x() {
    Access access;
    access.remote_id = "2244994945";
    access.handle = "@ana";
    access.base_url = "https://api.example";
    access.config = "{}";
    access.credentials.access = Secret("token");
    access.credentials.refresh = Secret("refresh");
    return access;
}

}  // namespace caas::platform
