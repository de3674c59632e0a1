#include "daemon/http/event_channel.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string>

#include <poll.h>
#include <sys/socket.h>

namespace caas::http {

bool EventChannel::is_given_up(std::size_t left, Headway& headway) const {
    return stops_.ended.stop_requested() ||
           (stops_.closing.stop_requested() &&
            headway.is_lost(left + untaken(socket_), clock_.monotonic(), limits_.stop_patience));
}

bool EventChannel::wait_until_writable(Monotonic deadline) const {
    // Short naps, so that it is noticed soon when nobody waits for a slow reader any more.
    constexpr std::int64_t nap = 100;
    const auto wait = std::chrono::ceil<Milliseconds>(deadline - clock_.monotonic()).count();
    if (wait <= 0)
        return false;
    pollfd one{socket_, POLLOUT, 0};
    ::poll(&one, 1, static_cast<int>(std::min(wait, nap)));
    return (one.revents & (POLLERR | POLLHUP)) == 0;
}

bool EventChannel::write_raw(std::string_view bytes) {
    const auto deadline =
        clock_.monotonic() + limits_.time_for(limits_.write_timeout, bytes.size());
    Headway headway;
    while (!is_broken_ && !bytes.empty()) {
        const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            is_broken_ = is_given_up(bytes.size(), headway) || !wait_until_writable(deadline);
        else
            is_broken_ = errno != EINTR;
    }
    return !is_broken_;
}

bool EventChannel::write(std::string_view bytes) {
    is_broken_ = is_broken_ || stops_.left.stop_requested();
    if (is_broken_ || bytes.empty())
        return !is_broken_;
    if (!is_chunked_)
        return write_raw(bytes);
    std::array<char, 16> digits{};
    const auto written = std::to_chars(digits.begin(), digits.end(), bytes.size(), 16);
    std::string chunk(digits.begin(), written.ptr);
    chunk.reserve(bytes.size() + 24);
    chunk.append("\r\n").append(bytes).append("\r\n");
    return write_raw(chunk);
}

bool EventChannel::finish() {
    return is_chunked_ ? write_raw("0\r\n\r\n") : !is_broken_;
}

}  // namespace caas::http
