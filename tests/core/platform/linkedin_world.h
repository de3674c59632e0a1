// The accounts of the tests of LinkedIn.
#pragma once

#include "tests/core/platform/world.h"

namespace caas::platform {

inline Access ana_on_linkedin() {
    Access access;
    access.remote_id = "782bbtaQ";
    access.handle = "Ana";
    access.base_url = "https://api.example";
    access.config = "{}";
    access.credentials.access = Secret("token");
    access.credentials.refresh = Secret("refresh");
    return access;
}

inline Access acme_on_linkedin() {
    auto access = ana_on_linkedin();
    access.remote_id = "urn:li:organization:5515715";
    access.handle = "Acme";
    return access;
}

}  // namespace caas::platform
