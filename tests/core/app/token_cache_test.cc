#include "core/app/token_cache.h"

#include <doctest/doctest.h>

namespace caas::app {
namespace {

access::Principal somebody(const std::string& organization) {
    access::Principal principal;
    principal.organization = OrganizationId(organization);
    return principal;
}

TEST_CASE("a token is known for a second and not longer") {
    TokenCache cache;
    cache.keep("a", {1, std::chrono::seconds(10)}, somebody("o1"));

    const auto found = cache.find("a", {1, std::chrono::milliseconds(10'999)});
    CHECK((found && found->organization == OrganizationId("o1")));
    CHECK_FALSE(cache.find("b", {1, std::chrono::seconds(10)}));
    CHECK_FALSE(cache.find("a", {1, std::chrono::seconds(11)}));
}

TEST_CASE("a commit makes all that was known worthless, also when it comes during the look") {
    TokenCache cache;
    cache.keep("a", {1, {}}, somebody("o1"));

    CHECK_FALSE(cache.find("a", {2, {}}));
    cache.keep("b", {2, {}}, somebody("o1"));
    // Looked up before the commit, kept after somebody saw the commit.
    cache.keep("a", {1, {}}, somebody("o1"));

    CHECK_FALSE(cache.find("a", {1, {}}));
    CHECK_FALSE(cache.find("a", {2, {}}));
    CHECK(cache.find("b", {2, {}}));
}

TEST_CASE("what is known does not grow without end") {
    TokenCache cache;
    for (int i = 0; i < 5000; ++i)
        cache.keep(std::to_string(i), {1, {}}, somebody("o1"));

    int known = 0;
    for (int i = 0; i < 5000; ++i)
        known += cache.find(std::to_string(i), {1, {}}) ? 1 : 0;
    CHECK(known <= 1000);
    CHECK(cache.find("4999", {1, {}}));
}

}  // namespace
}  // namespace caas::app
