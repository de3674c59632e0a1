#include "daemon/engine_thread.h"

#include <cstdint>

#include <sys/eventfd.h>

#include "core/base/error.h"

namespace caas::daemon {

EngineThread::EngineThread(Run run) : ended_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!ended_)
        throw Error(Code::unavailable, "The kernel has no more descriptors to give");
    thread_ = std::jthread([this, run = std::move(run)](const std::stop_token& stop) {
        try {
            run(stop);
        } catch (...) {
            fault_ = std::current_exception();
        }
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(ended_.get(), &one, sizeof one);
    });
}

void EngineThread::join() {
    if (thread_.joinable())
        thread_.join();
    if (fault_)
        std::rethrow_exception(fault_);
}

}  // namespace caas::daemon
