#include "core/text/utf8.h"

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/core/text/random_text.h"

namespace caas::text {
namespace {

TEST_CASE("well-formed UTF-8 of every length is accepted") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("plain"));
    CHECK(is_utf8("\xC2\x80 \xDF\xBF"));
    CHECK(is_utf8("\xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF"));
    CHECK(is_utf8("\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"));
}

TEST_CASE("overlong forms are refused") {
    CHECK(find_fault("\xC0\x80") == 0);
    CHECK(find_fault("\xC1\xBF") == 0);
    CHECK(find_fault("a\xE0\x9F\xBF") == 1);
    CHECK(find_fault("ab\xF0\x8F\xBF\xBF") == 2);
}

TEST_CASE("surrogates and what is above the last code point are refused") {
    CHECK(find_fault("\xED\xA0\x80") == 0);
    CHECK(find_fault("\xED\xBF\xBF") == 0);
    CHECK(find_fault("\xF4\x90\x80\x80") == 0);
    CHECK(find_fault("\xF5\x80\x80\x80") == 0);
    CHECK(find_fault("\xFF") == 0);
}

TEST_CASE("cut off and stray bytes are refused where they stand") {
    CHECK(find_fault("\x80") == 0);
    CHECK(find_fault("ok\xC3") == 2);
    CHECK(find_fault("ok\xE2\x82") == 2);
    CHECK(find_fault("ok\xF0\x9F\x98") == 2);
    CHECK(
        find_fault("\xE2\x82"
                   "a") == 0);
}

TEST_CASE("a NUL is UTF-8 but is asked for apart") {
    const std::string_view text("a\0b", 3);

    CHECK(is_utf8(text));
    CHECK(has_nul(text));
    CHECK_FALSE(has_nul("ab"));
}

TEST_CASE("require names the input and the place of the fault") {
    CHECK_NOTHROW(require("fine", "The prompt"));
    CHECK_THROWS_WITH_AS(
        require("ab\xFF", "The prompt"),
        "The prompt is not valid UTF-8: the byte at offset 2 cannot stand there.",
        Error);
    CHECK_THROWS_AS(require(std::string_view("a\0", 2), "The prompt"), Error);
}

TEST_CASE("wrong bytes become one replacement character each") {
    CHECK(repaired("a\xFF\xC3(") == "a\uFFFD\uFFFD(");
    CHECK(repaired("Grüße") == "Grüße");
}

TEST_CASE("decode and append are each other's way back") {
    for (const char32_t point : {U'a', U'\u00e9', U'\u20ac', U'\uffff', U'\U0001F600'}) {
        std::string bytes;
        append(bytes, point);

        const Point found = decode(bytes, 0);
        CHECK(found.value == point);
        CHECK(found.size == bytes.size());
    }
}

TEST_CASE("append writes a replacement for what is no code point") {
    std::string bytes;
    append(bytes, 0xD800);
    append(bytes, 0x110000);

    CHECK(bytes == "\uFFFD\uFFFD");
}

TEST_CASE("lengths in code points and UTF-16 units") {
    CHECK(code_points("aé€😀") == 4);
    CHECK(utf16_length("aé€😀") == 5);
    CHECK(code_points("") == 0);
    CHECK(utf16_length("") == 0);
}

TEST_CASE("offsets convert both ways at every boundary") {
    const std::string_view text = "aé😀b";

    CHECK(utf16_offset(text, 0) == 0);
    CHECK(utf16_offset(text, 1) == 1);
    CHECK(utf16_offset(text, 3) == 2);
    CHECK(utf16_offset(text, 7) == 4);
    CHECK(utf16_offset(text, 8) == 5);
    CHECK(byte_offset(text, 2) == 3);
    CHECK(byte_offset(text, 4) == 7);
    CHECK(byte_offset(text, 5) == 8);
}

TEST_CASE("an offset inside a character goes to its start and one beyond to the end") {
    CHECK(utf16_offset("é😀", 1) == 0);
    CHECK(utf16_offset("é😀", 4) == 1);
    CHECK(utf16_offset("é😀", 99) == 3);
    CHECK(byte_offset("é😀", 2) == 2);
    CHECK(byte_offset("é😀", 99) == 6);
}

TEST_CASE("NFC composes and orders marks") {
    CHECK(nfc("e\u0301") == "é");
    CHECK(nfc("a\u0323\u0308") == nfc("a\u0308\u0323"));
    CHECK(nfc("\u212B") == "\u00C5");
    CHECK(nfc("\u1112\u1161\u11AB") == "한");
    CHECK(nfc("plain") == "plain");
}

TEST_CASE("NFC leaves composed texts and changes what only looks settled") {
    CHECK(
        nfc("Grüße, Привет, 日本語 한국어 👩‍⚕️ “x” €") ==
        "Grüße, Привет, 日本語 한국어 👩‍⚕️ “x” €");
    CHECK(nfc("\u0438\u0306") == "\u0439");
    CHECK(nfc("\u304B\u3099") == "\u304C");
    CHECK(nfc("\uAC00\u11A8") == "\uAC01");
    CHECK(nfc("\u2000") == "\u2002");
    CHECK(nfc("\uF900") == "\u8C48");
}

TEST_CASE("any bytes can be repaired and measured") {
    RandomText chance(1);
    for (int i = 0; i < 300; ++i) {
        const std::string bytes = chance.bytes(chance.below(60));

        const std::string text = repaired(bytes);
        CHECK(is_utf8(text));
        CHECK(code_points(bytes) == code_points(text));
        CHECK(is_utf8(nfc(bytes)));
        CHECK(byte_offset(text, utf16_length(text)) == text.size());
    }
}

}  // namespace
}  // namespace caas::text
