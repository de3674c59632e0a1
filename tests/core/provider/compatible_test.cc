#include "tests/core/provider/asking.h"

namespace caas {
namespace {

const Json whole = Json::parse(R"({"id":"c_1","object":"chat.completion","model":"llama3.2",
    "choices":[{"index":0,"message":{"role":"assistant","content":"{\"x\":1}","refusal":null,
      "reasoning":"Hm."},"finish_reason":"stop"}],
    "usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,
      "prompt_tokens_details":{"cached_tokens":4},
      "completion_tokens_details":{"reasoning_tokens":2}}})");

std::string chunk(const Json& delta, const Json& finish) {
    const Json choice = {{"index", 0}, {"delta", delta}, {"finish_reason", finish}};
    return "data: " + Json{{"model", "llama3.2"}, {"choices", Json::array({choice})}}.dump() +
           "\n\n";
}

TEST_CASE("a compatible server is sent only what all of them understand") {
    fake::Asking it;
    it.endpoint.model = "llama3.2";
    it.http.answer(200, whole.dump());

    it.answer("openai-compatible");

    CHECK(
        it.sent() ==
        Json{
            {"model", "llama3.2"},
            {"messages",
             Json::array(
                 {{{"role", "system"}, {"content", "You write posts."}},
                  {{"role", "user"}, {"content", "Write one"}}})},
            {"max_tokens", 400},
            {"response_format",
             {{"type", "json_schema"},
              {"json_schema", {{"name", "posts"}, {"strict", true}, {"schema", it.schema()}}}}}});
    CHECK(it.http.asked[0].url == "http://127.0.0.1:11434/v1/chat/completions");
    CHECK(it.sent_header("authorization") == "Bearer sk-very-secret");
}

TEST_CASE("a compatible server needs no key, no model and no schema") {
    fake::Asking it;
    it.endpoint.key = Secret();
    it.endpoint.has_schema = false;
    it.endpoint.token_limit_field = "max_completion_tokens";
    it.http.answer(200, whole.dump());

    it.answer("openai-compatible");

    CHECK_FALSE(it.sent_header("authorization"));
    const auto sent = it.sent();
    CHECK_FALSE(sent.contains("model"));
    CHECK_FALSE(sent.contains("response_format"));
    CHECK(sent["max_completion_tokens"] == 400);
    CHECK(
        sent["messages"][0]["content"].get<std::string>().find(it.schema().dump()) !=
        std::string::npos);
}

TEST_CASE("a compatible server's answer is read with all counts") {
    fake::Asking it;
    it.http.answer(200, whole.dump());

    const auto answer = it.answer("openai-compatible");

    CHECK(answer.text == R"({"x":1})");
    CHECK(answer.model == "llama3.2");
    CHECK(answer.usage.input == 19);
    CHECK(answer.usage.cached_input == 4);
    CHECK(answer.usage.output == 10);
    CHECK(answer.usage.reasoning == 2);
}

TEST_CASE("a compatible server may leave out all that is not the text") {
    fake::Asking it;
    it.endpoint.model = "m";
    it.http.answer(200, R"({"choices":[{"message":{"content":"{}"}}]})");

    const auto answer = it.answer("openai-compatible");

    CHECK(answer.text == "{}");
    CHECK(answer.model == "m");
    CHECK_FALSE(answer.usage.is_known);
}

TEST_CASE("a compatible server's endings are told apart") {
    for (const auto& [reason, finish] :
         {std::pair{"stop", provider::Finish::stop},
          std::pair{"length", provider::Finish::length},
          std::pair{"content_filter", provider::Finish::refused}}) {
        const auto& shown_reason = reason;  // clang 14 captures no bindings
        CAPTURE(shown_reason);
        fake::Asking it;
        auto body = whole;
        body["choices"][0]["finish_reason"] = reason;
        it.http.answer(200, body.dump());

        CHECK(it.answer("openai-compatible").finish == finish);
    }
}

TEST_CASE("a compatible server's stream ends with counts and a mark") {
    fake::Asking it;
    it.stream();
    it.http.answer(
        200,
        chunk({{"role", "assistant"}, {"content", ""}}, nullptr) +
            chunk({{"content", "{\"x\""}}, nullptr) + chunk({{"content", ":1}"}}, nullptr) +
            chunk(Json::object(), "stop") + ": keep-alive\n\n" +
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":10}}\n\n"
            "data: [DONE]\n\n");

    const auto answer = it.answer("openai-compatible");

    CHECK(it.sent()["stream"] == true);
    CHECK(it.sent()["stream_options"] == Json{{"include_usage", true}});
    CHECK(it.streamed == R"({"x":1})");
    CHECK(answer.usage.output == 10);
}

TEST_CASE("a stream whose last event has no empty line behind it loses nothing") {
    fake::Asking it;
    it.stream();
    it.http.answer(
        200,
        chunk({{"content", "{}"}}, "stop") +
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}");

    const auto answer = it.answer("openai-compatible");

    CHECK(answer.text == "{}");
    CHECK(answer.usage.output == 2);
}

TEST_CASE("a server that ends with the mark alone has finished") {
    fake::Asking it;
    it.stream();
    it.http.answer(200, chunk({{"content", "{}"}}, nullptr) + "data: [DONE]\n\n");

    CHECK(it.answer("openai-compatible").text == "{}");
}

TEST_CASE("a server that answers whole although a stream was asked for is understood") {
    fake::Asking it;
    it.stream();
    it.http.answer(200, whole.dump(2));

    const auto answer = it.answer("openai-compatible");

    CHECK(answer.text == R"({"x":1})");
    CHECK(it.streamed == R"({"x":1})");
    CHECK(answer.usage.input == 19);
}

TEST_CASE("an error inside a compatible server's stream is a failure") {
    fake::Asking it;
    it.stream();
    it.http.answer(
        200,
        chunk({{"content", "{"}}, nullptr) +
            "data: {\"error\":{\"message\":\"runner died\",\"type\":\"api_error\",\"code\":null}}"
            "\n\n");

    const auto error = it.failure("openai-compatible");

    CHECK(error.code() == Code::provider_unavailable);
    CHECK(std::string(error.what()).find("runner died") != std::string::npos);
}

TEST_CASE("an error inside a compatible server's 200 is a failure") {
    fake::Asking it;
    it.http.answer(200, R"({"error":{"message":"no such thing","code":404}})");

    CHECK(it.failure("openai-compatible").code() == Code::provider_refused);
}

TEST_CASE("an empty error beside an answer spoils nothing, whole or streamed") {
    for (const auto& error : {Json::object(), Json(false), Json(""), Json()}) {
        CAPTURE(error.dump());
        auto body = whole;
        body["error"] = error;
        fake::Asking it;
        it.http.answer(200, body.dump());
        CHECK(it.answer("openai-compatible").usage.input == 19);

        auto event =
            Json::parse(R"({"choices":[{"delta":{"content":"{}"},"finish_reason":"stop"}]})");
        event["error"] = error;
        fake::Asking streamed;
        streamed.stream();
        streamed.http.answer(200, "data: " + event.dump() + "\n\n");
        CHECK(streamed.answer("openai-compatible").text == "{}");
    }
}

}  // namespace
}  // namespace caas
