#include "core/flow/account_call.h"

#include <algorithm>

#include "core/delivery/attempt.h"
#include "core/flow/deliver_call.h"

namespace caas::flow {

std::vector<platform::Entry> published_entries(store::Reader& reader, const PostId& post) {
    const auto attempts = delivery::read_journal(reader, post);
    std::vector<platform::Entry> published;
    for (const auto& entry : journal_of(attempts)) {
        const auto attempt = std::ranges::find(attempts, entry.number, &delivery::Attempt::number);
        if (entry.state == platform::StepState::done && attempt->publishes)
            published.push_back(entry);
    }
    std::ranges::stable_sort(published, {}, &platform::Entry::part);
    return published;
}

}  // namespace caas::flow
