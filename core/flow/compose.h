// From a brief to a version: has candidates written, ranks them, keeps them as versions of one
// content with the best one last.
//
// What was paid for is kept: a candidate that fails spoils none of the others. Who stops half-way
// gets nothing stored.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/principal.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/content/content.h"
#include "core/flow/tools.h"
#include "core/flow/writer.h"

namespace caas::flow {

constexpr int most_variants = 8;

struct GenerateOrder {
    std::string prompt;
    std::vector<std::string> platforms;  // ids; the first one's text is the common text
    std::string tone;                    // empty: the configured one
    std::string provider;                // empty: the configured one
    std::string model;                   // empty: the provider's configured one
    std::string language;
    std::string voice;               // name of a voice of the workspace
    std::vector<std::string> media;  // ids or parts of them, shown with the first part
    int variants = 1;                // 1 to most_variants
    bool is_stored = true;
};

struct Generated {
    std::optional<ContentId> content;      // empty when not stored
    std::vector<Candidate> candidates;     // best first
    std::vector<content::Making> makings;  // of each candidate, as its version keeps it
    std::vector<Error> failures;           // of the candidates that could not be written
    bool has_mail = false;                 // its owners are written to that tokens run out
};

// A BCP 47 tag by its shape: letters and digits in groups of 1 to 8, the first of letters only.
bool is_language_tag(std::string_view tag);

// Throws Error: invalid (unknown platform, tone, language, empty or overlong prompt), not_found (no
// such voice, or no such workspace any more), plan_limit, provider_*, canceled, and unauthenticated
// or forbidden when the caller may not keep contents there any more once they are written. One that
// cannot be stored for another reason is in the error's details (compose_store.h).
Generated generate(
    const Tools& tools,
    const access::Principal& principal,
    const GenerateOrder& order,
    const Watcher& watcher,
    const std::stop_token& stop);

}  // namespace caas::flow
