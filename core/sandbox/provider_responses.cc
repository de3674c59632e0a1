// A pretend Responses API (wire/ai-and-stripe.md, 3.1).
#include <nlohmann/json.hpp>

#include "core/sandbox/provider_dialect.h"
#include "core/sandbox/provider_openai_errors.h"

namespace caas::sandbox {
namespace {

constexpr std::string_view message_id = "msg_sandbox";

Question read(const net::Request&, const Json& body) {
    Question question;
    question.model = json::text_or(body, "model", "");
    question.system = json::text_or(body, "instructions", "");
    const auto* input = json::find(body, "input");
    if (input != nullptr)
        question.user = input->is_string() ? input->get<std::string>() : json::dump(*input);
    question.is_stream = json::truth(body, "stream").value_or(false);
    if (const auto* schema = json::path(body, {"text", "format", "schema"}))
        question.schema = json::dump(*schema);

    const auto unknown = unknown_member(
        body,
        {"model",
         "input",
         "instructions",
         "max_output_tokens",
         "temperature",
         "top_p",
         "reasoning",
         "text",
         "store",
         "stream",
         "stream_options",
         "metadata",
         "safety_identifier",
         "prompt_cache_key",
         "service_tier",
         "truncation"});
    if (!unknown.empty())
        question.complaint = "Unknown parameter: '" + unknown + "'.";
    else if (question.model.empty())
        question.complaint = "Missing required parameter: 'model'.";
    else if (const auto schema = json::try_parse(question.schema))
        question.complaint = schema_complaint(*schema);
    return question;
}

Json item_for(const Reading& reading, const std::string& status) {
    Json content = Json::array();
    if (reading.ending == Reading::Ending::refused)
        content.push_back({{"type", "refusal"}, {"refusal", reading.refusal}});
    else if (!reading.text.empty())
        content.push_back(
            {{"type", "output_text"}, {"text", reading.text}, {"annotations", Json::array()}});
    return {
        {"type", "message"},
        {"id", message_id},
        {"status", status},
        {"role", "assistant"},
        {"content", content}};
}

Json response_for(const Question& question, const Reading& reading, const std::string& status) {
    Json response = {
        {"id", "resp_sandbox"},
        {"object", "response"},
        {"created_at", 1795341600},
        {"status", status},
        {"error", nullptr},
        {"incomplete_details", nullptr},
        {"instructions", question.system},
        {"max_output_tokens", nullptr},
        {"metadata", Json::object()},
        {"model", question.model},
        {"output", Json::array()},
        {"parallel_tool_calls", true},
        {"previous_response_id", nullptr},
        {"store", false},
        {"temperature", 1.0},
        {"text", {{"format", {{"type", "text"}}}}},
        {"tool_choice", "auto"},
        {"tools", Json::array()},
        {"top_p", 1.0},
        {"truncation", "disabled"},
        {"usage", nullptr}};
    if (status == "in_progress")
        return response;
    // A model that reasons puts that before its message.
    response["output"].push_back(
        {{"type", "reasoning"}, {"id", "rs_sandbox"}, {"summary", Json::array()}});
    response["output"].push_back(item_for(reading, status));
    if (status == "incomplete")
        response["incomplete_details"] = {
            {"reason",
             reading.ending == Reading::Ending::filtered ? "content_filter" : "max_output_tokens"}};
    if (reading.has_usage)
        response["usage"] = {
            {"input_tokens", reading.input},
            {"input_tokens_details", {{"cached_tokens", 0}, {"cache_write_tokens", 0}}},
            {"output_tokens", reading.output},
            {"output_tokens_details", {{"reasoning_tokens", 3}}},
            {"total_tokens", reading.input + reading.output}};
    return response;
}

ProviderReply stream(const Question& question, const Reading& reading, const std::string& status) {
    EventStream events;
    int number = 0;
    const auto add = [&](const std::string& type, Json data) {
        data["type"] = type;
        data["sequence_number"] = number++;
        events.add(type, data);
    };
    const bool is_refusal = reading.ending == Reading::Ending::refused;
    const Json place = {{"item_id", message_id}, {"output_index", 1}, {"content_index", 0}};
    const auto at_place = [&](const Json& more) {
        auto data = place;
        data.update(more);
        return data;
    };
    const auto begun = response_for(question, reading, "in_progress");
    add("response.created", {{"response", begun}});
    add("response.in_progress", {{"response", begun}});
    const Json thought = {{"type", "reasoning"}, {"id", "rs_sandbox"}, {"summary", Json::array()}};
    add("response.output_item.added", {{"output_index", 0}, {"item", thought}});
    add("response.output_item.done", {{"output_index", 0}, {"item", thought}});
    add("response.output_item.added", {{"output_index", 1}, {"item", item_for({}, "in_progress")}});
    const Json empty_part =
        is_refusal ? Json{{"type", "refusal"}, {"refusal", ""}}
                   : Json{{"type", "output_text"}, {"text", ""}, {"annotations", Json::array()}};
    add("response.content_part.added", at_place({{"part", empty_part}}));
    const std::string kind = is_refusal ? "response.refusal" : "response.output_text";
    const auto& words = is_refusal ? reading.refusal : reading.text;
    for (const auto& piece : pieces_of(words))
        add(kind + ".delta", at_place({{"delta", piece}, {"logprobs", Json::array()}}));
    add(kind + ".done", at_place({{is_refusal ? "refusal" : "text", words}}));
    const auto item = item_for(reading, status);
    if (!item["content"].empty())
        add("response.content_part.done", at_place({{"part", item["content"][0]}}));
    add("response.output_item.done", {{"output_index", 1}, {"item", item}});
    add("response." + status, {{"response", response_for(question, reading, status)}});
    return events.take({{"x-request-id", "req_sandbox"}});
}

ProviderReply answer(const Question& question, const Reading& reading) {
    const bool is_whole =
        reading.ending == Reading::Ending::stop || reading.ending == Reading::Ending::refused;
    const std::string status = is_whole ? "completed" : "incomplete";
    if (question.is_stream)
        return stream(question, reading, status);
    return ProviderReply::json(
        200, response_for(question, reading, status), {{"x-request-id", "req_sandbox"}});
}

std::string stream_error() {
    const Json event = {
        {"type", "error"},
        {"code", "server_error"},
        {"message", "The server had an error while writing"},
        {"param", nullptr},
        {"sequence_number", 9}};
    return "event: error\ndata: " + json::dump(event) + "\n\n";
}

Json models() {
    return {
        {"object", "list"},
        {"data",
         Json::array(
             {{{"id", "gpt-5.4-mini"},
               {"object", "model"},
               {"created", 1741305600},
               {"owned_by", "sandbox"}}})}};
}

constexpr ProviderDialect dialect{read, answer, refuse_as_openai, stream_error, models};

}  // namespace

const ProviderDialect& responses_dialect() {
    return dialect;
}

}  // namespace caas::sandbox
