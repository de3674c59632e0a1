#include "core/text/weight.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/core/text/random_text.h"

namespace caas::text {
namespace {

std::string repeated(std::string_view piece, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) {
        out += piece;
    }
    return out;
}

TEST_CASE("Latin, Cyrillic, Greek, Hebrew, Arabic and Indic letters weigh one") {
    CHECK(weighted_length("") == 0);
    CHECK(weighted_length("Hello world") == 11);
    CHECK(weighted_length("Grüße") == 5);
    CHECK(weighted_length("привет") == 6);
    CHECK(weighted_length("שלום") == 4);
    CHECK(weighted_length("ა") == 1);
}

TEST_CASE("other characters weigh two") {
    CHECK(weighted_length("日本") == 4);
    CHECK(weighted_length("한") == 2);
    CHECK(weighted_length("€") == 2);
    CHECK(weighted_length("𝒳") == 2);
}

TEST_CASE("the four ranges of weight one have sharp edges") {
    CHECK(weighted_length("\u10FF") == 1);
    CHECK(weighted_length("\u1100") == 2);
    CHECK(weighted_length("\u2000") == 1);
    CHECK(weighted_length("\u200D") == 1);
    CHECK(weighted_length("\u200E") == 2);
    CHECK(weighted_length("\u2010") == 1);
    CHECK(weighted_length("\u201F") == 1);
    CHECK(weighted_length("\u2020") == 2);
    CHECK(weighted_length("\u2032") == 1);
    CHECK(weighted_length("\u2037") == 1);
    CHECK(weighted_length("\u2038") == 2);
}

TEST_CASE("the text is counted in NFC") {
    CHECK(weighted_length("cafe\u0301") == 4);
    CHECK(weighted_length("\u1112\u1161\u11AB") == 2);
}

TEST_CASE("a URL weighs 23 whatever its length, with and without a scheme") {
    CHECK(weighted_length("https://example.com") == 23);
    CHECK(weighted_length("visit example.com now") == 33);
    CHECK(weighted_length("x.co") == 23);
    CHECK(weighted_length("https://example.com/" + repeated("y", 1000)) == 23);
    CHECK(weighted_length("file.notatld") == 12);
}

TEST_CASE("an emoji weighs two however many characters make it") {
    CHECK(weighted_length("😀") == 2);
    CHECK(weighted_length("❤️") == 2);
    CHECK(weighted_length("👍🏽") == 2);
    CHECK(weighted_length("🇩🇪") == 2);
    CHECK(weighted_length("1️⃣") == 2);
    CHECK(weighted_length("👩‍⚕️") == 2);
    CHECK(weighted_length("👨‍👩‍👧‍👦") == 2);
    CHECK(weighted_length("🏴󠁧󠁢󠁥󠁮󠁧󠁿") == 2);
    CHECK(weighted_length("🧑🏽‍🎄") == 2);
}

TEST_CASE("a character in text style is no emoji") {
    CHECK(weighted_length("©") == 1);
    CHECK(weighted_length("©️") == 2);
    CHECK(weighted_length("1") == 1);
    CHECK(weighted_length("#") == 1);
    CHECK(weighted_length("❤︎") == 4);
}

TEST_CASE("refused characters are found wherever they stand") {
    CHECK(weigh("a\uFEFF").has_refused_character);
    CHECK(weigh("\uFFFE").has_refused_character);
    CHECK(weigh("\uFFFF").has_refused_character);
    CHECK_FALSE(weigh("plain 😀").has_refused_character);
    CHECK(find_refused_by_x("é\uFEFFx") == 2);
    CHECK(find_refused_by_x("plain") == 5);
}

TEST_CASE("the limit of 280 is met by 280 light or 140 heavy characters") {
    CHECK(weighted_length(repeated("a", 280)) == 280);
    CHECK(weighted_length(repeated("あ", 140)) == 280);
    CHECK(weighted_length(repeated("👨‍👩‍👧‍👦", 140)) == 280);
}

TEST_CASE("any bytes can be weighed") {
    RandomText chance(3);
    for (int i = 0; i < 300; ++i) {
        CHECK(weighted_length(chance.bytes(chance.below(80))) >= 0);
    }
}

TEST_CASE("a long knot of dots and letters is weighed in linear time") {
    CHECK(weighted_length(repeated("a.", 20000)) == 40000);
    CHECK(weighted_length(repeated("中.", 10000)) == 30000);
    CHECK(weighted_length(repeated("@a#b$c", 5000)) == 30000);
}

}  // namespace
}  // namespace caas::text
