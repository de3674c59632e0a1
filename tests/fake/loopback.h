// A small HTTP/1.1 server on 127.0.0.1 that does what the test tells it to, also what no decent
// server does. Thread-safe. Reads whole requests (Content-Length or chunked).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace caas::fake {

// One request as it arrived.
struct Seen {
    int connection = 0;  // 1 for the first connection the server took
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    // Empty when there is none of that name, whatever its case.
    std::string header(std::string_view name) const;
};

// What to do with one request.
struct Reply {
    int status = 200;
    std::string body = "ok";
    std::vector<std::pair<std::string, std::string>> headers{};
    // When not empty: sent with Transfer-Encoding: chunked instead of `body`, `pause` between them.
    std::vector<std::string> chunks{};
    // Before the answer and between chunks. The end of the server ends it early.
    std::chrono::milliseconds pause{0};
    // Sent as it is instead of everything above.
    std::string raw{};
    // Closes after so many bytes of the answer.
    std::optional<std::size_t> cut_after{};
    bool closes = false;  // after the answer
    bool drops = false;   // closes without an answer, the request having been read
    bool hangs = false;   // never answers
};

class Loopback {
  public:
    Loopback();
    Loopback(const Loopback&) = delete;
    Loopback& operator=(const Loopback&) = delete;
    ~Loopback();

    int port() const noexcept { return port_; }

    // http://127.0.0.1:PORT
    std::string url(std::string_view path = "") const;

    // Replies are used in order; when there is none left, `handle` answers, else a plain 200 "ok".
    void reply(Reply reply);
    void handle(std::function<Reply(const Seen&)> handler);
    // The next `count` connections are closed as soon as they are accepted.
    void close_next_connections(int count);

    std::vector<Seen> requests() const;
    int connections() const;
    // Until so many requests have arrived; false after 10 s.
    bool wait_for_requests(std::size_t count) const;

  private:
    struct Peer {
        int socket;
        std::jthread thread;
    };

    void accept_all(const std::stop_token& stop);
    void serve(const std::stop_token& stop, int socket, int number);
    Reply next_reply(const Seen& seen);
    // False when the connection is to be closed.
    bool answer(const std::stop_token& stop, int socket, const Reply& reply, bool is_head);
    bool wait(const std::stop_token& stop, std::chrono::milliseconds duration);

    int listener_ = -1;
    int port_ = 0;
    mutable std::mutex mutex_;
    mutable std::condition_variable_any changed_;
    std::deque<Reply> replies_;
    std::function<Reply(const Seen&)> handler_;
    std::vector<Seen> requests_;
    std::list<Peer> peers_;
    int connections_ = 0;
    int to_close_ = 0;
    std::jthread acceptor_;
};

}  // namespace caas::fake
