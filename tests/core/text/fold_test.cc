#include "core/text/fold.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "core/text/utf8.h"
#include "tests/core/text/random_text.h"

namespace caas::text {
namespace {

using Terms = std::vector<std::string>;

TEST_CASE("case, accents, width and ligatures fold away") {
    CHECK(fold("Crème BRÛLÉE") == "creme brulee");
    CHECK(fold("Straße") == "strasse");
    CHECK(fold("ＡＢＣ ﬁn") == "abc fin");
    CHECK(fold("Ærøskøbing Łódź") == "aeroskobing lodz");
    CHECK(fold("ΑΘΉΝΑ") == "αθηνα");
    CHECK(fold("Ёлка") == "елка");
    CHECK(fold("שָׁלוֹם") == "שלום");
}

TEST_CASE("signs that are letters in their script stay") {
    CHECK(fold("が") == "が");
    CHECK(fold("ガ") == "ガ");
    CHECK(fold("한글") == "한글");
    CHECK(fold("क्षि") == "क्षि");
}

TEST_CASE("composed and decomposed texts fold alike") {
    CHECK(fold("cafe\u0301") == fold("café"));
    CHECK(fold("e\u0301\u0323") == "e");
}

TEST_CASE("terms are folded words, sorted and each once") {
    CHECK(terms("The café, the CAFE; v2!") == Terms{"cafe", "the", "v2"});
    CHECK(terms(" ... ").empty());
    CHECK(terms("#tag @ana") == Terms{"ana", "tag"});
}

TEST_CASE("scripts without spaces give characters and pairs") {
    Terms expected{"日", "本", "語", "日本", "本語"};
    std::sort(expected.begin(), expected.end());

    CHECK(terms("日本語") == expected);
    CHECK(terms("v2版") == Terms{"v2", "版"});
}

TEST_CASE("a question asks for pairs, so that neighbours are found as neighbours") {
    CHECK(query_terms("日本語 App") == Terms{"日本", "本語", "app"});
    CHECK(query_terms("語") == Terms{"語"});
    CHECK(query_terms("b a b") == Terms{"b", "a"});
}

TEST_CASE("what a question asks for is among the terms of the text it was taken from") {
    RandomText chance(16);
    for (int i = 0; i < 100; ++i) {
        const std::string text = chance.prose(20);
        const Terms indexed = terms(text);
        for (const std::string& term : query_terms(text)) {
            CHECK(std::binary_search(indexed.begin(), indexed.end(), term));
        }
    }
}

TEST_CASE("number and length of terms are bounded") {
    CHECK(terms("a b c d", {2, 64}) == Terms{"a", "b"});
    CHECK(terms("éééé", {10, 5}) == Terms{"eeee"});
    CHECK(terms("жжжж", {10, 5}) == Terms{"жж"});
    CHECK(terms(std::string(1000, 'x')).front().size() == 64);
}

TEST_CASE("any bytes can be folded") {
    RandomText chance(17);
    for (int i = 0; i < 200; ++i) {
        const std::string bytes = chance.bytes(50);
        CHECK(is_utf8(fold(bytes)));
        for (const std::string& term : terms(bytes)) {
            CHECK(is_utf8(term));
        }
    }
}

}  // namespace
}  // namespace caas::text
