#include "core/delivery/doubt.h"

#include <algorithm>

namespace caas::delivery {
namespace {

bool made_nothing(Ending ending) {
    switch (ending) {
        case Ending::later:
        case Ending::refused:
        case Ending::held:
        case Ending::sign_in:
        case Ending::not_sent:
        case Ending::absent:
        case Ending::returned:
            return true;
        case Ending::done:
        case Ending::already:
        case Ending::go_on:
        case Ending::unknown:
        case Ending::there:
            break;
    }
    return false;
}

}  // namespace

bool is_open(const Attempt& attempt) {
    return attempt.state == AttemptState::unknown || attempt.state == AttemptState::started;
}

Tail tail(const Journal& journal) {
    Tail found;
    for (auto at = journal.rbegin(); at != journal.rend(); ++at) {
        const auto& entry = *at;
        if (entry.state == AttemptState::observed)
            continue;
        if (entry.state == AttemptState::done)
            break;
        if (is_open(entry)) {
            found.is_doubtful = true;
            if (found.pin == nullptr)
                found.pin = &entry;
        } else if (entry.ending == Ending::absent && found.pin == nullptr) {
            // Absent when somebody looked, but it may still be on its way. Also after a repeat was
            // refused: other bytes would be made beside these.
            found.pin = &entry;
        }
    }
    return found;
}

std::optional<Sight> observations(const Journal& journal) {
    bool is_settled_by_them = true;
    bool has_any = false;
    for (auto at = journal.rbegin(); at != journal.rend(); ++at) {
        const auto& entry = *at;
        if (entry.state == AttemptState::observed)
            continue;
        if (entry.state == AttemptState::done)
            break;
        if (!is_open(entry))
            continue;
        const auto seen = std::ranges::find_if(journal, [&](const Attempt& other) {
            return other.state == AttemptState::observed && other.prepared == entry.id.text();
        });
        if (seen == journal.end() || !seen->ending) {
            is_settled_by_them = false;
            continue;
        }
        if (seen->ending == Ending::done || seen->ending == Ending::already)
            return Sight{Sight::Kind::there, seen->remote_id, seen->url, seen->cursor, {}};
        has_any = true;
        is_settled_by_them = is_settled_by_them && made_nothing(*seen->ending);
    }
    if (has_any && is_settled_by_them)
        return Sight{Sight::Kind::absent, {}, {}, {}, {}};
    return std::nullopt;
}

}  // namespace caas::delivery
