#include "core/api/await_post.h"

#include "core/api/listeners.h"
#include "core/base/error.h"
#include "core/delivery/queue.h"

namespace caas::api {
namespace {

// How often a waiting call looks; a person cannot tell it from at once.
constexpr auto look_every = Milliseconds(40);

// Put off for what only a person mends, such as credentials that the secret key does not open.
bool is_stuck(const delivery::Post& post, Instant now) {
    return post.state == delivery::PostState::retrying && post.wake_at && *post.wake_at > now &&
           is_lasting(post.code);
}

// Nothing will change by itself: settled, in doubt, paused, or stuck.
bool is_over(const delivery::Post& post, Instant now) {
    return post.settled_at || (!post.wake_at && post.state != delivery::PostState::publishing) ||
           is_stuck(post, now);
}

// One that is in somebody's hands counts too: those may be dead.
bool may_want_engine(const delivery::Post& post, Instant now) {
    return !post.wake_at || *post.wake_at <= now;
}

}  // namespace

delivery::Post await_post(Call& call, delivery::Post post, std::chrono::seconds most) {
    auto& clock = call.tools().clock;
    const auto end = clock.monotonic() + most;
    if (is_over(post, clock.now()) || most <= std::chrono::seconds::zero())
        return post;
    const Listeners::Seat seat(*call.listeners, call.principal);
    const auto look = [&] {
        post = call.tools().store.read([&](store::Reader& reader) {
            return delivery::get_post(reader, call.principal.workspace, post.id);
        });
    };
    while (!is_over(post, clock.now()) && clock.monotonic() < end) {
        if (call.context.deliver && may_want_engine(post, clock.now())) {
            const auto left = std::chrono::ceil<Milliseconds>(end - clock.monotonic());
            call.context.deliver(post.id, left, call.request.stop);
            look();
            if (is_over(post, clock.now()))
                break;
        }
        if (!call.request.hold(clock, look_every))
            break;
        look();
    }
    return post;
}

}  // namespace caas::api
