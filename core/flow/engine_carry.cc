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
constexpr int most_records = 100;
constexpr int most_records_when_stopping = 5;

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

// Writes the outcome down, however long the store refuses. False: the lane is not ours any more.
bool Engine::record(Work& work) {
    for (int tried = 1;; ++tried) {
        try {
            return store_.write([&](store::Transaction& transaction) {
                return deliverer_.record(transaction, work);
            });
        } catch (const Error& fault) {
            const int most = stop_.stop_requested() ? most_records_when_stopping : most_records;
            if (!may_pass(fault.code()) || tried >= most)
                throw;
            log_.write(
                Level::error,
                "engine.outcome_not_written",
                {{"post", work.post.id.text()}, {"error", fault.what()}});
            const auto wait = std::min(
                record_pace.cap, Milliseconds(record_pace.base.count() << std::min(tried, 10)));
            clock_.sleep(wait, {});
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
}

// From the claim to the last record on the calling thread.
void Engine::carry(Work& work) noexcept {
    try {
        bool goes_on = true;
        while (goes_on) {
            call(work);
            if (work.failure)
                std::rethrow_exception(work.failure);
            goes_on = record(work);
            deliverer_.intended(work);
        }
        count(work);
    } catch (const std::exception& fault) {
        drop(work, fault);
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
