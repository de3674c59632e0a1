#include "core/text/length.h"

#include <string>

#include <doctest/doctest.h>

#include "core/text/grapheme.h"
#include "tests/core/text/random_text.h"

namespace caas::text {
namespace {

TEST_CASE("each platform's rule gives its own length") {
    const std::string_view text = "👩‍⚕️ é 中";

    CHECK(length(text, Counting::weighted) == 7);
    CHECK(length(text, Counting::graphemes) == 5);
    CHECK(length(text, Counting::mastodon) == 5);
    CHECK(length(text, Counting::utf16) == 9);
    CHECK(length(text, Counting::code_points) == 8);
}

TEST_CASE("Mastodon counts a link with a scheme as 23") {
    CHECK(length("https://example.com/a/very/long/path/indeed", Counting::mastodon) == 23);
    CHECK(length("a https://x.co b", Counting::mastodon) == 27);
    CHECK(length("example.com", Counting::mastodon) == 11);
}

TEST_CASE("Mastodon does not count the server of a mention") {
    CHECK(length("@ana@example.com", Counting::mastodon) == 4);
    CHECK(length("hi @ana@example.com!", Counting::mastodon) == 8);
    CHECK(length("ana@example.com", Counting::mastodon) == 15);
    CHECK(length("@ana", Counting::mastodon) == 4);
}

TEST_CASE("neighbours of a link do not join across it") {
    CHECK(length("e https://x.co\u0301", Counting::mastodon) == 25);
}

TEST_CASE("room has a limit of characters and one of bytes") {
    CHECK(fits("ééé", {Counting::graphemes, 3, 0}));
    CHECK_FALSE(fits("ééé", {Counting::graphemes, 2, 0}));
    CHECK(fits("ééé", {Counting::graphemes, 3, 6}));
    CHECK_FALSE(fits("ééé", {Counting::graphemes, 3, 5}));
    CHECK(fits("ééé", {Counting::graphemes, 0, 0}));
}

TEST_CASE("the fitting beginning ends between graphemes") {
    CHECK(fitting_bytes("abc", {Counting::graphemes, 3, 0}) == 3);
    CHECK(fitting_bytes("abc", {Counting::graphemes, 2, 0}) == 2);
    CHECK(fitting_bytes("a👩‍⚕️b", {Counting::utf16, 4, 0}) == 1);
    CHECK(fitting_bytes("ééé", {Counting::graphemes, 0, 5}) == 4);
    CHECK(fitting_bytes("👩‍⚕️", {Counting::utf16, 1, 0}) == 0);
}

TEST_CASE("the fitting beginning fits, whatever the text") {
    RandomText chance(6);
    for (int i = 0; i < 200; ++i) {
        const std::string text = chance.below(3) == 0 ? chance.bytes(60) : chance.prose(20);
        const auto counting = static_cast<Counting>(chance.below(5));
        const Room room{counting, static_cast<std::int64_t>(1 + chance.below(60)), 0};

        const std::size_t bytes = fitting_bytes(text, room);

        CHECK(bytes <= text.size());
        CHECK(length(text.substr(0, bytes), counting) <= room.limit);
    }
}

}  // namespace
}  // namespace caas::text
