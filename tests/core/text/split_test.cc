#include "core/text/split.h"

#include <chrono>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/text/entity.h"
#include "core/text/unicode_class.h"
#include "core/text/utf8.h"
#include "tests/core/text/random_text.h"

namespace caas::text {
namespace {

using Parts = std::vector<std::string>;

const Room short_room{Counting::graphemes, 30, 0};

TEST_CASE("a text that fits is one part without a number") {
    CHECK(split("Short enough.", short_room) == Parts{"Short enough."});
    CHECK(split("  trimmed \n", short_room) == Parts{"trimmed"});
    CHECK(split("", short_room).empty());
    CHECK(split(" \n ", short_room).empty());
}

TEST_CASE("parts end at sentence ends and carry their number") {
    CHECK(
        split("First sentence here. Second one here. Third.", short_room) ==
        Parts{"First sentence here. (1/2)", "Second one here. Third. (2/2)"});
}

TEST_CASE("parts can go without numbers") {
    CHECK(
        split("First sentence here. Second one here. Third.", short_room, Numbering::none) ==
        Parts{"First sentence here.", "Second one here. Third."});
}

TEST_CASE("a sentence too long is cut at a word end") {
    CHECK(
        split("one two three four five six seven eight", short_room) ==
        Parts{"one two three four five (1/2)", "six seven eight (2/2)"});
}

TEST_CASE("a word too long is cut between graphemes") {
    const Parts parts = split(std::string(40, 'x'), short_room);

    CHECK(parts == Parts{std::string(24, 'x') + " (1/2)", std::string(16, 'x') + " (2/2)"});
}

TEST_CASE("a text without spaces is cut between its characters") {
    const Parts parts = split(
        "これはとても長い文章です。そして次の文章も長いのですが、大丈夫。",
        {Counting::graphemes, 25, 0});

    CHECK(
        parts ==
        Parts{"これはとても長い文章です。 (1/2)", "そして次の文章も長いのですが、大丈夫。 (2/2)"});
}

TEST_CASE("a link is never broken") {
    const Parts parts = split("read this https://example.com/abc", {Counting::graphemes, 29, 0});

    CHECK(parts == Parts{"read this (1/2)", "https://example.com/abc (2/2)"});
}

TEST_CASE("what must stay whole and does not fit is refused by name") {
    CHECK_THROWS_AS(split("see https://example.com/a/long/path/indeed", short_room), Error);
    CHECK_THROWS_WITH_AS(
        split("https://example.com/a/long/path/indeed", short_room),
        "The text cannot be split: what starts with 'https://example.com/a/long/path/indeed' does "
        "not fit into one part of 30.",
        Error);
    CHECK_THROWS_AS(split("abcdefgh", {Counting::graphemes, 6, 0}), Error);
}

TEST_CASE("the limit of bytes holds as well") {
    for (const std::string& part :
         split(std::string("ééé ééé ééé ééé ééé"), {Counting::graphemes, 300, 16})) {
        CHECK(part.size() <= 16);
    }
}

TEST_CASE("ten parts and more leave room for two digits") {
    std::string text;
    for (int i = 0; i < 60; ++i) {
        text += "word ";
    }

    const Parts parts = split(text, {Counting::graphemes, 20, 0});

    CHECK(parts.size() == 30);
    CHECK(parts.front() == "word word (1/30)");
    CHECK(parts.back() == "word word (30/30)");
}

std::string without_spaces(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const Point point = decode(text, at);
        at += point.size;
        if (!is_space(point.value)) {
            append(out, point.value);
        }
    }
    return out;
}

TEST_CASE("every part of any text fits, and together they are the text") {
    RandomText chance(7);
    for (int i = 0; i < 60; ++i) {
        const std::string text = chance.prose(5 + chance.below(80));
        const auto counting = static_cast<Counting>(chance.below(5));
        const Room room{counting, static_cast<std::int64_t>(60 + chance.below(220)), 0};

        const Parts plain = split(text, room, Numbering::none);
        const Parts numbered = split(text, room);

        std::string joined;
        for (const std::string& part : plain) {
            CHECK(fits(part, room));
            joined += part;
        }
        for (const std::string& part : numbered) {
            CHECK(fits(part, room));
        }
        CHECK(without_spaces(joined) == without_spaces(text));
        CHECK(split(text, room) == numbered);
    }
}

TEST_CASE("links survive splitting") {
    RandomText chance(8);
    for (int i = 0; i < 30; ++i) {
        const std::string text = chance.prose(60);
        std::size_t before = 0;
        std::size_t after = 0;
        const auto count = [](std::string_view part) {
            std::size_t found = 0;
            for (const Entity& entity : urls(part)) {
                found += entity.has_scheme ? 1 : 0;
            }
            return found;
        };

        before = count(text);
        for (const std::string& part : split(text, {Counting::weighted, 140, 0})) {
            after += count(part);
        }

        CHECK(before == after);
    }
}

TEST_CASE("a text of many parts is split in a moment") {
    RandomText chance(9);
    std::string text;
    while (text.size() < 20000) {
        text += chance.prose(50);
    }

    CHECK(split(text, {Counting::weighted, 280, 0}).size() > 50);
}

}  // namespace
}  // namespace caas::text
