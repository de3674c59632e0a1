#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include "core/platform/linkedin/little_text.h"

namespace caas::platform::linkedin {
namespace {

TEST_CASE("every sign of markup is escaped, the backslash as well") {
    CHECK(to_little_text(R"(\|{}@[]()<>#*_~)") == R"(\\\|\{\}\@\[\]\(\)\<\>\#\*\_\~)");
    CHECK(to_little_text("plain, text. 100% & \"more\"") == "plain, text. 100% & \"more\"");
    CHECK(to_little_text("snake_case (v2) <b>") == R"(snake\_case \(v2\) \<b\>)");
    CHECK(to_little_text("") == "");
}

TEST_CASE("a hashtag becomes a template") {
    CHECK(to_little_text("See #News now") == R"(See {hashtag|\#|News} now)");
    CHECK(to_little_text("#snake_case") == R"({hashtag|\#|snake\_case})");
    CHECK(
        to_little_text("#\xC3\xBC"
                       "ber") ==
        "{hashtag|\\#|\xC3\xBC"
        "ber}");
    CHECK(to_little_text("C# and #1") == R"(C\# and \#1)");
    CHECK(to_little_text("https://example.com/#part") == R"(https://example.com/\#part)");
}

TEST_CASE("a mention in LinkedIn's own form stays one, any other sign does not") {
    CHECK(
        to_little_text("Thanks @[Acme Inc.](urn:li:organization:123)!") ==
        "Thanks @[Acme Inc.](urn:li:organization:123)!");
    CHECK(to_little_text("@[Ana](urn:li:person:a-B_9)") == "@[Ana](urn:li:person:a-B_9)");
    CHECK(to_little_text("@ana") == R"(\@ana)");
    CHECK(to_little_text("@[Ana](https://example.com)") == R"(\@\[Ana\]\(https://example.com\))");
    CHECK(to_little_text("@[Ana](urn:li:person:1") == R"(\@\[Ana\]\(urn:li:person:1)");
    CHECK(to_little_text("@[](urn:li:person:1)") == R"(\@\[\]\(urn:li:person:1\))");
    CHECK(
        to_little_text("@[C# Club](urn:li:organization:1)") ==
        R"(\@\[C\# Club\]\(urn:li:organization:1\))");
}

TEST_CASE("what was escaped is read back as it was") {
    const std::string text =
        R"(A \ b {hashtag|\#|x} #Tag @[Acme](urn:li:organization:1) @[no] \@[Acme](urn:li:person:2) }{)";
    CHECK(from_little_text(to_little_text(text)) == text);
}

// Pieces that mean something to either side, in any order.
TEST_CASE("reading back gives any text as it was") {
    const std::string pieces[] = {
        "\\",
        "|",
        "{",
        "}",
        "@",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "#",
        "*",
        "_",
        "~",
        "a",
        " ",
        "\n",
        "#Tag",
        "hashtag",
        "urn:",
        "\x80",
        "\xC3\xA9",
        "@[A](urn:li:person:1)",
        "{hashtag|\\#|x}",
        "](urn:li:organization:7)"};
    std::uint64_t state = 42;
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (int i = 0; i < 12; ++i) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            text += pieces[(state >> 33U) % std::size(pieces)];
        }
        const auto back = from_little_text(to_little_text(text));
        if (back != text)
            CHECK(back == text);
    }
}

TEST_CASE("a comment shows the name of who is mentioned") {
    CHECK(
        without_mentions("Hi @[Ana B](urn:li:person:1), [x] @ana (#1)") ==
        "Hi Ana B, [x] @ana (#1)");
}

}  // namespace
}  // namespace caas::platform::linkedin
