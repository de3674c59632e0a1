#include "core/provider/failure.h"

#include "core/base/time_zone.h"
#include "core/net/retry_after.h"
#include "tests/core/provider/asking.h"

namespace caas {
namespace {

struct Row {
    const char* driver;
    int status;
    const char* body;
    Code code;
    bool may_retry;
};

// The tables of wire/ai-and-stripe.md, sections 1, 3.5, 4, 5 and 6.
const std::vector<Row> rows{
    {"openai",
     400,
     R"({"error":{"message":"m","type":"invalid_request_error","param":"x","code":null}})",
     Code::provider_refused,
     false},
    {"openai",
     400,
     R"({"error":{"message":"m","type":"invalid_request_error","code":"context_length_exceeded"}})",
     Code::provider_too_long,
     false},
    {"openai",
     400,
     R"({"error":{"message":"m","code":"invalid_json_schema"}})",
     Code::provider_refused,
     false},
    {"openai",
     400,
     R"({"error":{"message":"m","code":"invalid_prompt"}})",
     Code::provider_blocked,
     false},
    {"openai",
     401,
     R"({"error":{"message":"m","code":"invalid_api_key"}})",
     Code::provider_key,
     false},
    {"openai",
     403,
     R"({"error":{"message":"m","code":"unsupported_country_region_territory"}})",
     Code::provider_refused,
     false},
    {"openai",
     403,
     R"({"error":{"message":"m","type":"insufficient_permissions"}})",
     Code::provider_key,
     false},
    {"openai",
     404,
     R"({"error":{"message":"m","code":"model_not_found"}})",
     Code::provider_refused,
     false},
    {"openai", 408, "", Code::provider_timeout, true},
    {"openai", 409, "", Code::provider_unavailable, true},
    {"openai", 413, "", Code::provider_too_long, false},
    {"openai",
     429,
     R"({"error":{"message":"m","type":"requests","code":"rate_limit_exceeded"}})",
     Code::provider_rate_limited,
     true},
    {"openai",
     429,
     R"({"error":{"message":"m","type":"tokens","code":"rate_limit_exceeded"}})",
     Code::provider_rate_limited,
     true},
    {"openai",
     429,
     R"({"error":{"message":"m","type":"rate_limit_error","code":"slow_down"}})",
     Code::provider_rate_limited,
     true},
    {"openai",
     429,
     R"({"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}})",
     Code::provider_quota,
     false},
    {"openai",
     429,
     R"({"error":{"message":"m","type":"insufficient_quota","code":"credit_balance_exhausted"}})",
     Code::provider_quota,
     false},
    {"openai",
     429,
     R"({"error":{"message":"m","code":"organization_spend_limit_exceeded"}})",
     Code::provider_quota,
     false},
    {"openai",
     429,
     R"({"error":{"message":"m","code":"project_spend_limit_exceeded"}})",
     Code::provider_quota,
     false},
    {"openai",
     429,
     R"({"error":{"message":"m","code":"organization_usage_limit_exceeded"}})",
     Code::provider_quota,
     false},
    {"openai",
     500,
     R"({"error":{"message":"m","type":"server_error"}})",
     Code::provider_unavailable,
     true},
    {"openai", 502, "<html>\n<h1>Bad gateway</h1></html>", Code::provider_unavailable, true},
    {"openai",
     503,
     R"({"error":{"message":"m","type":"service_unavailable_error","code":"server_is_overloaded"}})",
     Code::provider_unavailable,
     true},
    {"openai", 504, "", Code::provider_timeout, true},
    {"openai", 301, "", Code::provider_refused, false},

    {"gemini",
     400,
     R"({"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}})",
     Code::provider_refused,
     false},
    {"gemini",
     400,
     R"({"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}})",
     Code::provider_key,
     false},
    {"gemini",
     400,
     R"({"error":{"code":400,"message":"m","status":"FAILED_PRECONDITION"}})",
     Code::provider_refused,
     false},
    {"gemini",
     400,
     R"({"error":{"code":400,"message":"The input token count (9) exceeds the maximum number of tokens allowed (8).","status":"INVALID_ARGUMENT"}})",
     Code::provider_too_long,
     false},
    {"gemini",
     402,
     R"({"error":{"code":402,"message":"m","status":"RESOURCE_EXHAUSTED"}})",
     Code::provider_quota,
     false},
    {"gemini",
     403,
     R"({"error":{"code":403,"message":"m","status":"PERMISSION_DENIED"}})",
     Code::provider_key,
     false},
    {"gemini",
     404,
     R"({"error":{"code":404,"message":"m","status":"NOT_FOUND"}})",
     Code::provider_refused,
     false},
    {"gemini",
     429,
     R"({"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProject"}]}]}})",
     Code::provider_rate_limited,
     true},
    {"gemini",
     429,
     R"({"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerDayPerProject"}]}]}})",
     Code::provider_quota,
     false},
    {"gemini",
     429,
     R"({"error":{"code":429,"message":"Quota exceeded, limit: 0","status":"RESOURCE_EXHAUSTED"}})",
     Code::provider_quota,
     false},
    {"gemini",
     500,
     R"({"error":{"code":500,"message":"m","status":"INTERNAL"}})",
     Code::provider_unavailable,
     true},
    {"gemini",
     503,
     R"({"error":{"code":503,"message":"m","status":"UNAVAILABLE"}})",
     Code::provider_unavailable,
     true},
    {"gemini",
     504,
     R"({"error":{"code":504,"message":"m","status":"DEADLINE_EXCEEDED"}})",
     Code::provider_timeout,
     true},

    {"anthropic",
     400,
     R"({"type":"error","error":{"type":"invalid_request_error","message":"m"}})",
     Code::provider_refused,
     false},
    {"anthropic",
     400,
     R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8 maximum"}})",
     Code::provider_too_long,
     false},
    {"anthropic",
     400,
     R"({"type":"error","error":{"type":"invalid_request_error","message":"You have reached your specified API usage limits."}})",
     Code::provider_quota,
     false},
    {"anthropic",
     401,
     R"({"type":"error","error":{"type":"authentication_error","message":"m"}})",
     Code::provider_key,
     false},
    {"anthropic",
     402,
     R"({"type":"error","error":{"type":"billing_error","message":"m"}})",
     Code::provider_quota,
     false},
    {"anthropic",
     403,
     R"({"type":"error","error":{"type":"permission_error","message":"m"}})",
     Code::provider_key,
     false},
    {"anthropic",
     404,
     R"({"type":"error","error":{"type":"not_found_error","message":"m"}})",
     Code::provider_refused,
     false},
    {"anthropic",
     409,
     R"({"type":"error","error":{"type":"conflict_error","message":"m"}})",
     Code::provider_unavailable,
     true},
    {"anthropic",
     413,
     R"({"type":"error","error":{"type":"request_too_large","message":"m"}})",
     Code::provider_too_long,
     false},
    {"anthropic",
     429,
     R"({"type":"error","error":{"type":"rate_limit_error","message":"m"}})",
     Code::provider_rate_limited,
     true},
    {"anthropic",
     429,
     R"({"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}})",
     Code::provider_quota,
     false},
    {"anthropic",
     500,
     R"({"type":"error","error":{"type":"api_error","message":"m"}})",
     Code::provider_unavailable,
     true},
    {"anthropic",
     504,
     R"({"type":"error","error":{"type":"timeout_error","message":"m"}})",
     Code::provider_timeout,
     true},
    {"anthropic",
     529,
     R"({"type":"error","error":{"type":"overloaded_error","message":"m"}})",
     Code::provider_unavailable,
     true},

    {"openai-compatible",
     404,
     R"({"error":{"message":"model not found, try pulling it first","type":"not_found_error","param":null,"code":null}})",
     Code::provider_refused,
     false},
    {"openai-compatible",
     503,
     R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})",
     Code::provider_unavailable,
     true},
    {"openai-compatible",
     400,
     R"({"error":{"code":400,"message":"m","type":"exceed_context_size_error","n_ctx":4096}})",
     Code::provider_too_long,
     false},
    {"openai-compatible",
     400,
     R"({"object":"error","message":"This model's maximum context length is 8 tokens","type":"BadRequestError","param":null,"code":400})",
     Code::provider_too_long,
     false},
    {"openai-compatible", 400, R"({"error":"text"})", Code::provider_refused, false},
    {"openai-compatible", 422, R"({"detail":"Unprocessable"})", Code::provider_refused, false},
    {"openai-compatible", 401, "Unauthorized", Code::provider_key, false},
};

TEST_CASE("every refusal of the tables has its code and its verdict on trying again") {
    for (const auto& row : rows) {
        CAPTURE(row.driver);
        CAPTURE(row.status);
        CAPTURE(row.body);
        fake::Asking it;
        it.http.answer(row.status, row.body);

        const auto error = it.failure(row.driver);

        CHECK(facts(error.code()).name == facts(row.code).name);
        CHECK(error.may_retry == row.may_retry);
        CHECK(error.status == row.status);
        CHECK_FALSE(error.hint().empty());
    }
}

TEST_CASE("a refusal of a stream is read as that of a whole answer") {
    for (const auto& row : rows) {
        CAPTURE(row.body);
        fake::Asking it;
        it.stream();
        it.http.answer(row.status, row.body);

        CHECK(it.failure(row.driver).code() == row.code);
        CHECK(it.streamed.empty());
    }
}

TEST_CASE("a message names the provider, the model and what was said, and never the key") {
    fake::Asking it;
    it.http.answer(
        401, R"({"error":{"message":"Incorrect API key provided: sk-very-secret.\n See\tdocs"}})");

    const auto error = it.failure("openai");

    CHECK(
        std::string(error.what()) ==
        "OpenAI did not accept the key for gpt-5.4-mini: "
        "Incorrect API key provided: [key]. See docs");
    CHECK(error.hint().find("OPENAI_API_KEY") != std::string::npos);
    CHECK(error.hint().find("sk-very") == std::string::npos);
}

TEST_CASE("a key is taken out before what was said is cut, so that no half of it stays") {
    const std::string key = "sk-very-secret";
    for (const std::size_t before : {76U, 72U, 193U, 197U, 293U, 297U}) {
        CAPTURE(before);
        const auto said = std::string(before, 'a') + key;
        for (const auto& [status, body] :
             {std::pair{401, Json{{"error", {{"message", said}}}}.dump()},
              std::pair{502, said},
              std::pair{200, said}}) {
            fake::Asking it;
            it.http.answer(status, body);

            CHECK(std::string(it.failure("openai").what()).find("sk-") == std::string::npos);
        }
    }
}

TEST_CASE("a page of a proxy is quoted in part, on one line and as whole characters") {
    fake::Asking it;
    std::string page = "<html>\n";
    for (int i = 0; i < 200; ++i)
        page += "ü";
    it.http.answer(502, page);

    const std::string message = it.failure("openai").what();

    CHECK(message.find('\n') == std::string::npos);
    CHECK(message.size() < 300);
    CHECK(Json(message).dump().size() > 0);  // throws for half a character
}

TEST_CASE("the time to wait comes from the first header that names one") {
    struct Hint {
        net::Headers headers;
        std::optional<Milliseconds> wait;
    };

    fake::FakeClock clock;
    const std::vector<Hint> hints{
        {{}, std::nullopt},
        {{{"retry-after-ms", "120"}, {"retry-after", "7"}}, Milliseconds(120)},
        {{{"Retry-After", "7"}}, Milliseconds(7000)},
        {{{"Retry-After", "1.5"}}, Milliseconds(1500)},
        {{{"Retry-After", "0"}}, Milliseconds(0)},
        {{{"Retry-After", "-1"}}, std::nullopt},
        {{{"Retry-After", "soon"}}, std::nullopt},
        {{{"Retry-After", "nan"}}, std::nullopt},
        {{{"Retry-After", "1e99"}}, std::nullopt},
    };
    for (const auto& hint : hints) {
        fake::Asking it;
        it.http.answer(429, "{}", hint.headers);
        CHECK(it.failure("openai").wait == hint.wait);
    }
}

TEST_CASE("an HTTP date in Retry-After is the time until then") {
    fake::Asking it;
    // Five seconds after the fake clock's start, 2026-11-22T10:00:00Z.
    const auto date = *net::parse_http_date("Sun, 22 Nov 2026 10:00:05 GMT");
    it.http.answer(503, "", {{"Retry-After", "Sun, 22 Nov 2026 10:00:05 GMT"}});

    CHECK(it.failure("openai").wait == date - it.clock.now());
}

TEST_CASE("gemini's time to wait stands in the body") {
    fake::Asking it;
    it.http.answer(429, R"({"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED",
        "details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"32.4s"}]}})");

    const auto error = it.failure("gemini");

    CHECK(error.wait == Milliseconds(32400));
    CHECK(error.retry_after_s() == 33);
    CHECK(std::string(error.what()).find("wait 33 s") != std::string::npos);
}

TEST_CASE("the header x-should-retry decides, except about an empty quota") {
    for (const auto& [status, said, may_retry] :
         {std::tuple{500, "false", false},
          std::tuple{400, "true", true},
          std::tuple{500, "perhaps", true}}) {
        fake::Asking it;
        it.http.answer(status, "{}", {{"x-should-retry", said}});
        CHECK(it.failure("openai").may_retry == may_retry);
    }
    fake::Asking it;
    it.http.answer(429, R"({"error":{"code":"insufficient_quota"}})", {{"x-should-retry", "true"}});
    CHECK_FALSE(it.failure("openai").may_retry);
}

TEST_CASE("each way of not reaching a provider has its code") {
    using Kind = net::Failure::Kind;
    for (const auto& [kind, code, may_retry] :
         {std::tuple{Kind::bad_url, Code::provider_refused, false},
          std::tuple{Kind::refused_address, Code::provider_refused, false},
          std::tuple{Kind::resolve, Code::provider_unavailable, true},
          std::tuple{Kind::connect, Code::provider_unavailable, true},
          std::tuple{Kind::tls, Code::provider_unavailable, true},
          std::tuple{Kind::timeout, Code::provider_timeout, true},
          std::tuple{Kind::broken, Code::provider_unavailable, true},
          std::tuple{Kind::too_large, Code::provider_malformed, false},
          std::tuple{Kind::canceled, Code::canceled, false}}) {
        const auto& shown_kind = kind;  // clang 14 captures no bindings
        CAPTURE(net::name(shown_kind));
        fake::Asking it;
        it.http.fail(kind, true);

        const auto error = it.failure("anthropic");

        CHECK(error.code() == code);
        CHECK(error.may_retry == may_retry);
        CHECK(std::string(error.what()).find("Anthropic") != std::string::npos);
    }
}

TEST_CASE("a missing key is said before anything is sent") {
    for (const auto* driver : {"openai", "gemini", "anthropic"}) {
        CAPTURE(driver);
        fake::Asking it;
        it.endpoint.key = Secret();
        try {
            it.answer(driver);
            FAIL("nothing was thrown");
        } catch (const Error& error) {
            CHECK(error.code() == Code::provider_key);
            CHECK(error.hint().find("_API_KEY") != std::string::npos);
        }
        CHECK(it.http.asked.empty());
    }
}

TEST_CASE("a page, nothing, a list and a word instead of an answer are malformed") {
    for (const auto* driver : {"openai", "gemini", "anthropic", "openai-compatible"}) {
        for (const auto* body : {"<html>hotel</html>", "", "[]", "\"word\"", "{}", "{\"id\":"}) {
            CAPTURE(driver);
            CAPTURE(body);
            fake::Asking it;
            it.http.answer(200, body);

            const auto error = it.failure(driver);

            CHECK(error.code() == Code::provider_malformed);
            CHECK_FALSE(error.may_retry);
        }
    }
}

TEST_CASE("what the listener throws comes through, whatever the transport makes of it") {
    fake::Asking it;
    it.ask.on_text = [](std::string_view) { throw std::runtime_error("the pipe is closed"); };
    it.http.answer(200, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");

    CHECK_THROWS_WITH(it.answer("openai-compatible"), "the pipe is closed");
}

TEST_CASE("a call that was stopped before it began sends nothing") {
    fake::Asking it;
    std::stop_source source;
    it.ask.stop = source.get_token();
    source.request_stop();

    CHECK(it.failure("openai").code() == Code::canceled);
    CHECK(it.http.asked.empty());
}

TEST_CASE("check asks for the list of models with the key") {
    for (const auto& [driver, url, header] :
         {std::tuple{"openai", "https://api.openai.com/v1/models", "authorization"},
          std::tuple{
              "gemini", "https://generativelanguage.googleapis.com/v1/models", "x-goog-api-key"},
          std::tuple{"anthropic", "https://api.anthropic.com/v1/models", "anthropic-version"},
          std::tuple{"openai-compatible", "http://127.0.0.1:11434/v1/models", "authorization"}}) {
        const auto& shown_driver = driver;  // clang 14 captures no bindings
        CAPTURE(shown_driver);
        fake::Asking it;
        it.http.answer(200, "{}");
        it.http.answer(401, "{}");

        provider::get(driver).check(it.endpoint, it.tools());

        CHECK(it.http.asked[0].method == "GET");
        CHECK(it.http.asked[0].url == url);
        CHECK(it.sent_header(header));
        CHECK_THROWS_AS(provider::get(driver).check(it.endpoint, it.tools()), Error);
    }
}

TEST_CASE("a wait is said in the unit people would use") {
    CHECK(provider::spoken(Milliseconds(1)) == "1 s");
    CHECK(provider::spoken(Milliseconds(90'000)) == "90 s");
    CHECK(provider::spoken(Milliseconds(600'000)) == "10 min");
    CHECK(provider::spoken(Milliseconds(37'023'700)) == "11 h");
}

}  // namespace
}  // namespace caas
