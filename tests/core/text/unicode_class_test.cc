#include "core/text/unicode_class.h"

#include <doctest/doctest.h>

namespace caas::text {
namespace {

TEST_CASE("general categories are told apart") {
    CHECK(is_letter(U'é'));
    CHECK_FALSE(is_letter(U'1'));
    CHECK(is_mark(0x0301));
    CHECK(is_number(U'½'));
    CHECK(is_punctuation(U'_'));
    CHECK(is_punctuation(U'»'));
    CHECK_FALSE(is_punctuation(U'$'));
    CHECK(is_lower(U'ß'));
    CHECK(is_upper(U'Ж'));
    CHECK_FALSE(is_upper(U'中'));
}

TEST_CASE("white space of every kind is space") {
    CHECK(is_space(U'\n'));
    CHECK(is_space(U'\u0085'));
    CHECK(is_space(U'\u00A0'));
    CHECK(is_space(U'\u2029'));
    CHECK(is_space(U'\u3000'));
    CHECK_FALSE(is_space(U'\u200B'));
}

TEST_CASE("Han, Kana and Thai are written without spaces, Hangul with") {
    CHECK(is_unspaced_script(U'中'));
    CHECK(is_unspaced_script(U'か'));
    CHECK(is_unspaced_script(U'ก'));
    CHECK_FALSE(is_unspaced_script(U'한'));
    CHECK_FALSE(is_unspaced_script(U'a'));
}

}  // namespace
}  // namespace caas::text
