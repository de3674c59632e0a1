// One post in the engine's hands: its call, and its outcome.
#include <algorithm>
#include <exception>
#include <utility>

#include "core/base/error.h"
#include "core/flow/engine.h"

namespace caas::flow {
namespace {

// An outcome that cannot be written down is kept and tried again: without it, a person would have
// to look.
constexpr Backoff record_pace{Milliseconds(50), std::chrono::seconds(5)};
constexpr auto most_recording = std::chrono::minutes(8);
// A daemon that is stopped has half a minute (caasd(8)); what is left of it is for leaving.
constexpr auto most_recording_when_stopping = std::chrono::seconds(25);
// Whoever waits for one post, or has interrupted that, waits as much longer.
constexpr auto most_recording_when_awaited = std::chrono::seconds(5);

}  // namespace

bool Engine::may_pass(Code code) {
    return code == Code::storage_full || code == Code::storage_read_only || code == Code::busy ||
           code == Code::unavailable || code == Code::timeout || code == Code::storage_corrupt;
}

void Engine::count(const Work& work) {
    if (work.is_lost) {
        log_.write(Level::warn, "engine.lane_lost", {{"post", work.post.id.text()}});
        ++counts_.lost;
        return;
    }
    const auto& post = work.post;
    switch (post.state) {
        case delivery::PostState::published:
            ++counts_.published;
            break;
        case delivery::PostState::failed:
            ++counts_.failed;
            break;
        case delivery::PostState::unconfirmed:
            ++counts_.unconfirmed;
            break;
        case delivery::PostState::missed:
            ++counts_.missed;
            break;
        case delivery::PostState::paused:
            ++counts_.paused;
            break;
        default:
            ++counts_.waiting;
            break;
    }
    const bool is_bad =
        post.state != delivery::PostState::published && post.state != delivery::PostState::retrying;
    log_.write(
        is_bad ? Level::warn : Level::info,
        "post." + std::string(delivery::name(post.state)),
        {{"post", post.id.text()},
         {"platform", post.platform},
         {"parts_published", std::to_string(post.parts_published)},
         {"code", post.code}});
}

// Until when it is tried to write the outcome down.
Monotonic Engine::record_until(const Work& work) {
    auto until = work.answered_at + most_recording;
    if (awaited_until_)
        until = std::max(*awaited_until_, work.answered_at + most_recording_when_awaited);
    if (!stop_.stop_requested())
        return until;
    if (!stopped_at_)
        stopped_at_ = clock_.monotonic();
    return std::min(
        until,
        *stopped_at_ +
            (awaited_until_ ? most_recording_when_awaited : most_recording_when_stopping));
}

// Writes the outcome down, however often the store refuses. False: there is no other call to make,
// or the lane is not ours any more.
bool Engine::record(Work& work) {
    for (int tried = 1;; ++tried) {
        try {
            return store_.write([&](store::Transaction& transaction) {
                return deliverer_.record(transaction, work);
            });
        } catch (const Error& fault) {
            const auto left =
                std::chrono::ceil<Milliseconds>(record_until(work) - clock_.monotonic());
            if (!may_pass(fault.code()) || left <= Milliseconds::zero())
                throw;
            log_.write(
                Level::warn,
                "engine.outcome_not_written",
                {{"post", work.post.id.text()}, {"error", fault.what()}});
            const auto wait = std::min(
                {left,
                 record_pace.cap,
                 Milliseconds(record_pace.base.count() << std::min(tried, 10))});
            clock_.sleep(wait, stop_.stop_requested() ? std::stop_token() : stop_);
        }
    }
}

// On a worker's thread.
void Engine::call(Work& work) noexcept {
    try {
        deliverer_.call(work);
        deliverer_.conclude(work, stop_.stop_requested());
    } catch (...) {
        work.failure = std::current_exception();
    }
    work.answered_at = clock_.monotonic();
}

// From the claim to the last record on the calling thread. `is_answered`: its call was made, and
// what came of it is to be written first.
void Engine::carry(std::unique_ptr<Work> work, bool is_answered) {
    try {
        for (bool goes_on = true; goes_on; is_answered = false) {
            if (!is_answered)
                call(*work);
            if (work->failure)
                std::rethrow_exception(work->failure);
            goes_on = record(*work);
            deliverer_.intended(*work);
        }
        count(*work);
    } catch (const Error& fault) {
        if (!work->failure && may_pass(fault.code()))
            keep(std::move(work), fault);
        drop(*work, fault);
    } catch (const std::exception& fault) {
        drop(*work, fault);
    }
}

void Engine::keep(std::unique_ptr<Work> work, const Error& fault) {
    const auto& post = work->post;
    const auto what = post.state == delivery::PostState::published
                          ? "The platform took the post " + post.id.text() + ", but that"
                          : "What became of the post " + post.id.text() + " (" +
                                std::string(delivery::name(post.state)) + ")";
    unwritten_ = std::move(work);
    throw Error(
        Code::unconfirmed,
        what + " could not be written down: " + fault.what(),
        "once that is mended, the next caasd, or `caasd --once`, looks it up or leaves it "
        "`unconfirmed` for `caas posts reconcile`");
}

// Whoever waited for it was told that it is not written: this may still spare a person the look.
void Engine::carry_last() noexcept {
    if (!unwritten_)
        return;
    std::stop_source ending;
    ending.request_stop();
    stop_ = ending.get_token();
    try {
        carry(std::move(unwritten_), true);
    } catch (const std::exception& fault) {
        log_.write(Level::warn, "engine.outcome_lost", {{"error", fault.what()}});
    }
}

void Engine::drop(const Work& work, const std::exception& fault) {
    log_.write(
        Level::error,
        "engine.post_dropped",
        {{"post", work.post.id.text()}, {"error", fault.what()}});
    has_orphans_ = true;
}

}  // namespace caas::flow
