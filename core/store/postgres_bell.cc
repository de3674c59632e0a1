#include "core/store/postgres_bell.h"

#include <cstdint>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/store/postgres_session.h"

namespace caas::store {
namespace {

constexpr Milliseconds pause_after_loss = std::chrono::seconds(1);
// Nothing has to be looked at in between; only so that no time-out of 24 days overflows.
constexpr Milliseconds longest_wait = std::chrono::hours(1);
// Rings that come faster are one ring.
constexpr int least_between_ms = 10;

// Channels are of a whole database, which may hold several installations in schemas of their own.
std::string channel_of(const PostgresLink& link) {
    return "caas_" + std::to_string(static_cast<std::uint64_t>(link.place()));
}

}  // namespace

PostgresBell::PostgresBell(const Secret& url, std::function<void()> on_ring)
    : server_(std::make_shared<const PostgresServer>(url)),
      on_ring_(std::move(on_ring)),
      event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (event_ < 0)
        throw Error(Code::unavailable, "The system has no more descriptors to give");
    if (on_ring_)
        start();
}

PostgresBell::~PostgresBell() {
    {
        const std::scoped_lock lock(mutex_);
        thread_.request_stop();
        poke();
    }
    if (thread_.joinable())
        thread_.join();
    ::close(event_);
}

void PostgresBell::ring() {
    has_rung_ = true;
    start();
    poke();
}

void PostgresBell::start() {
    const std::scoped_lock lock(mutex_);
    if (!thread_.joinable())
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void PostgresBell::poke() const noexcept {
    const std::uint64_t one = 1;
    // Full means that a poke is pending, which is all it can say.
    [[maybe_unused]] const auto written = ::write(event_, &one, sizeof one);
}

void PostgresBell::run(const std::stop_token& stop) {
    while (true) {
        try {
            serve(stop);
        } catch (const std::exception&) {
            // The programs look for due posts by themselves too, only later.
            if (stop.stop_requested())
                return;
        }
        if (stop.stop_requested())
            return;
        pollfd source{event_, POLLIN, 0};
        ::poll(&source, 1, static_cast<int>(pause_after_loss.count()));
        std::uint64_t count = 0;
        [[maybe_unused]] const auto taken = ::read(event_, &count, sizeof count);
    }
}

void PostgresBell::serve(const std::stop_token& stop) {
    PostgresLink link(server_->library, server_->address, PostgresLink::Use::read);
    const auto channel = channel_of(link);
    // A ring that is lost with the server costs seconds, not posts.
    link.add("SET synchronous_commit = off");
    if (on_ring_)
        link.add("LISTEN " + channel);
    link.run();
    if (on_ring_)
        on_ring_();
    while (true) {
        if (has_rung_.exchange(false)) {
            try {
                link.add("NOTIFY " + channel);
                link.run();
            } catch (const Error&) {
                has_rung_ = true;
                throw;
            }
        }
        if (stop.stop_requested())
            return;
        const bool was_rung_for = link.wait_for_notice(event_, longest_wait);
        std::uint64_t count = 0;
        if (::read(event_, &count, sizeof count) > 0)
            ::poll(nullptr, 0, least_between_ms);
        if (was_rung_for && on_ring_)
            on_ring_();
    }
}

}  // namespace caas::store
