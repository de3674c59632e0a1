// Stands between a client and the server of the tests: can cut the line around a COMMIT, fall
// silent and refuse whoever comes.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace caas::fake {

class PostgresProxy {
  public:
    enum class Cut : std::uint8_t {
        nothing,
        before_commit,  // the server never sees it
        after_commit,   // the server sees it, the client never hears of it
    };

    enum class Manner : std::uint8_t {
        passing,
        silent,    // takes what comes and answers nothing
        refusing,  // hangs up at once
    };

    // `socket`: the server's Unix socket.
    explicit PostgresProxy(std::filesystem::path socket);
    PostgresProxy(const PostgresProxy&) = delete;
    PostgresProxy& operator=(const PostgresProxy&) = delete;
    ~PostgresProxy();

    int port() const { return port_; }

    // Of the next COMMIT that passes; how it behaves from then on.
    void cut_next(Cut cut, Manner then = Manner::passing) {
        then_ = then;
        cut_ = cut;
    }

    void behave(Manner manner) { manner_ = manner; }

    int cuts() const { return cuts_; }

  private:
    void accept_all(const std::stop_token& stop);
    void relay(int client, const std::stop_token& stop);

    std::filesystem::path socket_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<Cut> cut_ = Cut::nothing;
    std::atomic<Manner> then_ = Manner::passing;
    std::atomic<Manner> manner_ = Manner::passing;
    std::atomic<int> cuts_ = 0;
    std::mutex mutex_;  // guards lines_
    std::vector<std::jthread> lines_;
    std::jthread acceptor_;
};

}  // namespace caas::fake
