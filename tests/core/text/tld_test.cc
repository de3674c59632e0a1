#include "core/text/tld.h"

#include <doctest/doctest.h>

namespace caas::text {
namespace {

TEST_CASE("names of the root zone are known, others are not") {
    CHECK(is_top_level_domain("com"));
    CHECK(is_top_level_domain("zw"));
    CHECK(is_top_level_domain("aaa"));
    CHECK(is_top_level_domain("music"));
    CHECK(is_top_level_domain("рф"));
    CHECK(is_top_level_domain("アマゾン"));
    CHECK_FALSE(is_top_level_domain(""));
    CHECK_FALSE(is_top_level_domain("notatld"));
    CHECK_FALSE(is_top_level_domain("COM"));
}

TEST_CASE("a withdrawn name counts for X only") {
    CHECK_FALSE(is_top_level_domain("zippo"));
    CHECK_FALSE(is_top_level_domain("手表"));
    CHECK(match_x_tld(u"zippo", 0) == 5);
    CHECK(match_x_tld(u"手表", 0) == 2);
}

TEST_CASE("a name delegated since 2019 counts for Bluesky only") {
    CHECK(match_x_tld(u"music", 0) == 0);
    CHECK(match_x_tld(u"亚马逊", 0) == 0);
}

TEST_CASE("X takes the longest name and any case") {
    CHECK(match_x_tld(u"a.COM/", 2) == 5);
    CHECK(match_x_tld(u"commbank", 0) == 8);
    CHECK(match_x_tld(u"МОСКВА", 0) == 6);
    CHECK(match_x_tld(u"嘉里大酒店", 0) == 5);
    CHECK(match_x_tld(u"嘉里大", 0) == 2);
    CHECK(match_x_tld(u"xn--p1ai", 0) == 8);
    CHECK(match_x_tld(u"xn--", 0) == 0);
}

TEST_CASE("a name that goes on in ASCII is none for X") {
    CHECK(match_x_tld(u"comx", 0) == 0);
    CHECK(match_x_tld(u"com1", 0) == 0);
    CHECK(match_x_tld(u"com@", 0) == 0);
    CHECK(match_x_tld(u"com-a", 0) == 0);
    CHECK(match_x_tld(u"com中", 0) == 3);
    CHECK(match_x_tld(u"", 0) == 0);
}

}  // namespace
}  // namespace caas::text
