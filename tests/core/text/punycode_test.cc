#include "core/text/punycode.h"

#include <string>

#include <doctest/doctest.h>

namespace caas::text {
namespace {

TEST_CASE("a label in ASCII keeps its length") {
    CHECK(punycode_length(U"example", 63) == 7);
    CHECK(punycode_length(U"", 63) == 0);
}

TEST_CASE("a label with other letters has the length of its encoding") {
    CHECK(punycode_length(U"köln", 63) == std::string("xn--kln-sna").size());
    CHECK(punycode_length(U"bücher", 63) == std::string("xn--bcher-kva").size());
    CHECK(punycode_length(U"中国", 63) == std::string("xn--fiqs8s").size());
    CHECK(punycode_length(U"рф", 63) == std::string("xn--p1ai").size());
    CHECK(punycode_length(U"みんな", 63) == std::string("xn--q9jyb4c").size());
    CHECK(
        punycode_length(U"vermögensberatung", 63) ==
        std::string("xn--vermgensberatung-pwb").size());
}

TEST_CASE("a label far too long is known to be so without encoding it") {
    CHECK(punycode_length(std::u32string(100000, U'中'), 63) > 63);
    CHECK(punycode_length(std::u32string(62, U'中') + U"國", 63) > 63);
}

}  // namespace
}  // namespace caas::text
