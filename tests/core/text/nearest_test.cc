#include "core/text/nearest.h"

#include <array>
#include <vector>

#include <doctest/doctest.h>

namespace caas::text {
namespace {

const std::vector<std::string> platforms{"bluesky", "facebook", "instagram", "linkedin", "x"};

TEST_CASE("distance counts letters added, left out, changed and swapped") {
    CHECK(distance("", "") == 0);
    CHECK(distance("abc", "abc") == 0);
    CHECK(distance("abc", "abcd") == 1);
    CHECK(distance("abc", "ac") == 1);
    CHECK(distance("abc", "axc") == 1);
    CHECK(distance("abc", "acb") == 1);
    CHECK(distance("", "abc") == 3);
    CHECK(distance("kitten", "sitting") == 3);
}

TEST_CASE("distance does not see case and accents") {
    CHECK(distance("Café", "cafe") == 0);
}

TEST_CASE("a typing mistake finds its word") {
    CHECK(nearest("blueksy", platforms) == "bluesky");
    CHECK(nearest("Linkedn", platforms) == "linkedin");
    CHECK(nearest("facebok", platforms) == "facebook");
}

TEST_CASE("a beginning finds its word") {
    CHECK(nearest("insta", platforms) == "instagram");
    CHECK(nearest("in", platforms).empty());
}

TEST_CASE("what is far from all finds nothing") {
    CHECK(nearest("whatever", platforms).empty());
    CHECK(nearest("", platforms).empty());
    CHECK(nearest("word", std::vector<std::string>{}).empty());
}

TEST_CASE("of equally near words the first is taken") {
    constexpr std::array<std::string_view, 2> names{"cat", "car"};

    CHECK(nearest("cas", names) == "cat");
}

TEST_CASE("a word of a megabyte is answered at once") {
    CHECK(nearest(std::string(1 << 20, 'x'), platforms).empty());
}

}  // namespace
}  // namespace caas::text
