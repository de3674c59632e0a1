// Wake-ups between the programs that share a PostgreSQL database: LISTEN and NOTIFY on a session of
// its own, so that nobody has to ask the database again and again.
//
// Thread-safe. Owns a thread, which starts at once where it listens and with the first ring where
// it does not. Without the server nobody can be rung for; it is tried again until it is there.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "core/base/secret.h"

namespace caas::store {

struct PostgresServer;

class PostgresBell {
  public:
    // `on_ring` is called on the bell's thread when another program rang, and when the session was
    // lost and made anew, because a ring may have been missed; empty: only rings. Throws
    // Error(invalid), Error(unavailable) as postgres() does.
    PostgresBell(const Secret& url, std::function<void()> on_ring);
    PostgresBell(const PostgresBell&) = delete;
    PostgresBell& operator=(const PostgresBell&) = delete;
    // What was rung for goes out first, if the server is there.
    ~PostgresBell();

    // Tells the others that something may be due. Does not wait.
    void ring();

  private:
    void start();
    void run(const std::stop_token& stop);
    // One session, from its beginning to its loss or the end.
    void serve(const std::stop_token& stop);
    void poke() const noexcept;

    const std::shared_ptr<const PostgresServer> server_;
    const std::function<void()> on_ring_;
    int event_ = -1;
    std::atomic<bool> has_rung_ = false;
    std::mutex mutex_;  // guards thread_
    std::jthread thread_;
};

}  // namespace caas::store
