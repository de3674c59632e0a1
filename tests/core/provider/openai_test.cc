#include "tests/core/provider/asking.h"

namespace caas {
namespace {

// The form of the example in OpenAI's specification: reasoning first, then the message.
const Json whole = Json::parse(R"({"id":"resp_1","object":"response","status":"completed",
    "error":null,"incomplete_details":null,"model":"gpt-5.4-mini-2026","output":[
      {"type":"reasoning","id":"rs_1","summary":[]},
      {"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[
        {"type":"output_text","text":"{\"x\":","annotations":[]},
        {"type":"output_text","text":"1}","annotations":[]}]}],
    "usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":10},
      "output_tokens":87,"output_tokens_details":{"reasoning_tokens":40},"total_tokens":123}})");

std::string event(const std::string& type, Json data) {
    data["type"] = type;
    return "event: " + type + "\ndata: " + data.dump() + "\n\n";
}

TEST_CASE("openai is asked as its own SDK asks") {
    fake::Asking it;
    it.http.answer(200, whole.dump());

    it.answer("openai");

    CHECK(
        it.sent() == Json{
                         {"model", "gpt-5.4-mini"},
                         {"instructions", "You write posts."},
                         {"input", "Write one"},
                         {"max_output_tokens", 400},
                         {"text",
                          {{"format",
                            {{"type", "json_schema"},
                             {"name", "posts"},
                             {"strict", true},
                             {"schema", it.schema()}}}}},
                         {"store", false}});
    const auto& request = it.http.asked[0];
    CHECK(request.method == "POST");
    CHECK(request.url == "https://api.openai.com/v1/responses");
    CHECK(it.sent_header("authorization") == "Bearer sk-very-secret");
    CHECK(it.sent_header("content-type") == "application/json");
    CHECK(request.is_create);
    CHECK(request.total_timeout == std::chrono::minutes(2));
}

TEST_CASE("openai's address and model come from the configuration") {
    fake::Asking it;
    it.endpoint.base_url = "http://127.0.0.1:9/v1/";
    it.endpoint.model = "gpt-6-luna";
    it.http.answer(200, whole.dump());

    it.answer("openai");

    CHECK(it.http.asked[0].url == "http://127.0.0.1:9/v1/responses");
    CHECK(it.sent()["model"] == "gpt-6-luna");
}

TEST_CASE("openai's answer is the text of its messages with all counts") {
    fake::Asking it;
    it.http.answer(200, whole.dump(), {{"X-Request-Id", "req_7"}});

    const auto answer = it.answer("openai");

    CHECK(answer.text == R"({"x":1})");
    CHECK(answer.finish == provider::Finish::stop);
    CHECK(answer.model == "gpt-5.4-mini-2026");
    CHECK(answer.request_id == "req_7");
    CHECK(answer.usage.is_known);
    CHECK(answer.usage.input == 36);
    CHECK(answer.usage.cached_input == 10);
    CHECK(answer.usage.output == 87);
    CHECK(answer.usage.reasoning == 40);
}

TEST_CASE("openai's null and absent counts are no counts") {
    fake::Asking it;
    auto body = whole;
    body["usage"] = nullptr;
    it.http.answer(200, body.dump());

    CHECK_FALSE(it.answer("openai").usage.is_known);
}

TEST_CASE("openai's incomplete answers are cut off or filtered") {
    for (const auto& [reason, finish] :
         {std::pair{"max_output_tokens", provider::Finish::length},
          std::pair{"content_filter", provider::Finish::refused}}) {
        const auto& shown_reason = reason;  // clang 14 captures no bindings
        CAPTURE(shown_reason);
        fake::Asking it;
        auto body = whole;
        body["status"] = "incomplete";
        body["incomplete_details"] = {{"reason", reason}};
        it.http.answer(200, body.dump());

        CHECK(it.answer("openai").finish == finish);
    }
}

TEST_CASE("openai's refusal in words is a refusal") {
    fake::Asking it;
    auto body = whole;
    body["output"][1]["content"] = {{{"type", "refusal"}, {"refusal", "I will not."}}};
    it.http.answer(200, body.dump());

    const auto answer = it.answer("openai");

    CHECK(answer.finish == provider::Finish::refused);
    CHECK(answer.refusal == "I will not.");
}

TEST_CASE("openai's failed answer is an error of the kind it names") {
    fake::Asking it;
    auto body = whole;
    body["status"] = "failed";
    body["error"] = {{"code", "rate_limit_exceeded"}, {"message", "Slow down"}};
    it.http.answer(200, body.dump());

    const auto error = it.failure("openai");

    CHECK(error.code() == Code::provider_rate_limited);
    CHECK(error.may_retry);
    CHECK(error.usage.output == 87);
}

TEST_CASE("openai streams its text as it comes and counts at the end") {
    fake::Asking it;
    it.stream();
    it.http.answer(
        200,
        event("response.created", {{"response", {{"status", "in_progress"}}}}) +
            event("response.something_new", {{"delta", "not text"}}) +
            event("response.output_text.delta", {{"delta", "{\"x\":"}}) +
            event("response.output_text.delta", {{"delta", "1}"}}) +
            event("response.completed", {{"response", whole}}));

    const auto answer = it.answer("openai");

    CHECK(it.sent()["stream"] == true);
    CHECK(it.sent_header("accept") == "text/event-stream");
    CHECK(it.streamed == R"({"x":1})");
    CHECK(answer.text == R"({"x":1})");
    CHECK(answer.usage.output == 87);
    CHECK(answer.model == "gpt-5.4-mini-2026");
}

TEST_CASE("openai's error event in the middle of a stream is a failure") {
    fake::Asking it;
    it.stream();
    it.http.answer(
        200,
        event("response.output_text.delta", {{"delta", "{"}}) +
            event("error", {{"code", "server_error"}, {"message", "boom"}, {"param", nullptr}}) +
            event("response.output_text.delta", {{"delta", "late"}}));

    const auto error = it.failure("openai");

    CHECK(error.code() == Code::provider_unavailable);
    CHECK(std::string(error.what()).find("boom") != std::string::npos);
    CHECK(it.streamed == "{");
}

}  // namespace
}  // namespace caas
