// The states of a post and the one table of how it may pass from one to another.
//
// Everything that changes post.state goes through post.h's `save` or `save_all`, which ask this
// table. Pure data; thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caas::delivery {

enum class PostState : std::uint8_t {
    draft,
    scheduled,
    publishing,
    retrying,
    published,
    failed,
    unconfirmed,
    canceled,
    missed,
    paused,
};

inline constexpr std::array post_states{
    PostState::draft,
    PostState::scheduled,
    PostState::publishing,
    PostState::retrying,
    PostState::published,
    PostState::failed,
    PostState::unconfirmed,
    PostState::canceled,
    PostState::missed,
    PostState::paused,
};

// Why a post changes.
enum class Event : std::uint8_t {
    schedule,  // a person gives a draft its time
    claim,     // an engine takes it up
    advance,   // one step is done or settled, the next begins
    publish,   // every part is out
    wait,      // certain that nothing is pending at the platform; tried again later
    doubt,     // something may have been made; nothing is sent again on a guess
    fail,      // for good, tries used up, or the rest of a half-sent thread is given up
    miss,      // the catch-up window is over and nothing was sent
    pause,     // the account is paused or needs a sign-in
    resume,    // the account works again
    cancel,    // a person cancels it
    move,      // a person gives it another time
    retry,     // a person wants it tried again
    confirm,   // a person says that it was sent
    deny,      // a person says that it was not sent
    restore,   // a backup took the place of the database: it may have been sent since
};

inline constexpr std::array events{
    Event::schedule,
    Event::claim,
    Event::advance,
    Event::publish,
    Event::wait,
    Event::doubt,
    Event::fail,
    Event::miss,
    Event::pause,
    Event::resume,
    Event::cancel,
    Event::move,
    Event::retry,
    Event::confirm,
    Event::deny,
    Event::restore,
};

struct Transition {
    PostState from;
    Event event;
    PostState to;
};

inline constexpr auto transitions = std::to_array<Transition>({
    {PostState::draft, Event::schedule, PostState::scheduled},
    {PostState::draft, Event::schedule, PostState::paused},
    {PostState::draft, Event::cancel, PostState::canceled},

    {PostState::scheduled, Event::claim, PostState::publishing},
    {PostState::scheduled, Event::miss, PostState::missed},
    {PostState::scheduled, Event::pause, PostState::paused},
    {PostState::scheduled, Event::cancel, PostState::canceled},
    {PostState::scheduled, Event::move, PostState::scheduled},
    {PostState::scheduled, Event::restore, PostState::unconfirmed},

    {PostState::retrying, Event::claim, PostState::publishing},
    {PostState::retrying, Event::miss, PostState::missed},
    {PostState::retrying, Event::pause, PostState::paused},
    {PostState::retrying, Event::cancel, PostState::canceled},
    {PostState::retrying, Event::retry, PostState::retrying},
    {PostState::retrying, Event::fail, PostState::failed},
    {PostState::retrying, Event::restore, PostState::unconfirmed},

    {PostState::publishing, Event::advance, PostState::publishing},
    {PostState::publishing, Event::publish, PostState::published},
    {PostState::publishing, Event::wait, PostState::retrying},
    {PostState::publishing, Event::doubt, PostState::unconfirmed},
    {PostState::publishing, Event::fail, PostState::failed},
    {PostState::publishing, Event::miss, PostState::missed},
    {PostState::publishing, Event::pause, PostState::paused},
    {PostState::publishing, Event::restore, PostState::unconfirmed},

    {PostState::unconfirmed, Event::claim, PostState::unconfirmed},
    {PostState::unconfirmed, Event::advance, PostState::publishing},
    {PostState::unconfirmed, Event::publish, PostState::published},
    {PostState::unconfirmed, Event::wait, PostState::retrying},
    {PostState::unconfirmed, Event::doubt, PostState::unconfirmed},
    {PostState::unconfirmed, Event::fail, PostState::failed},
    {PostState::unconfirmed, Event::miss, PostState::missed},
    {PostState::unconfirmed, Event::pause, PostState::paused},
    {PostState::unconfirmed, Event::pause, PostState::unconfirmed},
    {PostState::unconfirmed, Event::resume, PostState::unconfirmed},
    {PostState::unconfirmed, Event::confirm, PostState::published},
    {PostState::unconfirmed, Event::confirm, PostState::failed},
    {PostState::unconfirmed, Event::deny, PostState::scheduled},
    {PostState::unconfirmed, Event::deny, PostState::retrying},
    {PostState::unconfirmed, Event::deny, PostState::paused},
    {PostState::unconfirmed, Event::deny, PostState::failed},
    {PostState::unconfirmed, Event::deny, PostState::canceled},
    {PostState::unconfirmed, Event::restore, PostState::unconfirmed},

    {PostState::paused, Event::resume, PostState::scheduled},
    {PostState::paused, Event::resume, PostState::retrying},
    {PostState::paused, Event::cancel, PostState::canceled},
    {PostState::paused, Event::move, PostState::paused},
    {PostState::paused, Event::fail, PostState::failed},
    {PostState::paused, Event::restore, PostState::unconfirmed},

    {PostState::failed, Event::retry, PostState::scheduled},
    {PostState::failed, Event::retry, PostState::retrying},
    {PostState::failed, Event::retry, PostState::paused},
    {PostState::failed, Event::restore, PostState::unconfirmed},

    {PostState::missed, Event::retry, PostState::scheduled},
    {PostState::missed, Event::retry, PostState::paused},
    {PostState::missed, Event::move, PostState::scheduled},
    {PostState::missed, Event::move, PostState::paused},
    {PostState::missed, Event::restore, PostState::unconfirmed},
});

constexpr bool is_allowed(PostState from, Event event, PostState to) {
    for (const auto& row : transitions) {
        if (row.from == from && row.event == event && row.to == to)
            return true;
    }
    return false;
}

// Nothing more will happen to it unless a person asks for it.
constexpr bool is_settled(PostState state) {
    return state == PostState::published || state == PostState::failed ||
           state == PostState::canceled || state == PostState::missed;
}

std::string_view name(PostState state);
std::string_view name(Event event);
std::optional<PostState> parse_post_state(std::string_view name);

// The table as the manual prints it (man/caasd.8.scd, in scdoc).
std::string transition_table();

}  // namespace caas::delivery
