#include "core/text/utf16.h"

#include <doctest/doctest.h>

namespace caas::text {
namespace {

TEST_CASE("units of a text know the byte of their character") {
    const Utf16 wide("aé😀b");

    CHECK(wide.units() == u"aé😀b");
    CHECK(wide.byte_at(0) == 0);
    CHECK(wide.byte_at(1) == 1);
    CHECK(wide.byte_at(2) == 3);
    CHECK(wide.byte_at(3) == 3);
    CHECK(wide.byte_at(4) == 7);
    CHECK(wide.byte_at(5) == 8);
}

TEST_CASE("an empty text has an end") {
    const Utf16 wide("");

    CHECK(wide.units().empty());
    CHECK(wide.byte_at(0) == 0);
}

TEST_CASE("a code point is read from one unit or two") {
    CHECK(point_at(u"a😀", 0) == U'a');
    CHECK(point_at(u"a😀", 1) == U'😀');
    CHECK(point_at(u"a😀", 2) == 0xDE00);
    CHECK(point_at(std::u16string_view(u"😀").substr(0, 1), 0) == 0xD83D);
}

}  // namespace
}  // namespace caas::text
