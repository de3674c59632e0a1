#include "core/access/name.h"

#include <doctest/doctest.h>

#include "core/base/error.h"

namespace caas {
namespace {

TEST_CASE("a name is one line of text that steers nothing") {
    for (const auto* name : {"Ana", "Zo\u00eb & Co", "\u05d0\u05d1\u200f"})
        CHECK_NOTHROW(access::check_name(name, "The name"));
    for (const auto* name : {"", " ", " a", "a ", "a\nb", "a\x1b[2J", "a\u009b2J", "\u202eana"})
        CHECK_THROWS_AS(access::check_name(name, "The name"), Error);
}

}  // namespace
}  // namespace caas
