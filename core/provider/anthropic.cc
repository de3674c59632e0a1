// Anthropic's Messages API (wire/ai-and-stripe.md, 5). No temperature, top_p or top_k: since the
// version 2026-10-21 sending any of them is refused.
#include <nlohmann/json.hpp>

#include "core/provider/call.h"
#include "core/provider/drivers.h"

namespace caas::provider {
namespace {

std::optional<Code> judge(int status, const ErrorBody& body) {
    if (status == 529 || body.type == "overloaded_error")
        return Code::provider_unavailable;
    return std::nullopt;
}

constexpr Dialect dialect{anthropic, "ANTHROPIC_API_KEY", judge};

net::Headers headers_for(const Endpoint& endpoint) {
    return {{"x-api-key", endpoint.key.reveal()}, {"anthropic-version", "2026-10-21"}};
}

// People give the address with and without the version.
std::string address(const Endpoint& endpoint, std::string_view path) {
    const auto& base = endpoint.base_url;
    const bool has_version = base.size() >= 3 && base.compare(base.size() - 3, 3, "/v1") == 0;
    return base + (has_version ? "" : "/v1") + std::string(path);
}

// Counts in a stream are running totals and come in two events; what an event does not name stays.
void read_usage(const Json& holder, Usage& usage) {
    const auto* from = json::find(holder, "usage");
    if (from == nullptr)
        return;
    usage.is_known = true;
    if (json::find(*from, "input_tokens") != nullptr) {
        usage.cached_input = count(*from, "cache_read_input_tokens");
        usage.input = count(*from, "input_tokens") + count(*from, "cache_creation_input_tokens") +
                      usage.cached_input;
    }
    if (json::find(*from, "output_tokens") != nullptr)
        usage.output = count(*from, "output_tokens");
    if (const auto* details = json::find(*from, "output_tokens_details"))
        usage.reasoning = count(*details, "thinking_tokens");
}

// The object that holds stop_reason: a whole message, or the delta near a stream's end.
void read_stop(const Json& holder, Draft& draft) {
    const auto reason = json::text(holder, "stop_reason");
    if (!reason)
        return;
    draft.is_finished = true;
    if (*reason == "max_tokens" || *reason == "model_context_window_exceeded" ||
        *reason == "pause_turn") {
        draft.answer.finish = Finish::length;
    } else if (*reason == "refusal") {
        draft.answer.finish = Finish::refused;
        if (const auto* details = json::find(holder, "stop_details"))
            draft.answer.refusal =
                json::text_or(*details, "explanation", json::text_or(*details, "category", ""));
    }
}

void read(const Json& message, Draft& draft) {
    const auto* content = json::find(message, "content");
    if (content != nullptr && content->is_array()) {
        for (const auto& block : *content) {
            if (json::text_or(block, "type", "") == "text")
                draft.add(json::text_or(block, "text", ""));
        }
    }
    draft.answer.model = json::text_or(message, "model", "");
    read_usage(message, draft.answer.usage);
    read_stop(message, draft);
}

void read_event(const Json& event, Draft& draft) {
    const auto type = json::text_or(event, "type", "");
    if (type == "message_start") {
        if (const auto* message = json::find(event, "message")) {
            draft.answer.model = json::text_or(*message, "model", "");
            read_usage(*message, draft.answer.usage);
        }
    } else if (type == "content_block_start") {
        const auto* block = json::find(event, "content_block");
        if (block != nullptr && json::text_or(*block, "type", "") == "text")
            draft.add(json::text_or(*block, "text", ""));
    } else if (type == "content_block_delta") {
        const auto* delta = json::find(event, "delta");
        if (delta != nullptr && json::text_or(*delta, "type", "") == "text_delta")
            draft.add(json::text_or(*delta, "text", ""));
    } else if (type == "message_delta") {
        read_usage(event, draft.answer.usage);
        if (const auto* delta = json::find(event, "delta"))
            read_stop(*delta, draft);
    }
}

Answer ask_anthropic(const Ask& ask, const Endpoint& given, const Tools& tools) {
    const auto endpoint = with_defaults(given, anthropic);
    Exchange what;
    what.url = address(endpoint, "/messages");
    what.headers = headers_for(endpoint);
    Json body = {
        {"model", endpoint.model},
        {"max_tokens", endpoint.max_output_tokens},
        {"system", ask.system},
        {"messages", Json::array({{{"role", "user"}, {"content", ask.user}}})},
        {"output_config", {{"format", {{"type", "json_schema"}, {"schema", schema_of(ask)}}}}},
    };
    if (ask.on_text)
        body["stream"] = true;
    what.body = json::dump(body);
    what.read = read;
    what.read_event = read_event;
    return exchange(dialect, what, ask, endpoint, tools);
}

void check_anthropic(const Endpoint& given, const Tools& tools) {
    const auto endpoint = with_defaults(given, anthropic);
    probe(dialect, address(endpoint, "/models"), headers_for(endpoint), endpoint, tools);
}

}  // namespace

extern constexpr Driver anthropic{
    "anthropic",
    "Anthropic",
    "claude-haiku-5-5",
    "https://api.anthropic.com",
    true,
    ask_anthropic,
    check_anthropic,
};

}  // namespace caas::provider
