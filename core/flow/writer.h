// One candidate: asks the provider, reads the posts, lints them, has broken ones mended (a few
// times at the most), and shortens what is still too long. A mend that fails loses nothing: what
// the call before it gave is shortened instead. Stores nothing. Thread-safe: no state.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/content/body.h"
#include "core/flow/tools.h"
#include "core/platform/lint.h"
#include "core/provider/cost.h"
#include "core/provider/prompt.h"

namespace caas::flow {

// What a person may watch while it is written.
struct Watcher {
    // A piece of the text meant for `platform`, as the model writes it.
    std::function<void(std::string_view platform, std::string_view piece)> on_text;
    // "mending", "shortening": what happens now, in a word for a progress line.
    std::function<void(std::string_view stage)> on_stage;
};

// One written candidate, linted.
struct Candidate {
    content::Body body;
    std::vector<platform::Report> reports;  // one a platform, in the order asked
    int errors = 0;
    int warnings = 0;
    int mends = 0;   // how often the model was asked to mend it
    int number = 0;  // of the version it became; 0 when not stored
    // Why the last mend came to nothing: then this is what the calls before it gave.
    std::optional<Error> mend_failure;
    std::int64_t latency_ms = 0;
    provider::Usage usage;  // of all calls together
    std::string model;
    std::optional<std::int64_t> cost_microdollars;
};

// What all candidates of one order share.
struct Assignment {
    const provider::Driver& driver;
    provider::Endpoint endpoint;
    provider::Template post;
    provider::Template mend;
    std::vector<const platform::Driver*> platforms;  // the first one's text is the common text
    std::vector<provider::PlatformRules> rules;      // in the same order
    std::vector<provider::Price> prices;             // names are views into the settings
    int variants = 1;
    int most_mends = 2;  // of each candidate
    // The provider is about to be called.
    std::function<void()> on_call{};
};

// Throws Error: provider_* when the first call fails, canceled. It is a provider::CallError with
// what all its calls cost.
Candidate write_candidate(
    const Tools& tools,
    const Assignment& assignment,
    const provider::Brief& brief,
    const Watcher& watcher,
    const std::stop_token& stop);

}  // namespace caas::flow
