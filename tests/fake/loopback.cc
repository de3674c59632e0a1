#include "tests/fake/loopback.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace caas::fake {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

// What arrives on one connection.
class Input {
  public:
    explicit Input(int socket) : socket_(socket) {}

    // Up to and without `end`; nullopt when the other side is gone.
    std::optional<std::string> until(std::string_view end) {
        std::size_t at = std::string::npos;
        while ((at = buffer_.find(end)) == std::string::npos) {
            if (!more())
                return std::nullopt;
        }
        auto text = buffer_.substr(0, at);
        buffer_.erase(0, at + end.size());
        return text;
    }

    std::optional<std::string> exactly(std::size_t count) {
        while (buffer_.size() < count) {
            if (!more())
                return std::nullopt;
        }
        auto text = buffer_.substr(0, count);
        buffer_.erase(0, count);
        return text;
    }

  private:
    bool more() {
        std::array<char, 16384> piece{};
        const auto got = recv(socket_, piece.data(), piece.size(), 0);
        if (got <= 0)
            return false;
        buffer_.append(piece.data(), static_cast<std::size_t>(got));
        return true;
    }

    int socket_;
    std::string buffer_;
};

std::optional<std::string> read_chunks(Input& input) {
    std::string body;
    while (true) {
        const auto line = input.until("\r\n");
        if (!line)
            return std::nullopt;
        const auto size = std::stoul(*line, nullptr, 16);
        const auto piece = input.exactly(size);
        if (!piece || !input.until("\r\n"))
            return std::nullopt;
        if (size == 0)
            return body;
        body += *piece;
    }
}

std::optional<Seen> read_request(Input& input) {
    const auto head = input.until("\r\n\r\n");
    if (!head)
        return std::nullopt;
    Seen seen;
    std::size_t at = head->find("\r\n");
    const auto line = head->substr(0, at);
    const auto first = line.find(' ');
    const auto second = line.rfind(' ');
    seen.method = line.substr(0, first);
    seen.target = line.substr(first + 1, second - first - 1);
    while (at != std::string::npos) {
        const auto next = head->find("\r\n", at + 2);
        const auto header = head->substr(at + 2, next == std::string::npos ? next : next - at - 2);
        const auto colon = header.find(':');
        const auto value = header.find_first_not_of(' ', colon + 1);
        seen.headers.emplace_back(
            header.substr(0, colon), value == std::string::npos ? "" : header.substr(value));
        at = next;
    }
    std::optional<std::string> body = "";
    if (lower(seen.header("transfer-encoding")) == "chunked")
        body = read_chunks(input);
    else if (const auto length = seen.header("content-length"); !length.empty())
        body = input.exactly(std::stoul(length));
    if (!body)
        return std::nullopt;
    seen.body = std::move(*body);
    return seen;
}

bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::string head_of(const Reply& reply) {
    std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " Scripted\r\n";
    for (const auto& [name, value] : reply.headers)
        head += name + ": " + value + "\r\n";
    if (reply.closes)
        head += "Connection: close\r\n";
    if (!reply.chunks.empty())
        head += "Transfer-Encoding: chunked\r\n";
    else if (reply.status != 204 && reply.status != 304)
        head += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
    return head + "\r\n";
}

std::string chunk_of(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string size;
    for (auto left = text.size(); left > 0; left /= 16)
        size.insert(size.begin(), digits[left % 16]);
    return (size.empty() ? "0" : size) + "\r\n" + std::string(text) + "\r\n";
}

}  // namespace

std::string Seen::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (lower(key) == lower(name))
            return value;
    }
    return "";
}

Loopback::Loopback() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || bind(listener_, plain, size) != 0 || listen(listener_, 64) != 0 ||
        getsockname(listener_, plain, &size) != 0)
        throw std::runtime_error("no loopback socket");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
}

Loopback::~Loopback() {
    acceptor_.request_stop();
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    for (auto& peer : peers_) {
        peer.thread.request_stop();
        shutdown(peer.socket, SHUT_RDWR);
        peer.thread.join();
        close(peer.socket);
    }
}

std::string Loopback::url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

void Loopback::reply(Reply reply) {
    const std::scoped_lock lock(mutex_);
    replies_.push_back(std::move(reply));
}

void Loopback::handle(std::function<Reply(const Seen&)> handler) {
    const std::scoped_lock lock(mutex_);
    handler_ = std::move(handler);
}

void Loopback::close_next_connections(int count) {
    const std::scoped_lock lock(mutex_);
    to_close_ = count;
}

std::vector<Seen> Loopback::requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
}

int Loopback::connections() const {
    const std::scoped_lock lock(mutex_);
    return connections_;
}

bool Loopback::wait_for_requests(std::size_t count) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(
        lock, std::chrono::seconds(10), [&] { return requests_.size() >= count; });
}

void Loopback::accept_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0)
            continue;
        const std::scoped_lock lock(mutex_);
        const int number = ++connections_;
        if (to_close_ > 0) {
            --to_close_;
            close(socket);
            continue;
        }
        peers_.push_back({socket, std::jthread([this, socket, number](const std::stop_token& end) {
                              serve(end, socket, number);
                          })});
    }
}

void Loopback::serve(const std::stop_token& stop, int socket, int number) {
    Input input(socket);
    while (!stop.stop_requested()) {
        auto seen = read_request(input);
        if (!seen)
            break;
        seen->connection = number;
        const auto reply = next_reply(*seen);
        if (!answer(stop, socket, reply, seen->method == "HEAD"))
            break;
    }
    // The descriptor itself is closed by the destructor, so that its number is not reused before.
    shutdown(socket, SHUT_RDWR);
}

Reply Loopback::next_reply(const Seen& seen) {
    std::function<Reply(const Seen&)> handler;
    {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(seen);
        changed_.notify_all();
        if (!replies_.empty()) {
            auto reply = std::move(replies_.front());
            replies_.pop_front();
            return reply;
        }
        handler = handler_;
    }
    return handler ? handler(seen) : Reply{};
}

bool Loopback::answer(const std::stop_token& stop, int socket, const Reply& reply, bool is_head) {
    if (reply.drops)
        return false;
    if (reply.hangs) {
        wait(stop, std::chrono::hours(1));
        return false;
    }
    if (!wait(stop, reply.pause))
        return false;
    if (!reply.raw.empty()) {
        send_all(
            socket,
            std::string_view(reply.raw).substr(0, reply.cut_after.value_or(reply.raw.size())));
        return !reply.closes && !reply.cut_after;
    }
    auto text = head_of(reply);
    if (reply.chunks.empty()) {
        text += is_head || reply.status == 204 || reply.status == 304 ? "" : reply.body;
        send_all(socket, std::string_view(text).substr(0, reply.cut_after.value_or(text.size())));
        return !reply.closes && !reply.cut_after;
    }
    if (!send_all(socket, text))
        return false;
    for (const auto& chunk : reply.chunks) {
        if (!send_all(socket, chunk_of(chunk)) || !wait(stop, reply.pause))
            return false;
    }
    return send_all(socket, chunk_of("")) && !reply.closes;
}

bool Loopback::wait(const std::stop_token& stop, std::chrono::milliseconds duration) {
    if (duration.count() == 0)
        return !stop.stop_requested();
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
}

}  // namespace caas::fake
