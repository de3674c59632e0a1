// Chat completions at any address: Ollama, llama.cpp, vLLM, LM Studio, proxies, OpenAI itself
// (wire/ai-and-stripe.md, 3.2 and 6). Sends only what all of them understand.
#include <nlohmann/json.hpp>

#include "core/provider/call.h"
#include "core/provider/drivers.h"

namespace caas::provider {
namespace {

constexpr Dialect dialect{compatible, "", nullptr};

// Local servers need no key, and an empty one makes some of them refuse.
net::Headers headers_for(const Endpoint& endpoint) {
    if (endpoint.key.empty())
        return {};
    return {{"Authorization", "Bearer " + endpoint.key.reveal()}};
}

void read_usage(const Json& body, Usage& usage) {
    const auto* from = json::find(body, "usage");
    if (from == nullptr)
        return;
    usage.is_known = true;
    usage.input = count(*from, "prompt_tokens");
    usage.output = count(*from, "completion_tokens");
    if (const auto* details = json::find(*from, "prompt_tokens_details"))
        usage.cached_input = count(*details, "cached_tokens");
    if (const auto* details = json::find(*from, "completion_tokens_details"))
        usage.reasoning = count(*details, "reasoning_tokens");
}

void read_finish(const Json& choice, Draft& draft) {
    const auto reason = json::text(choice, "finish_reason");
    if (!reason || reason->empty())
        return;
    draft.is_finished = true;
    if (*reason == "length") {
        draft.answer.finish = Finish::length;
    } else if (*reason == "content_filter") {
        draft.answer.finish = Finish::refused;
        if (draft.answer.refusal.empty())
            draft.answer.refusal = "content_filter";
    }
}

// `member` is "message" in a whole answer and "delta" in a stream.
void read_choice(const Json& body, std::string_view member, Draft& draft) {
    read_usage(body, draft.answer.usage);
    draft.answer.model = json::text_or(body, "model", draft.answer.model);
    const auto* choices = json::find(body, "choices");
    if (choices == nullptr || !choices->is_array() || choices->empty())
        return;
    const auto& choice = choices->front();
    if (const auto* message = json::find(choice, member)) {
        draft.add(json::text_or(*message, "content", ""));
        if (const auto refusal = json::text(*message, "refusal"); refusal && !refusal->empty()) {
            draft.answer.refusal += *refusal;
            draft.answer.finish = Finish::refused;
        }
    }
    read_finish(choice, draft);
}

void read(const Json& body, Draft& draft) {
    read_choice(body, "message", draft);
    // Some servers leave finish_reason out of a whole answer.
    draft.is_finished = draft.is_finished || !draft.answer.text.empty();
}

void read_event(const Json& event, Draft& draft) {
    read_choice(event, "delta", draft);
}

Answer ask_compatible(const Ask& ask, const Endpoint& given, const Tools& tools) {
    const auto endpoint = with_defaults(given, compatible);
    Exchange what;
    what.url = endpoint.base_url + "/chat/completions";
    what.headers = headers_for(endpoint);
    auto system = ask.system;
    if (!endpoint.has_schema)
        system += "\n\nAnswer with one JSON object and nothing else, by this JSON Schema:\n" +
                  json::dump(schema_of(ask));
    Json body = {
        {"messages",
         Json::array(
             {{{"role", "system"}, {"content", system}},
              {{"role", "user"}, {"content", ask.user}}})},
        {endpoint.token_limit_field, endpoint.max_output_tokens},
    };
    if (!endpoint.model.empty())  // llama.cpp has only one
        body["model"] = endpoint.model;
    if (endpoint.has_schema)
        body["response_format"] = {
            {"type", "json_schema"},
            {"json_schema",
             {{"name", ask.schema_name}, {"strict", true}, {"schema", schema_of(ask)}}}};
    if (ask.on_text) {
        body["stream"] = true;
        body["stream_options"] = {{"include_usage", true}};
    }
    what.body = json::dump(body);
    what.read = read;
    what.read_event = read_event;
    return exchange(dialect, what, ask, endpoint, tools);
}

void check_compatible(const Endpoint& given, const Tools& tools) {
    const auto endpoint = with_defaults(given, compatible);
    probe(dialect, endpoint.base_url + "/models", headers_for(endpoint), endpoint, tools);
}

}  // namespace

extern constexpr Driver compatible{
    "openai-compatible",
    "OpenAI-compatible server",
    "",
    "http://127.0.0.1:11434/v1",
    false,
    ask_compatible,
    check_compatible,
};

}  // namespace caas::provider
