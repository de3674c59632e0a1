#include "core/platform/journal.h"

#include <algorithm>

namespace caas::platform {

const Entry* find_done(const Journal& journal, std::string_view step, int part) {
    const auto at = std::ranges::find_if(journal, [&](const Entry& entry) {
        return entry.step == step && entry.part == part && entry.state == StepState::done;
    });
    return at == journal.end() ? nullptr : &*at;
}

const Entry* find_open(const Journal& journal, std::string_view step, int part) {
    const auto at = std::ranges::find_if(journal, [&](const Entry& entry) {
        return entry.step == step && entry.part == part &&
               (entry.state == StepState::unknown || entry.state == StepState::started);
    });
    return at == journal.end() ? nullptr : &*at;
}

const Entry* find_newest(const Journal& journal, std::string_view step, int part) {
    for (auto at = journal.rbegin(); at != journal.rend(); ++at) {
        if (at->step == step && at->part == part)
            return &*at;
    }
    return nullptr;
}

Instant begin_of_doubt(const Journal& journal) {
    const auto& last = journal.back();
    const auto* first = find_open(journal, last.step, last.part);
    return first != nullptr ? first->started_at : last.started_at;
}

}  // namespace caas::platform
