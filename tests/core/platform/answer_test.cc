#include "core/platform/answer.h"

#include <doctest/doctest.h>

namespace caas {
namespace {

TEST_CASE("what a platform says is quoted without what could steer a terminal") {
    CHECK(platform::quote("a\x1b[2J\nb\u009b2J\x7f") == "a [2J b 2J ");
    CHECK(platform::quote("see \u202emoc.elpmaxe") == "see moc.elpmaxe");
}

TEST_CASE("a long quotation ends with a whole character") {
    const auto quoted = platform::quote(std::string(299, 'a') + "\u00fc" + "b");

    CHECK(quoted == std::string(299, 'a') + "…");
    CHECK(platform::quote(std::string(300, 'a')) == std::string(300, 'a'));
}

}  // namespace
}  // namespace caas
