#include "daemon/http/connection.h"

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

namespace caas::http {
namespace {

// The end of the header in `in`, behind its empty line; nullopt when it is not there yet. Refuses
// a line that ends without a carriage return as soon as it is seen, and what cannot be HTTP at all.
std::variant<std::optional<std::size_t>, Refusal> find_end(Connection& connection) {
    auto& in = connection.in;
    // A client may send an empty line behind a body (RFC 9112, 2.2); many of them would count as no
    // bytes of a header and keep this thread busy.
    while (connection.searched == 0 && in.starts_with("\r\n")) {
        if (std::exchange(connection.had_empty_line, true))
            return Refusal{400, "bad_request", "Several empty lines stand before a request", {}};
        in.erase(0, 2);
    }
    if (!in.empty() && in.front() != '\r' && (in.front() < 'A' || in.front() > 'Z'))
        return Refusal{400, "bad_request", "This is not a request of HTTP/1.1", {}};
    while (true) {
        const auto feed = in.find('\n', connection.searched);
        if (feed == std::string::npos) {
            connection.searched = in.size();
            return std::nullopt;
        }
        if (feed == 0 || in[feed - 1] != '\r')
            return Refusal{400, "bad_request", "A line of the header does not end in CRLF", {}};
        connection.searched = feed + 1;
        if (feed >= 3 && in[feed - 2] == '\n')
            return connection.searched;
    }
}

}  // namespace

std::variant<Step, Refusal> advance(
    Connection& connection, const Limits& limits, const Policy& policy) {
    const Refusal too_large{431, "header_too_large", "The header of this request is too large", {}};
    if (!connection.head) {
        auto found = find_end(connection);
        if (auto* refusal = std::get_if<Refusal>(&found))
            return std::move(*refusal);
        const auto end = std::get<std::optional<std::size_t>>(found);
        if (end.value_or(connection.in.size()) > limits.most_header_bytes)
            return too_large;
        if (!end)
            return Step::needs_header;
        auto parsed = parse_head(std::string_view(connection.in).substr(0, *end), limits);
        if (auto* refusal = std::get_if<Refusal>(&parsed))
            return std::move(*refusal);
        connection.head = std::move(std::get<Head>(parsed));
        connection.in.erase(0, *end);
        connection.searched = 0;
        connection.had_empty_line = false;
        connection.body_left = connection.head->content_length.value_or(0);
        if (auto refusal = refuse(*connection.head, limits, policy))
            return std::move(*refusal);
    }
    const auto length = connection.head->content_length.value_or(0);
    if (length <= limits.most_collected_body && connection.in.size() < length)
        return Step::needs_body;
    return Step::is_ready;
}

Arrival await_more(Connection& connection, const Clock& clock, Milliseconds patience) {
    pollfd socket{connection.socket.get(), POLLIN, 0};
    const auto look = [&](bool may_sleep) {
        return ::poll(&socket, 1, may_sleep ? static_cast<int>(patience.count()) : 0);
    };
    if (connection.haste.wait(clock, look) <= 0)
        return Arrival::nothing;
    std::array<char, 4096> bytes{};
    const auto count = ::recv(socket.fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return Arrival::nothing;
    if (count <= 0)
        return Arrival::end;
    connection.may_hold_more = static_cast<std::size_t>(count) == bytes.size();
    connection.in.append(bytes.data(), static_cast<std::size_t>(count));
    return Arrival::bytes;
}

Outgoing::Progress send_some(Connection& connection, const Limits& limits) {
    const auto before = connection.out.bytes_left();
    const auto progress = connection.out.send(connection.socket.get());
    connection.deadline += limits.time_for(Milliseconds(0), before - connection.out.bytes_left());
    return progress;
}

bool tell_to_continue(Connection& connection) {
    if (!connection.head || !connection.head->expects_continue || connection.was_told_to_continue)
        return true;
    constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
    connection.was_told_to_continue = true;
    return ::send(connection.socket.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(line.size());
}

}  // namespace caas::http
