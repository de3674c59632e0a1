#include "daemon/http/body.h"

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/socket.h>

#include "core/base/error.h"

namespace caas::http {
namespace {

[[noreturn]] void throw_gone() {
    throw Error(Code::bad_request, "The sender left before the body was complete");
}

}  // namespace

SocketBody::SocketBody(
    Connection& connection,
    const Limits& limits,
    const Clock& clock,
    std::stop_token closing,
    std::atomic<std::size_t>& slow_bodies)
    : connection_(connection),
      limits_(limits),
      clock_(clock),
      closing_(std::move(closing)),
      length_(connection.head->content_length.value_or(0)),
      begun_(clock.monotonic()),
      slow_bodies_(slow_bodies) {}

std::size_t SocketBody::read(std::span<char> into) {
    const auto most =
        static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), connection_.body_left));
    if (most == 0)
        return 0;
    auto& collected = connection_.in;
    const auto count =
        collected.empty() ? receive(into.first(most)) : collected.copy(into.data(), most);
    collected.erase(0, count);
    connection_.body_left -= count;
    received_ += count;
    if (connection_.body_left == 0)
        seat_.reset();
    return count;
}

// Who begins to be waited for is refused, and not who has sent for an hour already.
void SocketBody::take_seat() {
    constexpr int a_while_s = 10;
    seat_.emplace(slow_bodies_);
    if (seat_->number() <= limits_.most_slow_bodies)
        return;
    seat_.reset();
    throw Error(
        Code::busy,
        "Too many bodies of requests arrive slowly right now",
        "Send it again in a while")
        .retry_after(a_while_s);
}

// What a caller who left has sent is read to its end; the socket tells where that is.
void SocketBody::check_time_left(Headway& headway) const {
    const bool has_stalled =
        closing_.stop_requested() &&
        headway.is_lost(connection_.body_left, clock_.monotonic(), limits_.stop_patience);
    const bool is_over = connection_.ended.stop_requested() && !connection_.left.stop_requested();
    if (has_stalled || is_over)
        throw Error(
            Code::unavailable,
            "The server ends and cannot wait for the rest of the body of this request",
            "Send it again in a moment");
}

std::size_t SocketBody::receive(std::span<char> into) {
    const auto deadline = begun_ + limits_.time_for(limits_.body_timeout, received_);
    const auto since = clock_.monotonic();
    Headway headway;
    connection_.may_hold_more = true;
    if (!tell_to_continue(connection_))
        throw_gone();
    while (true) {
        check_time_left(headway);
        const auto count = ::recv(connection_.socket.get(), into.data(), into.size(), MSG_DONTWAIT);
        if (count > 0) {
            waited_ += clock_.monotonic() - since;
            return static_cast<std::size_t>(count);
        }
        if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
            throw_gone();
        const auto now = clock_.monotonic();
        const auto wait = std::chrono::ceil<Milliseconds>(deadline - now).count();
        connection_.is_body_late = wait <= 0;
        if (connection_.is_body_late)
            throw Error(Code::timeout, "The body of this request took too long to arrive");
        if (!seat_ && waited_ + (now - since) > limits_.body_patience)
            take_seat();
        // Short naps: the clock that sets the deadline need not be the kernel's.
        constexpr std::int64_t nap = 100;
        pollfd one{connection_.socket.get(), POLLIN, 0};
        ::poll(&one, 1, static_cast<int>(std::min(wait, nap)));
    }
}

}  // namespace caas::http
