// A question, an endpoint and fakes, as the tests of the drivers need them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/provider/driver.h"
#include "core/provider/failure.h"
#include "core/provider/schema.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_http.h"
#include "tests/fake/fake_random.h"

namespace caas::fake {

struct Asking {
    FakeHttp http;
    FakeClock clock;
    FakeRandom random;
    provider::Endpoint endpoint;
    provider::Ask ask;
    std::string streamed;

    Asking() {
        endpoint.key = Secret("sk-very-secret");
        endpoint.max_output_tokens = 400;
        ask.brief = {"Our app works offline", "casual", "en", "", {"linkedin", "x"}, 0};
        ask.system = "You write posts.";
        ask.user = "Write one";
        const std::vector<provider::Shape> shapes{{"linkedin", false}, {"x", true}};
        ask.schema = provider::posts_schema(shapes);
    }

    provider::Tools tools() { return {http, clock, random}; }

    void stream() {
        ask.on_text = [this](std::string_view text) { streamed += text; };
    }

    provider::Answer answer(std::string_view driver) {
        return provider::get(driver).ask(ask, endpoint, tools());
    }

    // What the call throws; the test fails when it does not.
    provider::CallError failure(std::string_view driver) {
        try {
            answer(driver);
        } catch (const provider::CallError& error) {
            return error;
        }
        FAIL("no CallError was thrown");
        throw std::logic_error("unreachable");
    }

    // The body of the only request, as JSON.
    Json sent() const {
        REQUIRE(http.asked.size() == 1);
        return Json::parse(http.asked[0].body);
    }

    std::optional<std::string> sent_header(std::string_view name) const {
        REQUIRE(!http.asked.empty());
        return net::Response{0, http.asked[0].headers, {}}.header(name);
    }

    Json schema() const { return Json::parse(ask.schema); }
};

}  // namespace caas::fake
