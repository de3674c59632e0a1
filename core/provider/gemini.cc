// Google's Gemini API (wire/ai-and-stripe.md, 4). The key goes into a header, never into the URL.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/provider/call.h"
#include "core/provider/drivers.h"

namespace caas::provider {
namespace {

// One status means two things here: wait a little, or there is nothing left today.
std::optional<Code> judge(int status, const ErrorBody& body) {
    if (status == 429 && body.is_daily)
        return Code::provider_quota;
    if (status == 429)
        return Code::provider_rate_limited;
    if (body.type == "FAILED_PRECONDITION")
        return Code::provider_refused;
    return std::nullopt;
}

constexpr Dialect dialect{gemini, "GEMINI_API_KEY", judge};

net::Headers headers_for(const Endpoint& endpoint) {
    return {{"x-goog-api-key", endpoint.key.reveal()}};
}

// Thoughts come beside the candidates and cost the same; the cached tokens lie inside the prompt's.
void read_usage(const Json& body, Usage& usage) {
    const auto* from = json::find(body, "usageMetadata");
    if (from == nullptr)
        return;
    usage.is_known = true;
    usage.input = count(*from, "promptTokenCount");
    usage.cached_input = count(*from, "cachedContentTokenCount");
    usage.reasoning = count(*from, "thoughtsTokenCount");
    usage.output = count(*from, "candidatesTokenCount") + usage.reasoning;
}

void read_finish(const std::string& reason, const Json& candidate, Draft& draft) {
    draft.is_finished = true;
    if (reason == "STOP")
        return;
    if (reason == "MAX_TOKENS" || reason == "CONTINUATION") {
        draft.answer.finish = Finish::length;
        return;
    }
    draft.answer.finish = Finish::refused;
    draft.answer.refusal = json::text_or(candidate, "finishMessage", reason);
}

// A whole answer and each event of a stream have the same form; usage is a running total.
void read(const Json& body, Draft& draft) {
    read_usage(body, draft.answer.usage);
    draft.answer.model = json::text_or(body, "modelVersion", draft.answer.model);
    draft.answer.request_id = json::text_or(body, "responseId", draft.answer.request_id);
    if (const auto* reason = json::path(body, {"promptFeedback", "blockReason"})) {
        draft.is_finished = true;
        draft.answer.finish = Finish::refused;
        draft.answer.refusal = reason->is_string() ? reason->get<std::string>() : "OTHER";
        return;
    }
    const auto* candidates = json::find(body, "candidates");
    if (candidates == nullptr || !candidates->is_array() || candidates->empty())
        return;
    const auto& candidate = candidates->front();
    const auto* parts = json::path(candidate, {"content", "parts"});
    if (parts != nullptr && parts->is_array()) {
        for (const auto& part : *parts) {
            if (!json::truth(part, "thought").value_or(false))
                draft.add(json::text_or(part, "text", ""));
        }
    }
    if (const auto reason = json::text(candidate, "finishReason"))
        read_finish(*reason, candidate, draft);
}

// A whole answer with neither candidates nor a reason was held back.
void read_whole(const Json& body, Draft& draft) {
    read(body, draft);
    const bool is_answer =
        json::find(body, "usageMetadata") != nullptr || json::find(body, "modelVersion") != nullptr;
    if (!draft.is_finished && is_answer && json::find(body, "candidates") == nullptr) {
        draft.is_finished = true;
        draft.answer.finish = Finish::refused;
        draft.answer.refusal = "no candidate was given";
    }
}

std::string address(const Endpoint& endpoint, std::string_view verb) {
    std::string model = endpoint.model;
    if (model.rfind("models/", 0) == 0)
        model.erase(0, 7);
    // The name stands in the path: only what model names are made of.
    const bool is_plain = std::all_of(model.begin(), model.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '_';
    });
    if (!is_plain || model.empty())
        throw Error(
            Code::invalid,
            "\"" + one_line(endpoint.model, 80) + "\" is not the name of a Gemini model",
            "A name looks like " + std::string(gemini.default_model) + ".");
    return endpoint.base_url + "/models/" + model + std::string(verb);
}

// Thinking eats the output's budget. Models since 3.0 take a level; older ones are left alone.
bool has_thinking_level(std::string_view model) {
    static constexpr std::array<std::string_view, 2> beginnings{"gemini-3", "models/gemini-3"};
    return std::any_of(beginnings.begin(), beginnings.end(), [&](std::string_view beginning) {
        return model.substr(0, beginning.size()) == beginning;
    });
}

Answer ask_gemini(const Ask& ask, const Endpoint& given, const Tools& tools) {
    const auto endpoint = with_defaults(given, gemini);
    Exchange what;
    what.url =
        address(endpoint, ask.on_text ? ":streamGenerateContent?alt=sse" : ":generateContent");
    what.headers = headers_for(endpoint);
    Json generation = {
        {"maxOutputTokens", endpoint.max_output_tokens},
        {"responseMimeType", "application/json"},
        {"responseJsonSchema", schema_of(ask)},
    };
    if (has_thinking_level(endpoint.model))
        generation["thinkingConfig"] = {{"thinkingLevel", "LOW"}};
    const Json body = {
        {"contents",
         Json::array({{{"role", "user"}, {"parts", Json::array({{{"text", ask.user}}})}}})},
        {"systemInstruction", {{"role", "user"}, {"parts", Json::array({{{"text", ask.system}}})}}},
        {"generationConfig", generation},
    };
    what.body = json::dump(body);
    what.read = read_whole;
    what.read_event = read;
    return exchange(dialect, what, ask, endpoint, tools);
}

void check_gemini(const Endpoint& given, const Tools& tools) {
    const auto endpoint = with_defaults(given, gemini);
    probe(dialect, endpoint.base_url + "/models", headers_for(endpoint), endpoint, tools);
}

}  // namespace

extern constexpr Driver gemini{
    "gemini",
    "Google Gemini",
    "gemini-3.5-flash-lite",
    "https://generativelanguage.googleapis.com/v1",
    true,
    ask_gemini,
    check_gemini,
};

}  // namespace caas::provider
