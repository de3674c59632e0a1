// One HTTP call in a provider's dialect: sends it, reads a whole or a streamed answer, and turns
// everything else into a CallError. The drivers only say how their JSON looks.
//
// Keeps no state; may be used from several threads.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/provider/driver.h"
#include "core/provider/failure.h"

namespace caas::provider {

// An answer while it is being read.
class Draft {
  public:
    explicit Draft(const std::function<void(std::string_view)>& on_text) : on_text_(on_text) {}

    // The next piece of the answer's text.
    void add(std::string_view text) {
        answer.text += text;
        if (on_text_ && !text.empty())
            on_text_(text);
    }

    Answer answer;
    // The provider said that the answer is over; without it a stream was cut.
    bool is_finished = false;
    // The provider reported a failure inside a 2xx answer.
    std::optional<ErrorBody> error;

  private:
    const std::function<void(std::string_view)>& on_text_;
};

struct Exchange {
    std::string url;
    net::Headers headers;
    std::string body;  // JSON
    // Reads a whole answer.
    void (*read)(const Json& body, Draft& draft) = nullptr;
    // Reads one event of a stream. Unknown ones are left alone.
    void (*read_event)(const Json& event, Draft& draft) = nullptr;
};

// Throws CallError. The answer's text is not empty unless it was refused or cut off.
Answer exchange(
    const Dialect& dialect,
    const Exchange& what,
    const Ask& ask,
    const Endpoint& endpoint,
    const Tools& tools);

// A GET that only has to succeed with JSON.
void probe(
    const Dialect& dialect,
    const std::string& url,
    const net::Headers& headers,
    const Endpoint& endpoint,
    const Tools& tools);

// A count of tokens: absent, null or negative is 0.
std::int64_t count(const Json& usage, std::string_view key);

// The Json of an Ask's schema; throws Error(internal) when it is none, which is our mistake.
Json schema_of(const Ask& ask);

}  // namespace caas::provider
