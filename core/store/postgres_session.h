// The session of a connection: asked whether its server is still there, made anew when it broke,
// and another one asked what became of a COMMIT whose answer was lost. All of it in bounded time.
//
// For one thread at a time.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/store/postgres.h"
#include "core/store/postgres_link.h"

namespace caas::store {

// What all connections to one database need. Shared by them and their connector, because either may
// die first.
struct PostgresServer {
    // Throws Error: invalid for an address that is none, unavailable without libpq.
    explicit PostgresServer(const Secret& url, const PostgresPatience& waits = {})
        : library("libpq.so.5"), address(library, url), patience(waits) {}

    const PostgresLibrary library;
    const PostgresAddress address;
    const PostgresPatience patience;
    const SystemClock clock{};
    // When a session was last waited for in vain, on `clock`; of several threads.
    mutable std::atomic<Monotonic> silent_at = Monotonic::min() / 2;
};

class PostgresSession {
  public:
    // Connects. Throws Error.
    PostgresSession(std::shared_ptr<const PostgresServer> server, PostgresLink::Use use);

    PostgresLink& link() const { return *link_; }

    // Makes sure that there is one whose server answers; nothing may be under way in it. True when
    // it was made anew: it knows no statements yet. Throws Error(unavailable).
    bool open();

    // The server answered just now.
    void note_answer() { answered_at_ = server_->clock.monotonic(); }

    // The session broke during the COMMIT of the transaction of this number: asks others what
    // became of it. Returns when it was committed; throws Error, undecided where nobody could tell.
    void find_out(const std::string& number);

  private:
    bool is_there();
    void connect();
    std::optional<std::string> state_of(const std::string& number);

    const std::shared_ptr<const PostgresServer> server_;
    const PostgresLink::Use use_;
    std::unique_ptr<PostgresLink> link_;
    Monotonic answered_at_{};
};

}  // namespace caas::store
