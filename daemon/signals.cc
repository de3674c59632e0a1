#include "daemon/signals.h"

#include <csignal>

#include <sys/signalfd.h>
#include <unistd.h>

#include "core/base/error.h"

namespace caas::daemon {

Signals::Signals() {
    sigset_t taken;
    ::sigemptyset(&taken);
    for (const int one : {SIGTERM, SIGINT, SIGHUP})
        ::sigaddset(&taken, one);
    ::pthread_sigmask(SIG_BLOCK, &taken, nullptr);
    // Broken connections are told by the call that finds them.
    ::signal(SIGPIPE, SIG_IGN);
    descriptor_ = http::Descriptor(::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!descriptor_)
        throw Error(Code::unavailable, "The kernel has no more descriptors to give");
}

std::optional<int> Signals::take() noexcept {
    signalfd_siginfo info{};
    if (::read(descriptor_.get(), &info, sizeof info) != sizeof info)
        return std::nullopt;
    return static_cast<int>(info.ssi_signo);
}

}  // namespace caas::daemon
