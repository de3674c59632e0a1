#include "cli/print/width.h"

#include <doctest/doctest.h>

namespace caas::cli::print {
namespace {

TEST_CASE("letters take one column, wide ones and emoji two, marks none") {
    CHECK(width("abc") == 3);
    CHECK(width("größe") == 5);
    CHECK(width("日本") == 4);
    CHECK(width("한글") == 4);
    CHECK(width("e\u0301") == 1);
    CHECK(width("🎉") == 2);
    CHECK(width("👍🏽") == 2);
    CHECK(width("👩‍👩‍👧‍👦") == 2);
    CHECK(width("🇩🇪") == 2);
    CHECK(width("❤️") == 2);
    CHECK(width("…") == 1);
    CHECK(width("") == 0);
}

TEST_CASE("a text too wide is cut and says so") {
    CHECK(cut("abcdef", 6) == "abcdef");
    CHECK(cut("abcdefg", 6) == "abcde…");
    CHECK(cut("ab cdefg", 4) == "ab…");
    CHECK(cut("日本語", 4) == "日…");
    CHECK(width(cut("日本語", 4)) <= 4);
    CHECK(
        cut("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3) ==
        "👩‍👩‍👧‍👦…");
}

TEST_CASE("padding counts columns and not bytes") {
    CHECK(padded("日", 4) == "日  ");
    CHECK(padded("ü", 3, true) == "  ü");
    CHECK(padded("long", 2) == "long");
}

TEST_CASE("what could steer a terminal does not get through") {
    CHECK(harmless("a\x1b[31mb") == "a\uFFFD[31mb");
    CHECK(
        harmless("a\xc2\x9b"
                 "b") == "a\uFFFDb");
    CHECK(harmless("tab\tand\nline") == "tab\tand\nline");
    CHECK(harmless("\xff") == "\uFFFD");
}

TEST_CASE("what caas says is read in the direction it was written in, and line by line") {
    CHECK(said("a \u202eb\u2066\nc\x1b[2J") == "a b\nc\uFFFD[2J");
}

TEST_CASE("a text becomes one line") {
    CHECK(one_line("a\n\n b\tc  d") == "a b c d");
    CHECK(one_line("  x") == "x");
}

TEST_CASE("long lines are broken at spaces") {
    CHECK(wrapped("aaa bbb ccc ddd", 13, 2) == "  aaa bbb ccc\n  ddd\n");
    CHECK(wrapped("a\nb", 80) == "a\nb\n");
    CHECK(wrapped("averyveryverylongword b", 12) == "averyveryverylongword\nb\n");
}

}  // namespace
}  // namespace caas::cli::print
