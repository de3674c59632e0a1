#include "tests/core/provider/asking.h"

namespace caas {
namespace {

const Json whole = Json::parse(R"({"candidates":[{"content":{"parts":[
      {"text":"Hm.","thought":true},{"text":"{\"x\":"},{"text":"1}","thoughtSignature":"c2ln"}],
      "role":"model"},"finishReason":"STOP","index":0}],
    "modelVersion":"gemini-3.5-flash-lite","responseId":"r_1",
    "usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":238,"thoughtsTokenCount":41,
      "totalTokenCount":284,"cachedContentTokenCount":3}})");

std::string event(const Json& data) {
    return "data: " + data.dump() + "\r\n\r\n";
}

TEST_CASE("gemini is asked as its own SDK asks") {
    fake::Asking it;
    it.http.answer(200, whole.dump());

    it.answer("gemini");

    CHECK(
        it.sent() ==
        Json{
            {"contents",
             Json::array({{{"role", "user"}, {"parts", Json::array({{{"text", "Write one"}}})}}})},
            {"systemInstruction",
             {{"role", "user"}, {"parts", Json::array({{{"text", "You write posts."}}})}}},
            {"generationConfig",
             {{"maxOutputTokens", 400},
              {"responseMimeType", "application/json"},
              {"responseJsonSchema", it.schema()},
              {"thinkingConfig", {{"thinkingLevel", "LOW"}}}}}});
    CHECK(
        it.http.asked[0].url ==
        "https://generativelanguage.googleapis.com/v1/models/"
        "gemini-3.5-flash-lite:generateContent");
    CHECK(it.sent_header("x-goog-api-key") == "sk-very-secret");
    CHECK_FALSE(it.sent_header("authorization"));
}

TEST_CASE("gemini before 3 is not told how much to think") {
    fake::Asking it;
    it.endpoint.model = "models/gemini-2.5-flash";
    it.http.answer(200, whole.dump());

    it.answer("gemini");

    CHECK_FALSE(it.sent()["generationConfig"].contains("thinkingConfig"));
    CHECK(it.http.asked[0].url.ends_with("/v1/models/gemini-2.5-flash:generateContent"));
}

TEST_CASE("a gemini model whose name would change the address is refused") {
    for (const auto* model : {"../../x", "a?key=b", "a b", "models/", "a/b:c"}) {
        CAPTURE(model);
        fake::Asking it;
        it.endpoint.model = model;
        CHECK_THROWS_AS(it.answer("gemini"), Error);
        CHECK(it.http.asked.empty());
    }
}

TEST_CASE("gemini's thoughts are not text but cost as output") {
    fake::Asking it;
    it.http.answer(200, whole.dump());

    const auto answer = it.answer("gemini");

    CHECK(answer.text == R"({"x":1})");
    CHECK(answer.request_id == "r_1");
    CHECK(answer.usage.input == 5);
    CHECK(answer.usage.cached_input == 3);
    CHECK(answer.usage.output == 279);
    CHECK(answer.usage.reasoning == 41);
}

TEST_CASE("gemini that thought until the budget was gone is cut off") {
    fake::Asking it;
    it.http.answer(200, R"({"candidates":[{"content":{"role":"model"},"finishReason":"MAX_TOKENS",
        "index":0}],"usageMetadata":{"promptTokenCount":5,"thoughtsTokenCount":400}})");

    const auto answer = it.answer("gemini");

    CHECK(answer.finish == provider::Finish::length);
    CHECK(answer.usage.output == 400);
}

TEST_CASE("gemini's blocked prompt has no candidates") {
    fake::Asking it;
    it.http.answer(200, R"({"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},
        "usageMetadata":{"promptTokenCount":5},"modelVersion":"gemini-3.5-flash-lite"})");

    const auto answer = it.answer("gemini");

    CHECK(answer.finish == provider::Finish::refused);
    CHECK(answer.refusal == "PROHIBITED_CONTENT");
}

TEST_CASE("gemini's answer without candidates or reason was held back") {
    fake::Asking it;
    it.http.answer(200, R"({"usageMetadata":{"promptTokenCount":5}})");

    CHECK(it.answer("gemini").finish == provider::Finish::refused);
}

TEST_CASE("gemini's other endings are refusals that say which") {
    for (const auto* reason :
         {"SAFETY", "RECITATION", "LANGUAGE", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"}) {
        CAPTURE(reason);
        fake::Asking it;
        auto body = whole;
        body["candidates"][0]["finishReason"] = reason;
        it.http.answer(200, body.dump());

        const auto answer = it.answer("gemini");

        CHECK(answer.finish == provider::Finish::refused);
        CHECK(answer.refusal == reason);
    }
}

TEST_CASE("gemini's stream keeps the last count and never sums them") {
    fake::Asking it;
    it.stream();
    auto first = whole;
    first["candidates"][0].erase("finishReason");
    first["usageMetadata"]["candidatesTokenCount"] = 100;
    auto last = whole;
    last["candidates"][0]["content"]["parts"] = {{{"text", "2"}}};
    it.http.answer(200, event(first) + event(last));

    const auto answer = it.answer("gemini");

    CHECK(it.http.asked[0].url.ends_with(":streamGenerateContent?alt=sse"));
    CHECK_FALSE(it.sent().contains("stream"));
    CHECK(it.streamed == R"({"x":1}2)");
    CHECK(answer.usage.output == 279);
}

TEST_CASE("gemini's bare error in the middle of a stream is found") {
    fake::Asking it;
    it.stream();
    auto first = whole;
    first["candidates"][0].erase("finishReason");
    it.http.answer(
        200,
        event(first) +
            Json::parse(R"({"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}})")
                .dump(2));

    const auto error = it.failure("gemini");

    CHECK(error.code() == Code::provider_unavailable);
    CHECK(error.status == 503);
    CHECK(std::string(error.what()).find("Overloaded") != std::string::npos);
}

}  // namespace
}  // namespace caas
