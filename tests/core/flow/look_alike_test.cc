// Which texts may be the same to a platform that lists them.
#include "core/flow/look_alike.h"

#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace caas::flow {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

TEST_CASE("texts of which each says a word of its own do not look alike") {
    for (const auto& pair :
         {Pair("We meet at noon", "We meet at nine"),
          Pair("News: https://example.org/1", "News: https://example.org/2"),
          Pair("正午に会う", "夜に会う")}) {
        CAPTURE(pair.first);
        CHECK_FALSE(may_look_alike(pair.first, pair.second));
        CHECK_FALSE(may_look_alike(pair.second, pair.first));
    }
}

TEST_CASE("texts may look alike where a platform may make one of the other") {
    for (const auto& pair :
         {Pair("We meet at noon", "We meet at noon"),
          Pair("We meet at noon", "  we meet\r\nat noon "),
          Pair("Read example.org", "Read https://Example.org/"),
          Pair("", "We meet at noon")}) {
        CAPTURE(pair.first);
        CHECK(may_look_alike(pair.first, pair.second));
        CHECK(may_look_alike(pair.second, pair.first));
    }
}

TEST_CASE("threads may look alike where any of their parts do") {
    const std::vector<content::Part> thread{{"First", {}}, {"Second", {}}};
    const std::vector<content::Part> same_end{{"Other", {}}, {"Second", {}}};
    const std::vector<content::Part> unlike{{"Third", {}}};

    CHECK(may_look_alike(thread, same_end));
    CHECK_FALSE(may_look_alike(thread, unlike));
}

}  // namespace
}  // namespace caas::flow
