// What a publication costs at X, which charges whoever runs caas for each post. Pure.
#pragma once

#include <cstdint>

#include "core/platform/driver.h"

namespace caas::platform::x {

// In millionths of a US dollar: 0.015 $ a post, 0.20 $ when its text has a URL (docs.x.com,
// pricing, since 2026-04-16).
std::int64_t price_microdollars(const Publication& publication);

}  // namespace caas::platform::x
