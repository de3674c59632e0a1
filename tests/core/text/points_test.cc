#include "core/text/points.h"

#include <doctest/doctest.h>

namespace caas::text {
namespace {

TEST_CASE("points know their bytes and give pieces back") {
    const Points points("aé😀b");

    CHECK(points.size() == 4);
    CHECK(points[2] == U'😀');
    CHECK(points.byte_at(2) == 3);
    CHECK(points.byte_at(4) == 8);
    CHECK(points.slice(1, 3) == "é😀");
    CHECK(points.slice(4, 4).empty());
}

}  // namespace
}  // namespace caas::text
