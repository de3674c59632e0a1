// OpenAI's Responses API (wire/ai-and-stripe.md, 3.1). Reads events by their type, never by their
// order: 58 kinds exist.
#include <nlohmann/json.hpp>

#include "core/provider/call.h"
#include "core/provider/drivers.h"

namespace caas::provider {
namespace {

constexpr Dialect dialect{openai, "OPENAI_API_KEY", nullptr};

net::Headers headers_for(const Endpoint& endpoint) {
    return {{"Authorization", "Bearer " + endpoint.key.reveal()}};
}

Usage read_usage(const Json& response) {
    Usage usage;
    const auto* from = json::find(response, "usage");
    if (from == nullptr)
        return usage;
    usage.is_known = true;
    usage.input = count(*from, "input_tokens");
    usage.output = count(*from, "output_tokens");
    if (const auto* details = json::find(*from, "input_tokens_details"))
        usage.cached_input = count(*details, "cached_tokens");
    if (const auto* details = json::find(*from, "output_tokens_details"))
        usage.reasoning = count(*details, "reasoning_tokens");
    return usage;
}

// The texts of all messages; `output` may begin with items of reasoning.
void read_output(const Json& response, std::string& text, std::string& refusal) {
    const auto* output = json::find(response, "output");
    if (output == nullptr || !output->is_array())
        return;
    for (const auto& item : *output) {
        const auto* content = json::find(item, "content");
        if (json::text_or(item, "type", "") != "message" || content == nullptr ||
            !content->is_array())
            continue;
        for (const auto& piece : *content) {
            const auto type = json::text_or(piece, "type", "");
            if (type == "output_text")
                text += json::text_or(piece, "text", "");
            else if (type == "refusal")
                refusal += json::text_or(piece, "refusal", "");
        }
    }
}

// A response object, at the end of a call or of a stream that brought its text already.
void read(const Json& response, Draft& draft) {
    auto& answer = draft.answer;
    std::string text;
    read_output(response, text, answer.refusal);
    if (answer.text.empty())
        draft.add(text);
    else if (!text.empty())
        answer.text = text;
    answer.usage = read_usage(response);
    answer.model = json::text_or(response, "model", "");

    const auto status = json::text_or(response, "status", "completed");
    if (status == "failed" || status == "cancelled") {
        draft.error = read_error_body(response);
        if (draft.error->message.empty())
            draft.error->message = "the answer was " + status;
        return;
    }
    if (status != "completed" && status != "incomplete")
        return;
    draft.is_finished = json::find(response, "output") != nullptr;
    if (status == "incomplete") {
        const auto* details = json::find(response, "incomplete_details");
        const auto reason = details == nullptr ? "" : json::text_or(*details, "reason", "");
        answer.finish = reason == "content_filter" ? Finish::refused : Finish::length;
        if (answer.finish == Finish::refused && answer.refusal.empty())
            answer.refusal = "content_filter";
    } else if (!answer.refusal.empty()) {
        answer.finish = Finish::refused;
    }
}

void read_event(const Json& event, Draft& draft) {
    const auto type = json::text_or(event, "type", "");
    if (type == "response.output_text.delta") {
        draft.add(json::text_or(event, "delta", ""));
    } else if (type == "error") {
        draft.error = read_error_body(event);
    } else if (
        type == "response.completed" || type == "response.incomplete" ||
        type == "response.failed") {
        if (const auto* response = json::find(event, "response"))
            read(*response, draft);
    }
}

Answer ask_openai(const Ask& ask, const Endpoint& given, const Tools& tools) {
    const auto endpoint = with_defaults(given, openai);
    Exchange what;
    what.url = endpoint.base_url + "/responses";
    what.headers = headers_for(endpoint);
    Json body = {
        {"model", endpoint.model},
        {"instructions", ask.system},
        {"input", ask.user},
        {"max_output_tokens", endpoint.max_output_tokens},
        {"text",
         {{"format",
           {{"type", "json_schema"},
            {"name", ask.schema_name},
            {"strict", true},
            {"schema", schema_of(ask)}}}}},
        {"store", false},
    };
    if (ask.on_text)
        body["stream"] = true;
    what.body = json::dump(body);
    what.read = read;
    what.read_event = read_event;
    return exchange(dialect, what, ask, endpoint, tools);
}

void check_openai(const Endpoint& given, const Tools& tools) {
    const auto endpoint = with_defaults(given, openai);
    probe(dialect, endpoint.base_url + "/models", headers_for(endpoint), endpoint, tools);
}

}  // namespace

extern constexpr Driver openai{
    "openai",
    "OpenAI",
    "gpt-5.4-mini",
    "https://api.openai.com/v1",
    true,
    ask_openai,
    check_openai,
};

}  // namespace caas::provider
