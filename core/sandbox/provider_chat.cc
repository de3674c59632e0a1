// A pretend server of chat completions (wire/ai-and-stripe.md, 3.2 and 6). Its faults are those of
// the local servers where these differ from OpenAI's.
#include <nlohmann/json.hpp>

#include "core/sandbox/provider_dialect.h"
#include "core/sandbox/provider_openai_errors.h"

namespace caas::sandbox {
namespace {

Question read(const net::Request&, const Json& body) {
    Question question;
    question.model = json::text_or(body, "model", "");
    question.is_stream = json::truth(body, "stream").value_or(false);
    const auto* messages = json::find(body, "messages");
    if (messages == nullptr || !messages->is_array() || messages->empty()) {
        question.complaint = "messages must not be empty";
        return question;
    }
    for (const auto& message : *messages) {
        const auto role = json::text_or(message, "role", "");
        const auto content = json::text(message, "content");
        if (!content)
            question.complaint = "content must be a string";
        else if (role == "system" || role == "developer")
            question.system += *content;
        else
            question.user += *content;
    }
    if (const auto* schema = json::path(body, {"response_format", "json_schema", "schema"}))
        question.schema = json::dump(*schema);
    else if (const auto at = question.system.rfind("JSON Schema:\n"); at != std::string::npos)
        question.schema = question.system.substr(at + 13);
    const auto unknown = unknown_member(
        body,
        {"model",
         "messages",
         "max_tokens",
         "max_completion_tokens",
         "temperature",
         "top_p",
         "stream",
         "stream_options",
         "response_format",
         "seed",
         "stop"});
    if (!unknown.empty())
        question.complaint = "Unknown parameter: '" + unknown + "'.";
    return question;
}

std::string_view finish_word(Reading::Ending ending) {
    switch (ending) {
        case Reading::Ending::length:
            return "length";
        case Reading::Ending::filtered:
            return "content_filter";
        default:
            return "stop";
    }
}

Json usage_of(const Reading& reading) {
    return {
        {"prompt_tokens", reading.input},
        {"completion_tokens", reading.output},
        {"total_tokens", reading.input + reading.output},
        {"prompt_tokens_details", {{"cached_tokens", 0}, {"audio_tokens", 0}}},
        {"completion_tokens_details", {{"reasoning_tokens", 0}, {"audio_tokens", 0}}}};
}

Json frame(const Question& question, std::string_view object, const Json& choices) {
    return {
        {"id", "chatcmpl-sandbox"},
        {"object", object},
        {"created", 1795341600},
        {"model", question.model.empty() ? "sandbox" : question.model},
        {"system_fingerprint", "fp_sandbox"},
        {"choices", choices}};
}

ProviderReply stream(const Question& question, const Reading& reading) {
    EventStream events;
    const auto add = [&](const Json& delta, const Json& finish) {
        const Json choice = {
            {"index", 0}, {"delta", delta}, {"logprobs", nullptr}, {"finish_reason", finish}};
        events.add("", frame(question, "chat.completion.chunk", Json::array({choice})));
    };
    add({{"role", "assistant"}, {"content", ""}}, nullptr);
    const bool is_refusal = reading.ending == Reading::Ending::refused;
    for (const auto& piece : pieces_of(is_refusal ? reading.refusal : reading.text))
        add({{is_refusal ? "refusal" : "content", piece}}, nullptr);
    add(Json::object(), finish_word(reading.ending));
    if (reading.has_usage) {
        auto last = frame(question, "chat.completion.chunk", Json::array());
        last["usage"] = usage_of(reading);
        events.add("", last);
    }
    events.add_raw("data: [DONE]\n\n");
    return events.take({});
}

ProviderReply answer(const Question& question, const Reading& reading) {
    if (question.is_stream)
        return stream(question, reading);
    const bool is_refusal = reading.ending == Reading::Ending::refused;
    const Json message = {
        {"role", "assistant"},
        {"content", is_refusal || reading.text.empty() ? Json() : Json(reading.text)},
        {"refusal", is_refusal ? Json(reading.refusal) : Json()}};
    const Json choice = {
        {"index", 0},
        {"message", message},
        {"logprobs", nullptr},
        {"finish_reason", finish_word(reading.ending)}};
    auto body = frame(question, "chat.completion", Json::array({choice}));
    if (reading.has_usage)
        body["usage"] = usage_of(reading);
    return ProviderReply::json(200, body);
}

ProviderReply refuse(Fault fault, std::string_view detail) {
    switch (fault) {
        case Fault::overloaded:  // llama.cpp: the code is a number
            return ProviderReply::json(
                503,
                {{"error",
                  {{"code", 503}, {"message", "Loading model"}, {"type", "unavailable_error"}}}});
        case Fault::too_long:  // llama.cpp
            return ProviderReply::json(
                400,
                {{"error",
                  {{"code", 400},
                   {"message", "the request exceeds the available context size"},
                   {"type", "exceed_context_size_error"},
                   {"n_prompt_tokens", 9000},
                   {"n_ctx", 4096}}}});
        case Fault::no_model:  // Ollama
            return ProviderReply::json(
                404,
                openai_error(
                    "model \"" + std::string(detail) + "\" not found, try pulling it first",
                    "not_found_error",
                    nullptr,
                    nullptr));
        case Fault::bad_request:  // LM Studio: the error is a string
            return ProviderReply::json(
                400, {{"error", detail.empty() ? "Invalid request" : std::string(detail)}});
        case Fault::server_error:  // older vLLM: the members lie at the top
            return ProviderReply::json(
                500,
                {{"object", "error"},
                 {"message", "Internal server error"},
                 {"type", "InternalServerError"},
                 {"param", nullptr},
                 {"code", 500}});
        default:
            return refuse_as_openai(fault, detail);
    }
}

std::string stream_error() {
    return "data: " +
           json::dump(openai_error("the runner has stopped", "api_error", nullptr, nullptr)) +
           "\n\n";
}

Json models() {
    return responses_dialect().models();
}

constexpr ProviderDialect dialect{read, answer, refuse, stream_error, models};

}  // namespace

const ProviderDialect& chat_dialect() {
    return dialect;
}

}  // namespace caas::sandbox
