#include "core/app/biller.h"

#include <utility>

#include "core/base/error.h"
#include "core/flow/subscribe_sync.h"

namespace caas::app {

std::optional<Instant> Biller::keep(const std::stop_token& stop) {
    try {
        const auto kept = flow::keep_billing(tools_, stop);
        if (kept.has_worked)
            post_();
        return kept.again;
    } catch (const Error& error) {
        if (error.code() == Code::canceled)
            return std::nullopt;
        throw;
    }
}

void Biller::wake() {
    const std::scoped_lock lock(mutex_);
    if (wake_)
        wake_();
}

void Biller::set_wake(std::function<void()> wake) {
    const std::scoped_lock lock(mutex_);
    wake_ = std::move(wake);
}

}  // namespace caas::app
