#include "core/text/char_class.h"

#include <doctest/doctest.h>

namespace caas::text {
namespace {

TEST_CASE("letters of any script make a hashtag, new scripts and emoji do not") {
    CHECK(is_hashtag_letter(U'a'));
    CHECK(is_hashtag_letter(U'é'));
    CHECK(is_hashtag_letter(U'日'));
    CHECK(is_hashtag_letter(U'ि'));
    CHECK(is_hashtag_letter(0x20000));
    CHECK_FALSE(is_hashtag_letter(U'1'));
    CHECK_FALSE(is_hashtag_letter(U'😀'));
    CHECK_FALSE(is_hashtag_letter(0x1E900));  // Adlam came with Unicode 9
    CHECK(is_hashtag_char(U'_'));
    CHECK(is_hashtag_char(U'٣'));
    CHECK_FALSE(is_hashtag_char(U'-'));
}

TEST_CASE("case-blind classes take in what has the same capital") {
    CHECK(is_path_char(u'ι'));
    CHECK(is_ascii_domain_char(u'ʀ'));
    CHECK_FALSE(is_accented_latin(u'ʀ'));
    CHECK_FALSE(is_path_char(u'κ'));
}

TEST_CASE("white space differs between the lists") {
    CHECK(is_x_space(u'\u180E'));
    CHECK_FALSE(is_js_space(U'\u180E'));
    CHECK(is_js_space(U'\uFEFF'));
    CHECK_FALSE(is_x_space(u'\uFEFF'));
}

TEST_CASE("three characters are refused by X") {
    CHECK(is_refused_by_x(0xFFFE));
    CHECK(is_refused_by_x(0xFFFF));
    CHECK(is_refused_by_x(0xFEFF));
    CHECK_FALSE(is_refused_by_x(0xFFFD));
}

TEST_CASE("a quote is no punctuation for a cashtag") {
    CHECK(is_x_punctuation('.'));
    CHECK(is_x_punctuation('$'));
    CHECK_FALSE(is_x_punctuation('"'));
    CHECK_FALSE(is_x_punctuation('`'));
    CHECK_FALSE(is_x_punctuation('a'));
}

}  // namespace
}  // namespace caas::text
