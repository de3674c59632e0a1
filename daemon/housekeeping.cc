#include "daemon/housekeeping.h"

#include <exception>
#include <utility>

namespace caas::daemon {
namespace {

constexpr Milliseconds after_fault = std::chrono::minutes(1);

}  // namespace

Housekeeping::Housekeeping(Work work, Log& log)
    : work_(std::move(work)),
      log_(log),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Housekeeping::~Housekeeping() {
    thread_.request_stop();
    wake_.signal();
}

void Housekeeping::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::optional<Milliseconds> most;
        std::optional<Instant> at;
        try {
            at = work_();
        } catch (const std::exception& fault) {
            log_.write(Level::error, "housekeeping.fault", {{"error", fault.what()}});
            most = after_fault;
        }
        if (!stop.stop_requested())
            wake_.wait(at, most);
    }
}

}  // namespace caas::daemon
