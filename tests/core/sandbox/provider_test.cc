// The pretend providers, asked by the real drivers: every fault arrives as the code it stands for.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/provider/driver.h"
#include "core/provider/failure.h"
#include "core/provider/retry.h"
#include "core/provider/schema.h"
#include "core/sandbox/provider_http.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"

namespace caas {
namespace {

using sandbox::Fault;

struct Pretending {
    sandbox::ProviderSandbox providers;
    fake::FakeClock clock;
    fake::FakeRandom random;
    sandbox::ProviderHttp http{providers, clock};
    provider::Endpoint endpoint;
    provider::Ask ask;
    std::string streamed;

    explicit Pretending(bool is_stream = false) {
        endpoint.key = Secret("sk-good");
        endpoint.model = "some-model";
        ask.brief.platforms = {"linkedin", "x"};
        ask.system = "You write posts.";
        ask.user = "<brief>\nOur app works offline\n</brief>";
        const std::vector<provider::Shape> shapes{{"linkedin", false}, {"x", true}};
        ask.schema = provider::posts_schema(shapes);
        if (is_stream)
            ask.on_text = [this](std::string_view text) { streamed += text; };
    }

    provider::Answer answer(std::string_view driver) {
        return provider::ask_with_retries(
            provider::get(driver), ask, endpoint, {http, clock, random});
    }

    std::string_view code(std::string_view driver) {
        try {
            const auto got = answer(driver);
            provider::parse_posts(got.text, ask.brief.platforms);
        } catch (const Error& error) {
            return facts(error.code()).name;
        }
        return "fine";
    }
};

const std::vector<std::string> drivers{"anthropic", "gemini", "openai", "openai-compatible"};

TEST_CASE("a pretend provider answers by the schema, whole and streamed") {
    for (const auto& driver : drivers) {
        for (const bool is_stream : {false, true}) {
            CAPTURE(driver);
            CAPTURE(is_stream);
            Pretending it(is_stream);

            const auto answer = it.answer(driver);

            const auto posts = provider::parse_posts(answer.text, it.ask.brief.platforms);
            CHECK(posts.at("x")[0] == "A pretend post for x: Our app works offline");
            CHECK(answer.usage.input > 0);
            CHECK(answer.usage.output > 0);
            CHECK(answer.model == "some-model");
            CHECK(it.streamed == (is_stream ? answer.text : ""));
        }
    }
}

struct Case {
    Fault fault;
    std::string_view code;
    int tries;
};

const std::vector<Case> cases{
    {Fault::none, "fine", 1},
    {Fault::bad_key, "provider_key", 1},
    {Fault::quota, "provider_quota", 1},
    {Fault::rate_limit, "provider_rate_limited", 3},
    {Fault::rate_limit_long, "provider_rate_limited", 1},
    {Fault::overloaded, "provider_unavailable", 3},
    {Fault::server_error, "provider_unavailable", 3},
    {Fault::html, "provider_unavailable", 3},
    {Fault::no_model, "provider_refused", 1},
    {Fault::bad_request, "provider_refused", 1},
    {Fault::too_long, "provider_too_long", 1},
    {Fault::hang, "provider_timeout", 3},
    {Fault::blocked, "provider_blocked", 1},
    {Fault::refusal, "provider_blocked", 1},
    {Fault::cut_off, "provider_cut_off", 1},
    {Fault::malformed, "provider_malformed", 1},
    {Fault::fenced, "fine", 1},
    {Fault::wrong_shape, "provider_malformed", 1},
    {Fault::over_limit, "fine", 1},
    {Fault::slow, "fine", 1},
    {Fault::no_usage, "fine", 1},
};

TEST_CASE("every fault arrives as its code after as many tries as the SDKs make") {
    for (const auto& driver : drivers) {
        for (const bool is_stream : {false, true}) {
            for (const auto& row : cases) {
                CAPTURE(driver);
                CAPTURE(is_stream);
                CAPTURE(sandbox::name(row.fault));
                Pretending it(is_stream);
                it.ask.user += " fault:" + std::string(sandbox::name(row.fault));

                CHECK(it.code(driver) == row.code);
                CHECK(it.providers.asked().size() == static_cast<std::size_t>(row.tries));
            }
        }
    }
}

TEST_CASE("faults inside a stream end it once text was delivered") {
    for (const auto& driver : drivers) {
        for (const auto fault : {Fault::stream_error, Fault::stream_cut, Fault::broken}) {
            CAPTURE(driver);
            CAPTURE(sandbox::name(fault));
            Pretending it(true);
            it.providers.queue(fault);

            CHECK(it.code(driver) == "provider_unavailable");
            CHECK_FALSE(it.streamed.empty());
            CHECK(it.providers.asked().size() == 1);
        }
    }
}

TEST_CASE("a page in place of an answer is malformed, in place of a stream it is a broken one") {
    for (const auto& driver : drivers) {
        CAPTURE(driver);
        Pretending whole;
        whole.providers.queue(Fault::not_json);
        CHECK(whole.code(driver) == "provider_malformed");
    }
}

TEST_CASE("queued faults come first and only once") {
    Pretending it;
    it.providers.queue(Fault::rate_limit);
    it.providers.queue(Fault::overloaded);

    CHECK(it.code("anthropic") == "fine");
    CHECK(it.providers.asked().size() == 3);
    CHECK(it.clock.slept()[0] == Milliseconds(2000));
}

TEST_CASE("a counted marker strikes so often and no more") {
    Pretending it;
    it.ask.user += " fault:rate_limit:1";

    CHECK(it.code("gemini") == "fine");
    CHECK(it.providers.asked().size() == 2);
    CHECK(it.clock.slept() == std::vector<Milliseconds>{Milliseconds(2000)});
}

TEST_CASE("a key that holds the word bad is refused, and so is none") {
    for (const auto& driver : drivers) {
        CAPTURE(driver);
        Pretending it;
        it.endpoint.key = Secret("sk-bad");
        CHECK(it.code(driver) == "provider_key");
    }
    Pretending keyless;
    keyless.endpoint.key = Secret();
    CHECK(keyless.code("openai-compatible") == "fine");
}

TEST_CASE("check succeeds with a good key and fails with a bad one") {
    for (const auto& driver : drivers) {
        CAPTURE(driver);
        Pretending it;
        const provider::Tools tools{it.http, it.clock, it.random};
        provider::get(driver).check(it.endpoint, tools);
        it.endpoint.key = Secret("sk-bad");
        CHECK_THROWS_AS(provider::get(driver).check(it.endpoint, tools), Error);
    }
}

TEST_CASE("a pretend provider refuses what the real one would") {
    sandbox::ProviderSandbox providers;
    const auto status = [&](std::string url, net::Headers headers, const Json& body) {
        net::Request request;
        request.method = "POST";
        request.url = std::move(url);
        request.headers = std::move(headers);
        request.body = body.dump();
        return providers.handle(request).status;
    };
    const net::Headers key{{"Authorization", "Bearer k"}, {"x-goog-api-key", "k"}};
    const net::Headers versioned{{"x-api-key", "k"}, {"anthropic-version", "2026-10-21"}};

    CHECK(status("http://h/v1/responses", key, {{"model", "m"}, {"input", "i"}}) == 200);
    CHECK(status("http://h/v1/responses", key, {{"model", "m"}, {"messages", 1}}) == 400);
    CHECK(status("http://h/v1/responses", key, {{"input", "i"}}) == 400);
    CHECK(status("http://h/v1/chat/completions", key, {{"model", "m"}}) == 400);
    CHECK(
        status("http://h/v1/models/m:generateContent", key, {{"contents", Json::array()}}) == 400);
    CHECK(status("http://h/v1/models/m:generateContent", key, {{"input", 1}}) == 400);
    const Json message = {{"role", "user"}, {"content", "hi"}};
    const Json asked = {{"model", "m"}, {"max_tokens", 9}, {"messages", Json::array({message})}};
    CHECK(status("http://h/v1/messages", versioned, asked) == 200);
    auto warm = asked;
    warm["temperature"] = 1;
    CHECK(status("http://h/v1/messages", versioned, warm) == 400);
    auto endless = asked;
    endless.erase("max_tokens");
    CHECK(status("http://h/v1/messages", versioned, endless) == 400);
    CHECK(status("http://h/nowhere", key, Json::object()) == 404);
}

TEST_CASE("a schema that strict output refuses is refused") {
    Pretending it;
    it.ask.schema = R"({"type":"object","properties":{"x":{"type":"string"}},"required":["x"]})";

    CHECK(it.code("openai") == "provider_refused");
    CHECK(it.code("anthropic") == "provider_refused");
}

TEST_CASE("markers are found by their whole name") {
    CHECK(sandbox::find_marker("x fault:rate_limit_long y")->fault == Fault::rate_limit_long);
    CHECK(sandbox::find_marker("fault:nothing fault:quota:2")->times == 2);
    CHECK_FALSE(sandbox::find_marker("default: quota"));
    for (const auto name : sandbox::fault_names())
        CHECK(sandbox::name(*sandbox::find_fault(name)) == name);
}

}  // namespace
}  // namespace caas
