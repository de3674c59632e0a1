// The body of a request as a handler reads it: first what the poller collected, then from the
// socket, with a deadline. For one thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>

#include "core/api/request.h"
#include "core/base/clock.h"
#include "daemon/http/connection.h"
#include "daemon/http/seat.h"

namespace caas::http {

class SocketBody final : public api::BodySource {
  public:
    // The references outlive the body; `connection.head` is the request's. `closing`: whoever sends
    // nothing more is not waited for. `slow_bodies`: how many of all have been waited for, for
    // longer than Limits::body_patience.
    SocketBody(
        Connection& connection,
        const Limits& limits,
        const Clock& clock,
        std::stop_token closing,
        std::atomic<std::size_t>& slow_bodies);

    std::optional<std::uint64_t> length() const override { return length_; }

    // Throws Error: timeout, bad_request (the sender went away), unavailable (the server ends),
    // busy (it has to be waited for, and so have as many as may be).
    std::size_t read(std::span<char> into) override;

  private:
    std::size_t receive(std::span<char> into);
    void check_time_left(Headway& headway) const;
    void take_seat();

    Connection& connection_;
    const Limits& limits_;
    const Clock& clock_;
    std::stop_token closing_;
    std::uint64_t length_;
    std::uint64_t received_ = 0;
    Monotonic begun_;
    Monotonic waited_{};
    std::atomic<std::size_t>& slow_bodies_;
    std::optional<Seat> seat_;
};

}  // namespace caas::http
