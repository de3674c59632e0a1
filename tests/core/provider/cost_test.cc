#include "core/provider/cost.h"

#include <doctest/doctest.h>

namespace caas {
namespace {

provider::Usage usage(std::int64_t input, std::int64_t cached, std::int64_t output) {
    provider::Usage made;
    made.is_known = true;
    made.input = input;
    made.cached_input = cached;
    made.output = output;
    return made;
}

TEST_CASE("cost counts fresh and cached input and output by the longest prefix") {
    const std::vector<provider::Price> prices{
        {"gpt-5", 9'000'000, 9'000'000, 9'000'000}, {"gpt-5.4-mini", 750'000, 75'000, 4'500'000}};

    const auto cost = provider::cost_microdollars(usage(1000, 400, 100), "gpt-5.4-mini", prices);

    CHECK(cost == 450 + 30 + 450);
}

TEST_CASE("a cost is rounded up, so that nothing but a template is free") {
    const auto prices = provider::default_prices();

    CHECK(provider::cost_microdollars(usage(1, 0, 0), "gpt-5.4-mini", prices) == 1);
    CHECK(provider::cost_microdollars(usage(100, 0, 100), "template-1", prices) == 0);
}

TEST_CASE("an unknown model or unknown usage has no estimate") {
    CHECK_FALSE(
        provider::cost_microdollars(usage(1, 0, 1), "llama3.2", provider::default_prices()));
    CHECK_FALSE(provider::cost_microdollars({}, "gpt-5.4-mini", provider::default_prices()));
}

TEST_CASE("absurd counts do not overflow") {
    const auto cost = provider::cost_microdollars(
        usage(INT64_MAX, INT64_MAX, INT64_MAX), "gpt-5.5", provider::default_prices());

    REQUIRE(cost);
    CHECK(*cost > 0);
    CHECK(
        provider::cost_microdollars(usage(-5, -5, -5), "gpt-5.5", provider::default_prices()) == 0);
}

TEST_CASE("the default models have a price") {
    for (const auto* driver : provider::all()) {
        CAPTURE(driver->id);
        if (!driver->default_model.empty())
            CHECK(provider::cost_microdollars(
                usage(1, 0, 1), driver->default_model, provider::default_prices()));
    }
}

}  // namespace
}  // namespace caas
