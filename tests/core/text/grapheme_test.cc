#include "core/text/grapheme.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/text/utf8.h"
#include "tests/core/text/random_text.h"

namespace caas::text {
namespace {

// Debian's package unicode-data.
constexpr const char* suite = "/usr/share/unicode/auxiliary/GraphemeBreakTest.txt";

TEST_CASE("what a person sees as one character counts one") {
    CHECK(graphemes("") == 0);
    CHECK(graphemes("abc") == 3);
    CHECK(graphemes("e\u0301") == 1);
    CHECK(graphemes("\r\n") == 1);
    CHECK(graphemes("\n\r") == 2);
    CHECK(graphemes("👩‍⚕️") == 1);
    CHECK(graphemes("👨‍👩‍👧‍👦") == 1);
    CHECK(graphemes("👍🏽") == 1);
    CHECK(graphemes("1️⃣") == 1);
    CHECK(graphemes("한국") == 2);
}

TEST_CASE("regional indicators pair up from the left") {
    CHECK(graphemes("🇩🇪🇫🇷") == 2);
    CHECK(graphemes("🇩🇪🇫") == 2);
}

TEST_CASE("first_graphemes never cuts one") {
    CHECK(first_graphemes("a👩‍⚕️b", 2) == "a👩‍⚕️");
    CHECK(first_graphemes("abc", 0).empty());
    CHECK(first_graphemes("abc", 9) == "abc");
}

TEST_CASE("next_grapheme walks to the end of any bytes") {
    RandomText chance(2);
    for (int i = 0; i < 300; ++i) {
        const std::string bytes = chance.bytes(1 + chance.below(40));
        std::size_t count = 0;
        for (std::size_t at = 0; at < bytes.size(); ++count) {
            const std::size_t next = next_grapheme(bytes, at);
            REQUIRE(next > at);
            REQUIRE(next <= bytes.size());
            at = next;
        }
        CHECK(count == graphemes(bytes));
    }
}

// "÷ 0020 × 0308 ÷ # comment" as clusters.
std::vector<std::string> clusters_of(const std::string& line) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::vector<std::string> out;
    for (std::string word; words >> word;) {
        if (word == "÷") {
            out.emplace_back();
        } else if (word != "×") {
            append(out.back(), static_cast<char32_t>(std::stoul(word, nullptr, 16)));
        }
    }
    if (!out.empty() && out.back().empty()) {
        out.pop_back();
    }
    return out;
}

TEST_CASE("Unicode's own test suite of grapheme breaks passes") {
    std::ifstream file(suite);
    if (!file) {
        MESSAGE("SKIPPED: " << suite << " is not installed (Debian package unicode-data)");
        return;
    }
    int cases = 0;
    for (std::string line; std::getline(file, line);) {
        const std::vector<std::string> expected = clusters_of(line);
        if (expected.empty()) {
            continue;
        }
        std::string text;
        for (const std::string& cluster : expected) {
            text += cluster;
        }
        std::vector<std::string> found;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t next = next_grapheme(text, at);
            found.push_back(text.substr(at, next - at));
            at = next;
        }
        INFO(line);
        CHECK(found == expected);
        ++cases;
    }
    CHECK(cases > 500);
}

}  // namespace
}  // namespace caas::text
