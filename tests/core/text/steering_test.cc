#include "core/text/steering.h"

#include <doctest/doctest.h>

namespace caas {
namespace {

TEST_CASE("control characters and what turns the direction of writing round steer") {
    for (const auto* steering :
         {"a\x1b[2J", "a\nb", "\x7f", "a\u009b2J", "\u202eana", "\u2066ana", "a\u2069"})
        CHECK(text::is_steering(steering));
}

TEST_CASE("letters and signs of any script do not steer") {
    for (const auto* plain :
         {"", "ana", "Zo\u00eb \u00a0x", "\u05d0\u200f", "👩‍👩‍👧", "\u2028", "\xff"})
        CHECK_FALSE(text::is_steering(plain));
}

}  // namespace
}  // namespace caas
