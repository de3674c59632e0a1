#include "core/delivery/state.h"

namespace caas::delivery {
namespace {

constexpr std::array<std::string_view, post_states.size()> state_names{
    "draft",
    "scheduled",
    "publishing",
    "retrying",
    "published",
    "failed",
    "unconfirmed",
    "canceled",
    "missed",
    "paused",
};

constexpr std::array<std::string_view, events.size()> event_names{
    "schedule",
    "claim",
    "advance",
    "publish",
    "wait",
    "doubt",
    "fail",
    "miss",
    "pause",
    "resume",
    "cancel",
    "move",
    "retry",
    "confirm",
    "deny",
    "restore",
};

}  // namespace

std::string_view name(PostState state) {
    return state_names[static_cast<std::size_t>(state)];
}

std::string_view name(Event event) {
    return event_names[static_cast<std::size_t>(event)];
}

std::optional<PostState> parse_post_state(std::string_view text) {
    for (const auto state : post_states) {
        if (name(state) == text)
            return state;
    }
    return std::nullopt;
}

std::string transition_table() {
    std::string table = "|[ *from*\n:[ *event*\n:[ *to*\n";
    for (const auto from : post_states) {
        for (const auto event : events) {
            std::string ends;
            for (const auto& row : transitions) {
                if (row.from != from || row.event != event)
                    continue;
                ends += ends.empty() ? "" : ", ";
                ends += name(row.to);
            }
            if (ends.empty())
                continue;
            table += "|  ";
            table += name(from);
            table += "\n:  ";
            table += name(event);
            table += "\n:  " + ends + "\n";
        }
    }
    return table;
}

}  // namespace caas::delivery
