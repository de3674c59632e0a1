#include "core/provider/partial.h"

#include <map>

#include <doctest/doctest.h>

#include "core/text/utf8.h"

namespace caas {
namespace {

using Shown = std::map<std::pair<std::string, int>, std::string>;

// What is shown when the text comes in pieces of this size.
Shown shown(std::string_view text, std::size_t size) {
    Shown all;
    provider::PartialPosts partial([&](const provider::Piece& piece) {
        CHECK_FALSE(piece.text.empty());
        CHECK(text::is_utf8(piece.text));
        all[{piece.platform, piece.part}] += piece.text;
    });
    for (std::size_t at = 0; at < text.size(); at += size)
        partial.feed(text.substr(at, size));
    return all;
}

const std::string answer =
    R"({"linkedin" : {"text":"Grüße \ud83d\ude00 \"quoted\" \\ \u00e9\n👋"},
        "x":{"parts":["one","two {not} [json]: , \u0041"]}})";

TEST_CASE("the text of posts is shown however the JSON is cut") {
    for (std::size_t size = 1; size <= answer.size(); ++size) {
        CAPTURE(size);
        const auto all = shown(answer, size);
        REQUIRE(all.size() == 3);
        CHECK(all.at({"linkedin", 0}) == "Grüße 😀 \"quoted\" \\ é\n👋");
        CHECK(all.at({"x", 0}) == "one");
        CHECK(all.at({"x", 1}) == "two {not} [json]: , A");
    }
}

TEST_CASE("text is shown before its string has ended") {
    std::string seen;
    provider::PartialPosts partial([&](const provider::Piece& piece) { seen += piece.text; });

    partial.feed(R"({"x":{"text":"Our app)");

    CHECK(seen == "Our app");
}

TEST_CASE("half a character waits for its other half") {
    std::string seen;
    provider::PartialPosts partial([&](const provider::Piece& piece) { seen += piece.text; });

    partial.feed("{\"x\":{\"text\":\"a\xF0\x9F");
    CHECK(seen == "a");
    partial.feed("\x91\x8B");
    CHECK(seen == "a👋");
}

TEST_CASE("a fence around the answer is not shown") {
    CHECK(shown("Here:\n```json\n{\"x\":{\"text\":\"hi\"}}\n```\n", 3).at({"x", 0}) == "hi");
}

TEST_CASE("halves of surrogate pairs become replacement characters") {
    CHECK(shown(R"({"x":{"text":"a\ud83d b\ude00"}})", 1).at({"x", 0}) == "a\uFFFD b\uFFFD");
}

TEST_CASE("members other than texts and parts are not shown") {
    CHECK(
        shown(R"({"x":{"title":"t","text":"a"},"y":"b","z":{"parts":[["c"],{"text":"d"}]}})", 1)
            .size() == 1);
}

TEST_CASE("anything but JSON shows nothing and hurts nobody") {
    CHECK(shown("Sure! Here is a post.", 1).empty());
    CHECK(shown("}}]]\"\\u{{{[[[", 1).empty());
    CHECK(shown(std::string(5000, '{'), 7).empty());
    CHECK(shown("{\"\\", 1).empty());
    CHECK(shown("{:,:,}{", 1).empty());
}

}  // namespace
}  // namespace caas
