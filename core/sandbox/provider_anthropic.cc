// A pretend Messages API (wire/ai-and-stripe.md, 5).
#include <nlohmann/json.hpp>

#include "core/sandbox/provider_dialect.h"

namespace caas::sandbox {
namespace {

std::string text_of(const Json& content) {
    if (content.is_string())
        return content.get<std::string>();
    std::string text;
    if (content.is_array()) {
        for (const auto& block : content)
            text += json::text_or(block, "text", "");
    }
    return text;
}

std::string complaint_of(const net::Request& request, const Json& body) {
    const net::Response reader{0, request.headers, {}};
    const auto version = reader.header("anthropic-version");
    if (!version)
        return "anthropic-version: header is required";
    for (const auto* gone : {"temperature", "top_p", "top_k"}) {
        if (*version == "2026-10-21" && body.is_object() && body.contains(gone))
            return std::string(gone) + ": this parameter was removed";
    }
    const auto unknown = unknown_member(
        body,
        {"model",
         "max_tokens",
         "system",
         "messages",
         "output_config",
         "stream",
         "stop_sequences",
         "thinking",
         "metadata",
         "service_tier",
         "temperature",
         "top_p",
         "top_k"});
    if (!unknown.empty())
        return unknown + ": Extra inputs are not permitted";
    for (const auto* needed : {"model", "max_tokens", "messages"}) {
        if (json::find(body, needed) == nullptr)
            return std::string(needed) + ": Field required";
    }
    const auto* schema = json::path(body, {"output_config", "format", "schema"});
    return schema == nullptr ? std::string() : schema_complaint(*schema);
}

Question read(const net::Request& request, const Json& body) {
    Question question;
    question.complaint = complaint_of(request, body);
    if (!question.complaint.empty())
        return question;
    question.model = json::text_or(body, "model", "");
    question.is_stream = json::truth(body, "stream").value_or(false);
    if (const auto* system = json::find(body, "system"))
        question.system = text_of(*system);
    for (const auto& message : *json::find(body, "messages")) {
        if (const auto* content = json::find(message, "content"))
            question.user += text_of(*content);
    }
    if (const auto* schema = json::path(body, {"output_config", "format", "schema"}))
        question.schema = json::dump(*schema);
    return question;
}

std::string_view stop_word(Reading::Ending ending) {
    switch (ending) {
        case Reading::Ending::length:
            return "max_tokens";
        case Reading::Ending::refused:
        case Reading::Ending::filtered:
            return "refusal";
        default:
            return "end_turn";
    }
}

bool is_refused(const Reading& reading) {
    return reading.ending == Reading::Ending::refused ||
           reading.ending == Reading::Ending::filtered;
}

Json stop_details(const Reading& reading) {
    if (!is_refused(reading))
        return nullptr;
    return {{"type", "refusal"}, {"category", "policy"}, {"explanation", reading.refusal}};
}

Json usage_of(const Reading& reading, std::int64_t output) {
    return {
        {"input_tokens", reading.input},
        {"cache_creation_input_tokens", 0},
        {"cache_read_input_tokens", 0},
        {"output_tokens", output},
        {"output_tokens_details", {{"thinking_tokens", 0}}},
        {"service_tier", "standard"}};
}

Json message_for(const Question& question, const Reading& reading) {
    Json content = Json::array();
    content.push_back({{"type", "thinking"}, {"thinking", "Let me see."}, {"signature", "c2ln"}});
    if (!is_refused(reading) && !reading.text.empty())
        content.push_back({{"type", "text"}, {"text", reading.text}});
    Json message = {
        {"id", "msg_sandbox"},
        {"type", "message"},
        {"role", "assistant"},
        {"model", question.model},
        {"content", content},
        {"stop_reason", stop_word(reading.ending)},
        {"stop_sequence", nullptr},
        {"stop_details", stop_details(reading)}};
    if (reading.has_usage)
        message["usage"] = usage_of(reading, reading.output);
    return message;
}

ProviderReply stream(const Question& question, const Reading& reading) {
    EventStream events;
    const auto add = [&](const std::string& type, Json data) {
        data["type"] = type;
        events.add(type, data);
    };
    auto begun = message_for(question, reading);
    begun["content"] = Json::array();
    begun["stop_reason"] = nullptr;
    begun["stop_details"] = nullptr;
    if (reading.has_usage)
        begun["usage"] = usage_of(reading, 1);
    add("message_start", {{"message", begun}});
    add("content_block_start",
        {{"index", 0}, {"content_block", {{"type", "thinking"}, {"thinking", ""}}}});
    add("ping", Json::object());
    add("content_block_delta",
        {{"index", 0}, {"delta", {{"type", "thinking_delta"}, {"thinking", "Let me see."}}}});
    add("content_block_delta",
        {{"index", 0}, {"delta", {{"type", "signature_delta"}, {"signature", "c2ln"}}}});
    add("content_block_stop", {{"index", 0}});
    if (!is_refused(reading)) {
        add("content_block_start",
            {{"index", 1}, {"content_block", {{"type", "text"}, {"text", ""}}}});
        for (const auto& piece : pieces_of(reading.text))
            add("content_block_delta",
                {{"index", 1}, {"delta", {{"type", "text_delta"}, {"text", piece}}}});
        add("content_block_stop", {{"index", 1}});
    }
    Json last = {
        {"delta",
         {{"stop_reason", stop_word(reading.ending)},
          {"stop_sequence", nullptr},
          {"stop_details", stop_details(reading)}}}};
    if (reading.has_usage)
        last["usage"] = {{"output_tokens", reading.output}};
    add("message_delta", last);
    add("message_stop", Json::object());
    return events.take({{"request-id", "req_sandbox"}});
}

ProviderReply answer(const Question& question, const Reading& reading) {
    if (question.is_stream)
        return stream(question, reading);
    return ProviderReply::json(
        200, message_for(question, reading), {{"request-id", "req_sandbox"}});
}

Json error_of(std::string_view type, std::string_view message) {
    return {
        {"type", "error"},
        {"error", {{"type", type}, {"message", message}}},
        {"request_id", "req_sandbox"}};
}

ProviderReply refuse(Fault fault, std::string_view detail) {
    const auto reply = [](int status, const Json& body, net::Headers more = {}) {
        more.emplace_back("request-id", "req_sandbox");
        return ProviderReply::json(status, body, std::move(more));
    };
    switch (fault) {
        case Fault::bad_key:
            return reply(401, error_of("authentication_error", "invalid x-api-key"));
        case Fault::forbidden:
            return reply(
                403, error_of("permission_error", "Your API key may not use this resource."));
        case Fault::quota: {
            auto body = error_of("rate_limit_error", "You have reached your spend limit.");
            body["error"]["details"] = {{"error_code", "enforced_spend_limit_reached"}};
            return reply(429, body);
        }
        case Fault::rate_limit:
        case Fault::rate_limit_long:
            return reply(
                429,
                error_of("rate_limit_error", "This request would exceed your rate limit."),
                {{"retry-after", fault == Fault::rate_limit ? "2" : "3600"}});
        case Fault::overloaded:
            return reply(529, error_of("overloaded_error", "Overloaded"));
        case Fault::no_model:
            return reply(404, error_of("not_found_error", "model: " + std::string(detail)));
        case Fault::too_long:
            return reply(
                400,
                error_of(
                    "invalid_request_error",
                    "prompt is too long: 1205000 tokens > 1000000 maximum"));
        case Fault::bad_request:
            return reply(
                400, error_of("invalid_request_error", detail.empty() ? "Invalid value" : detail));
        default:
            return reply(500, error_of("api_error", "Internal server error"));
    }
}

std::string stream_error() {
    return "event: error\ndata: " + json::dump(error_of("overloaded_error", "Overloaded")) + "\n\n";
}

Json models() {
    return {
        {"data",
         Json::array(
             {{{"type", "model"},
               {"id", "claude-haiku-5-5"},
               {"display_name", "Sandbox"},
               {"created_at", "2026-01-01T00:00:00Z"}}})},
        {"has_more", false},
        {"first_id", "claude-haiku-5-5"},
        {"last_id", "claude-haiku-5-5"}};
}

constexpr ProviderDialect dialect{read, answer, refuse, stream_error, models};

}  // namespace

const ProviderDialect& anthropic_dialect() {
    return dialect;
}

}  // namespace caas::sandbox
