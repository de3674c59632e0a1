#include "core/api/await_post.h"

#include "core/delivery/queue.h"

namespace caas::api {
namespace {

// How often a waiting call looks; a person cannot tell it from at once.
constexpr auto look_every = Milliseconds(40);

// Nothing will change by itself: settled, in doubt, or paused.
bool is_over(const delivery::Post& post) {
    return post.settled_at || (!post.wake_at && post.state != delivery::PostState::publishing);
}

// One that is in somebody's hands counts too: those may be dead.
bool may_want_engine(const delivery::Post& post, Instant now) {
    return !post.wake_at || *post.wake_at <= now;
}

}  // namespace

delivery::Post await_post(Call& call, delivery::Post post, std::chrono::seconds most) {
    auto& clock = call.tools().clock;
    const auto end = clock.monotonic() + most;
    const auto look = [&] {
        post = call.tools().store.read([&](store::Reader& reader) {
            return delivery::get_post(reader, call.principal.workspace, post.id);
        });
    };
    while (!is_over(post) && clock.monotonic() < end) {
        if (call.context.deliver && may_want_engine(post, clock.now())) {
            call.context.deliver(post.id, call.request.stop);
            look();
            if (is_over(post))
                break;
        }
        if (!call.request.hold(clock, look_every))
            break;
        look();
    }
    return post;
}

}  // namespace caas::api
