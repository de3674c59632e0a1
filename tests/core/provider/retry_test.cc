#include "core/provider/retry.h"

#include "tests/core/provider/asking.h"

namespace caas {
namespace {

const std::string good = R"({"choices":[{"message":{"content":"{}"},"finish_reason":"stop"}],)"
                         R"("usage":{"prompt_tokens":10,"completion_tokens":5}})";

struct Retrying : fake::Asking {
    provider::Answer get() {
        return provider::ask_with_retries(
            provider::get("openai-compatible"), ask, endpoint, tools());
    }

    provider::CallError fails() {
        try {
            get();
        } catch (const provider::CallError& error) {
            return error;
        }
        FAIL("no CallError was thrown");
        throw std::logic_error("unreachable");
    }
};

TEST_CASE("a provider is asked three times and no more") {
    Retrying it;
    for (int i = 0; i < 3; ++i)
        it.http.answer(500, "{}");

    CHECK(it.fails().code() == Code::provider_unavailable);

    CHECK(it.http.asked.size() == 3);
    REQUIRE(it.clock.slept().size() == 2);
}

TEST_CASE("waits grow from half a second less up to a quarter") {
    Retrying it;
    it.http.fail(net::Failure::Kind::connect, false);
    it.http.fail(net::Failure::Kind::timeout, true);
    it.http.answer(200, good);

    CHECK(it.get().text == "{}");

    const auto slept = it.clock.slept();
    REQUIRE(slept.size() == 2);
    CHECK(slept[0] > Milliseconds(375));
    CHECK(slept[0] <= Milliseconds(500));
    CHECK(slept[1] > Milliseconds(750));
    CHECK(slept[1] <= Milliseconds(1000));
}

TEST_CASE("a hint of the provider is waited for exactly") {
    Retrying it;
    it.http.answer(429, "{}", {{"retry-after-ms", "120"}});
    it.http.answer(503, "{}", {{"retry-after", "60"}});
    it.http.answer(200, good);

    it.get();

    CHECK(it.clock.slept() == std::vector<Milliseconds>{Milliseconds(120), Milliseconds(60'000)});
}

TEST_CASE("a hint beyond a minute is handed on instead of waited for") {
    Retrying it;
    it.http.answer(429, "{}", {{"retry-after", "3600"}});

    const auto error = it.fails();

    CHECK(error.code() == Code::provider_rate_limited);
    CHECK(error.retry_after_s() == 3600);
    CHECK(it.http.asked.size() == 1);
    CHECK(it.clock.slept().empty());
}

TEST_CASE("what time does not mend is asked once") {
    for (const auto& [status, body] :
         {std::pair{401, "{}"},
          std::pair{400, "{}"},
          std::pair{404, "{}"},
          std::pair{429, R"({"error":{"code":"insufficient_quota"}})"},
          std::pair{200, "<html>"}}) {
        const auto& shown_status = status;  // clang 14 captures no bindings
        CAPTURE(shown_status);
        Retrying it;
        it.http.answer(status, body);

        it.fails();

        CHECK(it.http.asked.size() == 1);
    }
}

TEST_CASE("nothing is asked again once a piece of text was delivered") {
    Retrying it;
    it.stream();
    it.http.answer(200, "data: {\"choices\":[{\"delta\":{\"content\":\"{\"}}]}\n\n");

    const auto error = it.fails();

    CHECK(error.code() == Code::provider_unavailable);
    CHECK(error.may_retry);
    CHECK(it.http.asked.size() == 1);
    CHECK(it.streamed == "{");
}

TEST_CASE("a stream that ended before any text is asked for again") {
    Retrying it;
    it.stream();
    it.http.answer(200, ": hello\n\n");
    it.http.answer(
        200,
        "data: {\"choices\":[{\"delta\":{\"content\":\"{}\"},\"finish_reason\":\"stop\"}]}\n\n");

    CHECK(it.get().text == "{}");
    CHECK(it.streamed == "{}");
    CHECK(it.http.asked.size() == 2);
}

TEST_CASE("tokens of all tries are summed") {
    Retrying it;
    it.http.answer(
        200,
        R"({"model":"m","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":1},
            "error":{"message":"died","code":500}})");
    it.http.answer(200, good);

    const auto answer = it.get();

    CHECK(answer.usage.is_known);
    CHECK(answer.usage.input == 20);
    CHECK(answer.usage.output == 6);
}

TEST_CASE("tokens of a try that failed in its stream are counted") {
    Retrying it;
    it.stream();
    it.http.answer(
        200,
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}\n\n"
        "data: {\"error\":{\"message\":\"died\",\"code\":500}}\n\n");
    it.http.answer(
        200,
        "data: {\"choices\":[{\"delta\":{\"content\":\"{}\"},\"finish_reason\":\"stop\"}],"
        "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}\n\n");

    const auto answer = it.get();

    CHECK(answer.usage.input == 17);
    CHECK(answer.usage.output == 7);
}

TEST_CASE("a cut off answer is an error that knows what it cost") {
    Retrying it;
    it.http.answer(
        200,
        R"({"choices":[{"message":{"content":"{"},"finish_reason":"length"}],
            "usage":{"prompt_tokens":10,"completion_tokens":400}})");

    const auto error = it.fails();

    CHECK(error.code() == Code::provider_cut_off);
    CHECK(error.usage.output == 400);
    CHECK(error.hint().find("400") != std::string::npos);
    CHECK(it.http.asked.size() == 1);
}

TEST_CASE("a refused answer is an error that says why") {
    Retrying it;
    it.http.answer(
        200,
        R"({"choices":[{"message":{"content":null,"refusal":"I will not."},
            "finish_reason":"stop"}]})");

    const auto error = it.fails();

    CHECK(error.code() == Code::provider_blocked);
    CHECK(std::string(error.what()).find("I will not.") != std::string::npos);
}

TEST_CASE("stopping while waiting ends the call, and what it cost is known") {
    Retrying it;
    it.stream();
    std::stop_source source;
    it.ask.stop = source.get_token();
    it.http.handler = [&](const net::Request&) {
        source.request_stop();
        return net::Response{
            200,
            {},
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}\n\n"
            "data: {\"error\":{\"message\":\"died\",\"code\":500}}\n\n"};
    };

    const auto error = it.fails();

    CHECK(error.code() == Code::canceled);
    CHECK(error.usage.input == 7);
    CHECK(it.http.asked.size() == 1);
}

}  // namespace
}  // namespace caas
