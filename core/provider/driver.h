// Who writes: one driver per AI provider, a const struct named in registry.cc.
//
// A driver turns one Ask into one HTTP call in its provider's dialect and reads the answer. It
// never retries (retry.h does) and keeps no state, so it may be used from several threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/net/http_client.h"

namespace caas::provider {

// What the person wants written. The offline provider reads this instead of the prompt text.
struct Brief {
    std::string prompt;
    std::string tone;                    // one of tones()
    std::string language;                // BCP 47, empty: that of the prompt
    std::string voice;                   // brand voice, free text, may be empty
    std::vector<std::string> platforms;  // platform ids, at least one
    int variant = 0;                     // 0-based; drivers without chance of their own vary by it
};

// Where a provider is reached and as whom; from the configuration.
struct Endpoint {
    std::string base_url;
    Secret key;
    std::string model;
    int max_output_tokens = 4000;
    std::chrono::milliseconds timeout = std::chrono::minutes(2);
    // For compatible servers: "max_tokens" or "max_completion_tokens", and whether they know
    // schemas.
    std::string token_limit_field = "max_tokens";
    bool has_schema = true;
};

struct Ask {
    Brief brief;
    std::string system;  // rendered from share/prompts
    std::string user;
    std::string schema;  // JSON Schema text of the answer wanted
    std::string schema_name = "posts";
    // When set, the answer is streamed and pieces of its text go here as they come.
    std::function<void(std::string_view)> on_text;
    std::stop_token stop;
};

enum class Finish { stop, length, refused };

struct Usage {
    bool is_known = false;  // several compatible servers send none when streaming
    std::int64_t input = 0;
    std::int64_t cached_input = 0;
    std::int64_t output = 0;  // with reasoning
    std::int64_t reasoning = 0;
};

struct Answer {
    std::string text;  // by the schema: one JSON object
    Finish finish = Finish::stop;
    std::string refusal;  // why, when refused
    Usage usage;
    std::string model;       // as the provider named it
    std::string request_id;  // for its support, may be empty
};

struct Tools {
    net::HttpClient& http;
    Clock& clock;
    Random& random;
};

struct Driver {
    std::string_view id;
    std::string_view title;
    std::string_view default_model;
    std::string_view default_base_url;
    bool needs_key;
    // One call. Throws Error with a provider_* code, retry_after set where the provider said so.
    Answer (*ask)(const Ask& ask, const Endpoint& endpoint, const Tools& tools);
    // Whether the key works and the server answers; throws as ask does. Costs nothing.
    void (*check)(const Endpoint& endpoint, const Tools& tools);
};

// All drivers in alphabetical order.
std::span<const Driver* const> all();
// nullptr when there is none of that name.
const Driver* find(std::string_view id);
// Throws Error(invalid) that lists them, and the one that may have been meant.
const Driver& get(std::string_view id);

std::span<const std::string_view> tones();

}  // namespace caas::provider
