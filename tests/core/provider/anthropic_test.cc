#include "tests/core/provider/asking.h"

namespace caas {
namespace {

const Json whole = Json::parse(R"({"id":"msg_1","type":"message","role":"assistant",
    "model":"claude-haiku-5-5","content":[
      {"type":"thinking","thinking":"Hm.","signature":"c2ln"},
      {"type":"text","text":"{\"x\":"},{"type":"text","text":"1}"}],
    "stop_reason":"end_turn","stop_sequence":null,"stop_details":null,
    "usage":{"input_tokens":12,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,
      "output_tokens":6,"output_tokens_details":{"thinking_tokens":2},"service_tier":"standard"}})");

std::string event(const std::string& type, Json data) {
    data["type"] = type;
    return "event: " + type + "\ndata: " + data.dump() + "\n\n";
}

TEST_CASE("anthropic is asked as its own SDK asks") {
    fake::Asking it;
    it.http.answer(200, whole.dump());

    it.answer("anthropic");

    CHECK(
        it.sent() ==
        Json{
            {"model", "claude-haiku-5-5"},
            {"max_tokens", 400},
            {"system", "You write posts."},
            {"messages", Json::array({{{"role", "user"}, {"content", "Write one"}}})},
            {"output_config", {{"format", {{"type", "json_schema"}, {"schema", it.schema()}}}}}});
    CHECK(it.http.asked[0].url == "https://api.anthropic.com/v1/messages");
    CHECK(it.sent_header("x-api-key") == "sk-very-secret");
    CHECK(it.sent_header("anthropic-version") == "2026-10-21");
}

TEST_CASE("anthropic's address may or may not name the version") {
    fake::Asking it;
    it.endpoint.base_url = "http://127.0.0.1:9/v1/";
    it.http.answer(200, whole.dump());

    it.answer("anthropic");

    CHECK(it.http.asked[0].url == "http://127.0.0.1:9/v1/messages");
}

TEST_CASE("anthropic's input is the sum of its three counts") {
    fake::Asking it;
    it.http.answer(200, whole.dump(), {{"request-id", "req_9"}});

    const auto answer = it.answer("anthropic");

    CHECK(answer.text == R"({"x":1})");
    CHECK(answer.request_id == "req_9");
    CHECK(answer.usage.input == 24);
    CHECK(answer.usage.cached_input == 7);
    CHECK(answer.usage.output == 6);
    CHECK(answer.usage.reasoning == 2);
}

TEST_CASE("anthropic's stop reasons are told apart") {
    for (const auto& [reason, finish] :
         {std::pair{"end_turn", provider::Finish::stop},
          std::pair{"stop_sequence", provider::Finish::stop},
          std::pair{"max_tokens", provider::Finish::length},
          std::pair{"model_context_window_exceeded", provider::Finish::length},
          std::pair{"refusal", provider::Finish::refused}}) {
        const auto& shown_reason = reason;  // clang 14 captures no bindings
        CAPTURE(shown_reason);
        fake::Asking it;
        auto body = whole;
        body["stop_reason"] = reason;
        it.http.answer(200, body.dump());

        CHECK(it.answer("anthropic").finish == finish);
    }
}

TEST_CASE("anthropic says why it refused") {
    fake::Asking it;
    auto body = whole;
    body["content"] = Json::array();
    body["stop_reason"] = "refusal";
    body["stop_details"] = {
        {"type", "refusal"}, {"category", "cyber"}, {"explanation", "Not this."}};
    it.http.answer(200, body.dump());

    CHECK(it.answer("anthropic").refusal == "Not this.");
}

TEST_CASE("anthropic's stream counts are running totals") {
    fake::Asking it;
    it.stream();
    auto begun = whole;
    begun["content"] = Json::array();
    begun["stop_reason"] = nullptr;
    begun["usage"]["output_tokens"] = 1;
    const Json text = {{"type", "text_delta"}, {"text", "{}"}};
    const Json thought = {{"type", "thinking_delta"}, {"thinking", "not text"}};
    it.http.answer(
        200,
        event("message_start", {{"message", begun}}) + event("ping", Json::object()) +
            event("content_block_delta", {{"index", 0}, {"delta", thought}}) +
            event(
                "content_block_start",
                {{"index", 1}, {"content_block", {{"type", "text"}, {"text", ""}}}}) +
            event("content_block_delta", {{"index", 1}, {"delta", text}}) +
            event(
                "message_delta",
                {{"delta", {{"stop_reason", "end_turn"}}}, {"usage", {{"output_tokens", 15}}}}) +
            event("message_stop", Json::object()));

    const auto answer = it.answer("anthropic");

    CHECK(it.streamed == "{}");
    CHECK(answer.text == "{}");
    CHECK(answer.usage.input == 24);
    CHECK(answer.usage.output == 15);
    CHECK(answer.model == "claude-haiku-5-5");
}

TEST_CASE("anthropic's overload in the middle of a stream keeps the counts so far") {
    fake::Asking it;
    it.stream();
    auto begun = whole;
    begun["content"] = Json::array();
    begun["stop_reason"] = nullptr;
    it.http.answer(
        200,
        event("message_start", {{"message", begun}}) +
            event("error", {{"error", {{"type", "overloaded_error"}, {"message", "Overloaded"}}}}));

    const auto error = it.failure("anthropic");

    CHECK(error.code() == Code::provider_unavailable);
    CHECK(error.status == 529);
    CHECK(error.may_retry);
    CHECK(error.usage.input == 24);
}

}  // namespace
}  // namespace caas
