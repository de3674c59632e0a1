#include "core/text/emoji.h"

#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "core/text/utf16.h"
#include "core/text/utf8.h"
#include "core/text/weight.h"

namespace caas::text {
namespace {

constexpr const char* suite = "/usr/share/unicode/emoji/emoji-test.txt";

std::size_t whole(std::u16string_view text) {
    return emoji_length(text, 0);
}

TEST_CASE("a single emoji joins nothing") {
    CHECK(whole(u"😀") == 0);
    CHECK(whole(u"a") == 0);
    CHECK(whole(u"1") == 0);
}

TEST_CASE("keycaps are joined with and without U+FE0F") {
    CHECK(whole(u"1\uFE0F\u20E3") == 3);
    CHECK(whole(u"#\u20E3") == 2);
    CHECK(whole(u"*\uFE0F") == 0);
    CHECK(whole(u"a\uFE0F\u20E3") == 0);
}

TEST_CASE("flags are pairs that a region has") {
    CHECK(whole(u"🇩🇪") == 4);
    CHECK(whole(u"🇨🇶") == 4);
    CHECK(whole(u"🇽🇽") == 0);
    CHECK(whole(u"🇩") == 0);
}

TEST_CASE("only three flags are made of tags") {
    CHECK(whole(u"🏴󠁧󠁢󠁳󠁣󠁴󠁿") == 14);
    CHECK(whole(u"🏴\U000E0075\U000E0073\U000E0074\U000E0078\U000E0061\U000E007F") == 0);
}

TEST_CASE("U+FE0F joins what has a text style") {
    CHECK(whole(u"❤\uFE0F") == 2);
    CHECK(whole(u"©\uFE0F") == 2);
    CHECK(whole(u"⚧\uFE0F") == 2);
    CHECK(whole(u"😀\uFE0F") == 0);
    CHECK(whole(u"a\uFE0F") == 0);
}

TEST_CASE("a skin tone joins people and hands only") {
    CHECK(whole(u"👍🏽") == 4);
    CHECK(whole(u"☝🏿") == 3);
    CHECK(whole(u"☝\uFE0F🏿") == 4);
    CHECK(whole(u"🐶🏽") == 0);
}

TEST_CASE("joined sequences are those Unicode recommends") {
    CHECK(whole(u"👩\u200D⚕\uFE0F") == 5);
    CHECK(whole(u"👩\u200D🐶") == 0);
    CHECK(whole(u"👨\u200D👩\u200D👧") == 8);
    CHECK(whole(u"👩\u200D👨\u200D👧") == 0);
    CHECK(whole(u"🏳\uFE0F\u200D🌈") == 6);
    CHECK(whole(u"🏳\u200D🌈") == 0);
}

TEST_CASE("of a longer chain the longest known beginning is taken") {
    CHECK(whole(u"👨\u200D👩\u200D👧\u200D🐶") == 8);
    CHECK(whole(u"👩\u200D💻🏽") == 5);
}

TEST_CASE("two skin tones must differ where the plain emoji has the equal pair") {
    CHECK(whole(u"🫱🏻\u200D🫲🏿") == 9);
    CHECK(whole(u"🫱🏻\u200D🫲🏻") == 4);
    CHECK(whole(u"🧑🏻\u200D🤝\u200D🧑🏻") == 12);
}

TEST_CASE("every emoji of Unicode's list weighs two") {
    std::ifstream file(suite);
    if (!file) {
        MESSAGE("SKIPPED: " << suite << " is not installed (Debian package unicode-data)");
        return;
    }
    int cases = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.find("; fully-qualified") == std::string::npos) {
            continue;
        }
        std::string emoji;
        for (std::size_t at = 0; line[at] != ';';) {
            std::size_t used = 0;
            append(emoji, static_cast<char32_t>(std::stoul(line.substr(at), &used, 16)));
            at = line.find_first_not_of(' ', at + used);
        }
        INFO(line);
        CHECK(weighted_length(emoji) == 2);
        ++cases;
    }
    CHECK(cases > 3000);
}

}  // namespace
}  // namespace caas::text
