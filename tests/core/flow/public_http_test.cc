// What an account that was connected from elsewhere may reach when its posts are sent.
#include "core/flow/public_http.h"

#include <doctest/doctest.h>

#include "core/flow/deliver_call.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_http.h"
#include "tests/fake/fake_random.h"

namespace caas {
namespace {

platform::Driver sender() {
    auto driver = platform::get("webhook");
    driver.perform = [](const platform::Publication&,
                        const platform::Step&,
                        const platform::Journal&,
                        const platform::Access& access,
                        const platform::Tools& tools) -> platform::Outcome {
        net::Request request;
        request.url = access.base_url;
        tools.http.send(request);
        return platform::Done{};
    };
    return driver;
}

TEST_CASE("the mark is kept beside what the driver keeps") {
    const auto config = flow::with_public_only(R"({"limits":{"text_limit":7}})");
    CHECK(config == R"({"limits":{"text_limit":7},"public_only":true})");
    CHECK(flow::is_public_only(config));
    CHECK(flow::with_public_only("") == R"({"public_only":true})");
    CHECK(flow::with_public_only("[]") == R"({"public_only":true})");
    for (const auto* other : {"", "{}", "[]", R"({"public_only":"true"})", "nonsense"})
        CHECK_FALSE(flow::is_public_only(other));
}

TEST_CASE("a post of a marked account goes to public addresses only") {
    for (const bool is_marked : {false, true}) {
        CAPTURE(is_marked);
        fake::FakeHttp http;
        fake::FakeClock clock;
        fake::FakeRandom random;
        http.answer(200, "{}");
        const auto driver = sender();
        const platform::Publication publication;
        const delivery::Journal journal(1);
        platform::Access access;
        access.base_url = "https://example.org/";
        access.config = is_marked ? flow::with_public_only("{}") : "{}";

        flow::perform(
            {driver, publication, journal, access, http, clock, random, std::chrono::seconds(30)});

        REQUIRE(http.asked.size() == 1);
        CHECK(http.asked[0].only_public_addresses == is_marked);
    }
}

}  // namespace
}  // namespace caas
