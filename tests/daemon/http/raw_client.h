// A caller with a bare socket: sends exactly the bytes it is told to, and reads answers with a
// deadline. For one thread.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "daemon/http/descriptor.h"

namespace caas::fake {

struct Answer {
    int status = 0;  // 0: the connection ended first
    std::string head;
    std::string body;

    // The value of a header, empty when it is not there.
    std::string header(std::string_view name) const {
        const auto start = "\r\n" + std::string(name) + ": ";
        const auto at = head.find(start);
        if (at == std::string::npos)
            return {};
        const auto from = at + start.size();
        return head.substr(from, head.find("\r\n", from) - from);
    }
};

class RawClient {
  public:
    explicit RawClient(std::uint16_t port, int receive_buffer = 0)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        if (receive_buffer > 0)
            ::setsockopt(
                socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        const int yes = 1;
        ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
            throw std::runtime_error("the test could not connect");
    }

    // False when the other side does not take it any more.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    void half_close() { ::shutdown(socket_.get(), SHUT_WR); }

    // The next final answer. An answer to HEAD has no body: say so.
    Answer answer(bool has_body = true) {
        Answer one;
        const auto end = read_until("\r\n\r\n");
        if (end == std::string::npos)
            return one;
        one.head = take(end);
        std::from_chars(one.head.data() + 9, one.head.data() + 12, one.status);
        if (one.status == 100) {
            ++told_to_continue;
            return answer(has_body);
        }
        if (!has_body || one.status == 204 || one.status == 304)
            return one;
        if (one.header("Transfer-Encoding") == "chunked") {
            while (true) {
                const auto chunk = this->chunk();
                if (chunk.empty())
                    return one;
                one.body += chunk;
            }
        }
        const auto announced = one.header("Content-Length");
        std::size_t length = 0;
        std::from_chars(announced.data(), announced.data() + announced.size(), length);
        while (in_.size() < length && receive()) {
        }
        one.body = take(std::min(length, in_.size()));
        return one;
    }

    // The header of an answer whose body is read piece by piece.
    std::string head() {
        const auto end = read_until("\r\n\r\n");
        return end == std::string::npos ? std::string() : take(end);
    }

    // One chunk of a chunked body; empty at its end or when the connection is over.
    std::string chunk() {
        const auto line = read_until("\r\n");
        if (line == std::string::npos)
            return {};
        std::size_t length = 0;
        std::from_chars(in_.data(), in_.data() + line, length, 16);
        while (in_.size() < line + length + 2 && receive()) {
        }
        const auto whole = take(std::min(in_.size(), line + length + 2));
        was_ended = was_ended || length == 0;
        return whole.substr(std::min(line, whole.size()), length);
    }

    // Whether the other side closes within the deadline, after anything it may still send.
    bool is_closed() {
        while (receive()) {
        }
        return is_over_;
    }

    // Reads once and forgets: how many bytes that were, at most 64 KB; 0 at the end.
    std::size_t skip_some() {
        receive();
        return std::exchange(in_, {}).size();
    }

    // Everything that arrives until the other side closes.
    std::string rest() {
        while (receive()) {
        }
        return std::exchange(in_, {});
    }

    // Whether nothing arrives for `span`.
    bool is_quiet(std::chrono::milliseconds span) {
        pollfd one{socket_.get(), POLLIN, 0};
        return in_.empty() && ::poll(&one, 1, static_cast<int>(span.count())) == 0;
    }

    int told_to_continue = 0;
    bool was_ended = false;  // the last chunk was seen
    bool was_reset = false;  // the connection broke instead of ending
    std::chrono::milliseconds patience{5'000};

  private:
    bool receive() {
        pollfd one{socket_.get(), POLLIN, 0};
        if (is_over_ || ::poll(&one, 1, static_cast<int>(patience.count())) <= 0)
            return false;
        std::array<char, 65536> bytes{};
        const auto count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
        is_over_ = count <= 0;
        was_reset = was_reset || count < 0;
        if (!is_over_)
            in_.append(bytes.data(), static_cast<std::size_t>(count));
        return !is_over_;
    }

    // Behind the first `mark`; npos when the connection ends or falls silent before.
    std::size_t read_until(std::string_view mark) {
        while (in_.find(mark) == std::string::npos) {
            if (!receive())
                return std::string::npos;
        }
        return in_.find(mark) + mark.size();
    }

    std::string take(std::size_t count) {
        auto taken = in_.substr(0, count);
        in_.erase(0, count);
        return taken;
    }

    http::Descriptor socket_;
    std::string in_;
    bool is_over_ = false;
};

}  // namespace caas::fake
