// What the pretend providers have in common: a question read from any of the four wire formats,
// and the text that answers it by its schema.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/net/http_client.h"
#include "core/sandbox/provider_fault.h"
#include "core/sandbox/provider_reply.h"

namespace caas::sandbox {

// A question, whatever format it came in.
struct Question {
    std::string model;
    std::string system;
    std::string user;
    std::string schema;  // JSON, empty when none was asked for
    bool is_stream = false;
    // Why the real provider would refuse it with 400; empty when it would not.
    std::string complaint;
};

// What is answered to it.
struct Reading {
    enum class Ending { stop, length, refused, filtered };

    std::string text;
    Ending ending = Ending::stop;
    std::string refusal;
    bool has_usage = true;
    std::int64_t input = 0;
    std::int64_t output = 0;
};

struct ProviderDialect {
    Question (*read)(const net::Request& request, const Json& body);
    ProviderReply (*answer)(const Question& question, const Reading& reading);
    // For faults that are an HTTP answer of their own.
    ProviderReply (*refuse)(Fault fault, std::string_view detail);
    // The event that reports a failure in the middle of a stream.
    std::string (*stream_error)();
    Json (*models)();
};

const ProviderDialect& responses_dialect();
const ProviderDialect& chat_dialect();
const ProviderDialect& gemini_dialect();
const ProviderDialect& anthropic_dialect();

// One JSON text by the schema, about the brief in the question.
std::string write_by_schema(const Question& question, bool is_over_limit);
// The text in pieces that cut no character.
std::vector<std::string> pieces_of(std::string_view text);
// Tokens of a text, near enough: a quarter of its bytes.
std::int64_t tokens_of(std::string_view text);
// Names members of `body` that are not in `known`; empty when all are.
std::string unknown_member(const Json& body, std::initializer_list<std::string_view> known);
// What strict structured output refuses in a schema; empty when nothing.
std::string schema_complaint(const Json& schema);

}  // namespace caas::sandbox
