// Keeps what a provider has written, which is paid for by now: with patience, and so that it is
// counted and handed over where it cannot be kept. Thread-safe: no state.
#pragma once

#include <functional>
#include <stop_token>
#include <vector>

#include "core/access/principal.h"
#include "core/flow/compose.h"
#include "core/flow/spend.h"
#include "core/flow/tools.h"

namespace caas::flow {

// Runs `step` again for a while where the database is in use or away. When it fails for good, what
// `candidates` cost is counted, and the Error has their texts as details, since nothing else has
// them; not where tokens are limited and could not be counted. Of what costs nothing it is run
// once, and what it throws is thrown.
void run_paid(
    const Tools& tools,
    Spending& spending,
    const std::vector<Candidate>& candidates,
    const std::stop_token& stop,
    const std::function<void()>& step);

// Keeps the candidates as versions of one content, the best one last, and settles what they cost.
// Throws Error: as run_paid does; unauthenticated, forbidden or not_found when the caller may not
// keep contents there any more.
void store_written(
    const Tools& tools,
    const access::Principal& principal,
    Spending& spending,
    Generated& generated,
    const std::stop_token& stop);

}  // namespace caas::flow
