#include "core/text/breaks.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

namespace caas::text {
namespace {

// The text with "|" at each break.
std::string marked(std::string_view text, const std::vector<std::size_t>& breaks) {
    std::string out;
    std::size_t from = 0;
    for (const std::size_t at : breaks) {
        out += std::string(text.substr(from, at - from)) + "|";
        from = at;
    }
    return out + std::string(text.substr(from));
}

std::string sentences(std::string_view text) {
    return marked(text, find_breaks(text).sentences);
}

std::string words(std::string_view text) {
    return marked(text, find_breaks(text).words);
}

TEST_CASE("sentences end behind their marks and closing quotes") {
    CHECK(sentences("One. Two! Three?") == "One.| Two!| Three?|");
    CHECK(sentences("\"Yes.\" He left...") == "\"Yes.\"| He left...|");
    CHECK(sentences("Really?! Yes") == "Really?!| Yes|");
}

TEST_CASE("a full stop inside a sentence ends nothing") {
    CHECK(sentences("Dr. Smith met J. Doe at 3.5 km.") == "Dr. Smith met J. Doe at 3.5 km.|");
    CHECK(
        sentences("Use tools, e.g. hammers. Then rest.") ==
        "Use tools, e.g. hammers.| Then rest.|");
    CHECK(sentences("It is approx. ten. vs. none") == "It is approx. ten. vs. none|");
    CHECK(sentences("1. First") == "1. First|");
    CHECK(sentences("well... maybe") == "well... maybe|");
}

TEST_CASE("a line end ends a sentence") {
    CHECK(sentences("Title\nText") == "Title|\nText|");
    CHECK(sentences("One. \n\nTwo") == "One.| \n\nTwo|");
}

TEST_CASE("full stops of wide scripts need no space behind") {
    CHECK(sentences("一つ。二つ！三つ") == "一つ。|二つ！|三つ|");
    CHECK(sentences("「はい。」次") == "「はい。」|次|");
    CHECK(sentences("नमस्ते। दुनिया") == "नमस्ते।| दुनिया|");
}

TEST_CASE("words end in front of spaces, and between characters of scripts without them") {
    CHECK(words("two  words") == "two|  words|");
    CHECK(words("日本、語") == "日|本、|語|");
    CHECK(words("aか") == "a|か|");
}

TEST_CASE("nothing breaks inside a link, a mention, a tag or a grapheme") {
    const std::string text = "#tag.a https://x.com/a?b=1.c @ana@x.org 👩‍⚕️";

    const Breaks breaks = find_breaks(text);

    for (const std::string piece :
         {"https://x.com/a?b=1.c", "@ana@x.org", "#tag", "👩‍⚕️"}) {
        const std::size_t begin = text.find(piece);
        for (const auto* list : {&breaks.sentences, &breaks.words, &breaks.graphemes}) {
            CHECK(std::none_of(list->begin(), list->end(), [&](std::size_t at) {
                return at > begin && at < begin + piece.size();
            }));
        }
    }
}

TEST_CASE("the end of the text is the last break of each kind") {
    const Breaks breaks = find_breaks("a b");

    CHECK(breaks.sentences.back() == 3);
    CHECK(breaks.words.back() == 3);
    CHECK(breaks.graphemes.back() == 3);
}

TEST_CASE("trimmed takes white space of any kind from both ends") {
    CHECK(trimmed(" \n a b\u3000\u00a0") == "a b");
    CHECK(trimmed(" \t ").empty());
    CHECK(trimmed("").empty());
    CHECK(trimmed(" a\x80\x80 ") == "a\x80\x80");
    CHECK(trimmed("\xA0") == "\xA0");
}

TEST_CASE("the last fitting breaks leave room for the tail") {
    const std::string_view text = "aa bb cc. Dd";
    const Breaks breaks = find_breaks(text);
    const auto fitting = [&](std::size_t begin, std::string_view tail, std::int64_t limit) {
        return last_fitting(text, begin, breaks, tail, {Counting::graphemes, limit, 0});
    };

    CHECK(fitting(0, "", 6).word == 5);
    CHECK(fitting(0, "", 6).grapheme == 6);
    CHECK(fitting(0, "", 6).sentence == 0);
    CHECK(fitting(0, "", 9).sentence == 9);
    CHECK(fitting(0, "...", 9).word == 5);
    CHECK(fitting(3, "", 6).sentence == 9);
    CHECK(fitting(0, "", 0).sentence == 12);
    CHECK(fitting(0, "..", 2).grapheme == 0);
}

}  // namespace
}  // namespace caas::text
