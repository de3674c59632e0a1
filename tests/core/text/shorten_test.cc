#include "core/text/shorten.h"

#include <doctest/doctest.h>

#include "core/text/utf8.h"
#include "tests/core/text/random_text.h"

namespace caas::text {
namespace {

const Room room{Counting::graphemes, 30, 0};

TEST_CASE("a text that fits stays as it is") {
    CHECK(shorten("Short enough. ", room) == "Short enough. ");
}

TEST_CASE("a long text ends at a sentence end") {
    CHECK(shorten("First sentence. Second sentence that is longer.", room) == "First sentence.");
    CHECK(shorten("One here. Two there. Three everywhere.", room) == "One here. Two there.");
}

TEST_CASE("a sentence end that keeps too little is passed over for a word end") {
    CHECK(
        shorten("Hi! This sentence is much longer than there is room for.", room) ==
        "Hi! This sentence is much…");
}

TEST_CASE("a long sentence ends at a word with an ellipsis") {
    CHECK(shorten("one two three four five six seven", room) == "one two three four five six…");
    CHECK(
        shorten("one two three four five, six seven eight", {Counting::graphemes, 26, 0}) ==
        "one two three four five…");
}

TEST_CASE("a long word is cut between graphemes") {
    CHECK(shorten(std::string(40, 'x'), room) == std::string(29, 'x') + "…");
}

TEST_CASE("a link is left out rather than broken") {
    CHECK(shorten("read https://example.com/a/long/path/indeed", room) == "read…");
}

TEST_CASE("where there is no room for an ellipsis the beginning is kept") {
    CHECK(shorten("ab", {Counting::graphemes, 1, 0}) == "a");
    CHECK(shorten("https://example.com/abc", {Counting::graphemes, 10, 0}) == "https://ex");
}

TEST_CASE("the limit of bytes holds as well") {
    CHECK(shorten("éé éé éé", {Counting::graphemes, 300, 9}) == "éé…");
}

TEST_CASE("what is shortened fits, whatever the text") {
    RandomText chance(10);
    for (int i = 0; i < 200; ++i) {
        const std::string text = chance.below(3) == 0 ? chance.bytes(80) : chance.prose(30);
        const auto counting = static_cast<Counting>(chance.below(5));
        const Room any{counting, static_cast<std::int64_t>(1 + chance.below(120)), 0};

        const std::string shorter = shorten(text, any);

        CHECK(fits(shorter, any));
    }
}

}  // namespace
}  // namespace caas::text
