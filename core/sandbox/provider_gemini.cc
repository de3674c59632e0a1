// A pretend Gemini API (wire/ai-and-stripe.md, 4).
#include <nlohmann/json.hpp>

#include "core/sandbox/provider_dialect.h"

namespace caas::sandbox {
namespace {

std::string text_of(const Json* content) {
    std::string text;
    if (content == nullptr)
        return text;
    const auto* parts = json::find(*content, "parts");
    if (parts == nullptr || !parts->is_array())
        return text;
    for (const auto& part : *parts)
        text += json::text_or(part, "text", "");
    return text;
}

std::string complaint_of(const Json& body) {
    auto unknown = unknown_member(
        body, {"contents", "systemInstruction", "safetySettings", "generationConfig"});
    if (const auto* config = json::find(body, "generationConfig");
        unknown.empty() && config != nullptr)
        unknown = unknown_member(
            *config,
            {"temperature",
             "topP",
             "topK",
             "maxOutputTokens",
             "responseMimeType",
             "responseJsonSchema",
             "responseSchema",
             "thinkingConfig",
             "candidateCount",
             "stopSequences"});
    if (!unknown.empty())
        return "Invalid JSON payload received. Unknown name \"" + unknown +
               "\": Cannot find field.";
    const auto* contents = json::find(body, "contents");
    if (contents == nullptr || !contents->is_array() || contents->empty())
        return "* GenerateContentRequest.contents: contents is not specified";
    const auto* config = json::find(body, "generationConfig");
    if (config == nullptr)
        return {};
    const bool has_schema = json::find(*config, "responseJsonSchema") != nullptr ||
                            json::find(*config, "responseSchema") != nullptr;
    if (has_schema && json::text_or(*config, "responseMimeType", "") != "application/json")
        return "Response schema requires the response mime type application/json.";
    return {};
}

Question read(const net::Request& request, const Json& body) {
    Question question;
    const auto begin = request.url.rfind("/models/");
    const auto end = request.url.rfind(':');
    if (begin != std::string::npos && end != std::string::npos && begin + 8 < end)
        question.model = request.url.substr(begin + 8, end - begin - 8);
    question.is_stream = request.url.find(":streamGenerateContent") != std::string::npos;
    question.complaint = complaint_of(body);
    if (!question.complaint.empty())
        return question;
    for (const auto& content : *json::find(body, "contents"))
        question.user += text_of(&content);
    question.system = text_of(json::find(body, "systemInstruction"));
    if (const auto* schema = json::path(body, {"generationConfig", "responseJsonSchema"}))
        question.schema = json::dump(*schema);
    return question;
}

std::string_view finish_word(Reading::Ending ending) {
    switch (ending) {
        case Reading::Ending::length:
            return "MAX_TOKENS";
        case Reading::Ending::refused:
            return "SAFETY";
        default:
            return "STOP";
    }
}

Json usage_of(const Reading& reading, std::int64_t output) {
    return {
        {"promptTokenCount", reading.input},
        {"candidatesTokenCount", output},
        {"thoughtsTokenCount", 3},
        {"totalTokenCount", reading.input + output + 3},
        {"promptTokensDetails",
         Json::array({{{"modality", "TEXT"}, {"tokenCount", reading.input}}})}};
}

Json frame(const Question& question, const Reading& reading, std::int64_t output) {
    Json body = {{"modelVersion", question.model}, {"responseId", "sandbox-response"}};
    if (reading.has_usage)
        body["usageMetadata"] = usage_of(reading, output);
    return body;
}

Json candidate_for(const std::string& text, const Json& finish) {
    Json content = {{"role", "model"}};
    if (!text.empty())
        content["parts"] = Json::array({{{"text", text}}});
    Json candidate = {{"content", content}, {"index", 0}};
    if (!finish.is_null())
        candidate["finishReason"] = finish;
    return candidate;
}

ProviderReply answer(const Question& question, const Reading& reading) {
    EventStream events("\r\n");
    const auto send = [&](const Json& body) {
        if (!question.is_stream)
            return ProviderReply::json(200, body);
        events.add("", body);
        return events.take({});
    };
    if (reading.ending == Reading::Ending::filtered) {  // no candidates at all
        auto body = frame(question, reading, 0);
        body["promptFeedback"] = {{"blockReason", "PROHIBITED_CONTENT"}};
        return send(body);
    }
    const auto text = reading.ending == Reading::Ending::refused ? "" : reading.text;
    if (question.is_stream) {
        std::int64_t output = 0;
        for (const auto& piece : pieces_of(text)) {
            output += tokens_of(piece);
            auto body = frame(question, reading, output);
            body["candidates"] = Json::array({candidate_for(piece, nullptr)});
            events.add("", body);
        }
    }
    auto body = frame(question, reading, reading.output);
    body["candidates"] =
        Json::array({candidate_for(question.is_stream ? "" : text, finish_word(reading.ending))});
    return send(body);
}

Json error_of(int code, std::string_view status, std::string_view message, const Json& details) {
    return {
        {"error",
         {{"code", code}, {"message", message}, {"status", status}, {"details", details}}}};
}

Json detail(std::string_view kind, Json members) {
    members["@type"] = "type.googleapis.com/google.rpc." + std::string(kind);
    return members;
}

ProviderReply refuse_quota(std::string_view id, std::string_view delay) {
    const Json violation = {
        {"quotaMetric", "generativelanguage.googleapis.com/generate_content_requests"},
        {"quotaId", id},
        {"quotaValue", "10"}};
    return ProviderReply::json(
        429,
        error_of(
            429,
            "RESOURCE_EXHAUSTED",
            "You exceeded your current quota, please check your plan and billing details.",
            Json::array(
                {detail("QuotaFailure", {{"violations", Json::array({violation})}}),
                 detail("RetryInfo", {{"retryDelay", delay}})})));
}

ProviderReply refuse(Fault fault, std::string_view what) {
    const auto reply = [&](int code, std::string_view status, std::string_view message) {
        return ProviderReply::json(code, error_of(code, status, message, Json::array()));
    };
    switch (fault) {
        case Fault::bad_key:
            return ProviderReply::json(
                400,
                error_of(
                    400,
                    "INVALID_ARGUMENT",
                    "API key not valid. Please pass a valid API key.",
                    Json::array({detail(
                        "ErrorInfo",
                        {{"reason", "API_KEY_INVALID"}, {"domain", "googleapis.com"}})})));
        case Fault::forbidden:
            return reply(403, "PERMISSION_DENIED", "Permission denied on this model.");
        case Fault::quota:
            return refuse_quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "37023.7s");
        case Fault::rate_limit:
            return refuse_quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "2s");
        case Fault::rate_limit_long:
            return refuse_quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "3600s");
        case Fault::overloaded:
            return reply(503, "UNAVAILABLE", "The model is overloaded. Please try again later.");
        case Fault::no_model:
            return reply(
                404,
                "NOT_FOUND",
                "models/" + std::string(what) + " is not found or is not supported.");
        case Fault::too_long:
            return reply(
                400,
                "INVALID_ARGUMENT",
                "The input token count (2000000) exceeds the maximum number of tokens allowed "
                "(1048576).");
        case Fault::bad_request:
            return reply(400, "INVALID_ARGUMENT", what.empty() ? "Invalid value" : what);
        default:
            return reply(500, "INTERNAL", "An internal error has occurred.");
    }
}

std::string stream_error() {
    return json::dump_pretty(
               error_of(503, "UNAVAILABLE", "The model is overloaded.", Json::array())) +
           "\r\n\r\n";
}

Json models() {
    return {
        {"models",
         Json::array(
             {{{"name", "models/gemini-3.5-flash-lite"},
               {"displayName", "Sandbox"},
               {"supportedGenerationMethods", Json::array({"generateContent"})}}})}};
}

constexpr ProviderDialect dialect{read, answer, refuse, stream_error, models};

}  // namespace

const ProviderDialect& gemini_dialect() {
    return dialect;
}

}  // namespace caas::sandbox
