// The one bound that core/media, which refuses a picture, and caas-picture, which has to hold it in
// memory, must agree on.
#pragma once

#include <cstdint>

namespace caas::media {

// Of one picture. Telephones take 108 million; picture/main.cc has memory for this many.
constexpr std::int64_t most_pixels = 110'000'000;

}  // namespace caas::media
