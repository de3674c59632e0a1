// Waits for everyone: one thread and one epoll for all connections that have not sent a whole
// request or not read their whole answer, so that idle, slow and half-sent ones cost no worker.
// Edge-triggered: a socket is registered once and costs no system call later.
//
// run() belongs to one thread; the other members may be called from any.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <sys/epoll.h>

#include "core/base/clock.h"
#include "daemon/http/connection.h"
#include "daemon/http/haste.h"
#include "daemon/http/slots.h"

namespace caas::http {

class Poller {
  public:
    struct Parts {
        const Limits& limits;
        const Policy& policy;
        const Clock& clock;
        // Gives a whole request to a worker; false (and the connection untouched) when none is
        // free.
        std::function<bool(std::unique_ptr<Connection>&)> take;
        // Whether given requests wait and it wants to be called again soon, to see to it.
        std::function<bool()> relieve;
        // Ends workers that only a crowd needed.
        std::function<void()> shrink;
        // Whether the request can be answered at once, without ever waiting for anything.
        std::function<bool(const Head&)> is_quick;
        // Answers it on this thread; false when the connection can be closed.
        std::function<bool(Connection&)> serve;
        // Puts a refusal on its way; false when the connection can be closed.
        std::function<bool(Connection&, const Refusal&)> refuse;
    };

    // Throws Error(unavailable) when the kernel has no epoll to give. `slots` outlives the poller.
    Poller(Parts parts, Slots& slots, std::vector<Descriptor> listeners);
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;
    ~Poller();

    // Until finish().
    void run();

    // A worker is done: the connection goes on in the phase it says.
    void park(std::unique_ptr<Connection> connection);
    // A worker is done and the connection is over.
    void drop(std::unique_ptr<Connection> connection);
    // Closes the listeners and whoever is idle; no new request is taken.
    void stop_taking();
    void finish();

    bool is_stopping() const noexcept { return is_stopping_; }

    // Whether the thread of run() still turns: false when it has not answered the last call.
    bool answers();

  private:
    enum class Next { keep, close, gone };

    void look_at(std::uint64_t id);
    void wake();
    void on_wake();
    void stop_listening();
    void accept_from(int listener);
    void admit(int socket, std::string peer);
    bool make_room();
    void pause_listening(bool is_paused);
    int timeout_until(Monotonic next_sweep) const;
    int await(std::span<epoll_event> events, Monotonic next_sweep);
    void progress_safely(std::uint64_t id, Connection* connection);
    void progress(Connection& connection);
    Next write(Connection& connection);
    Next receive(Connection& connection);
    Next consider(Connection& connection);
    Next linger(Connection& connection);
    Next refuse(Connection& connection, const Refusal& refusal);
    void sweep();
    void give_memory_back();
    void expire(Connection& connection);

    Parts parts_;
    Slots& slots_;
    Descriptor epoll_;
    Descriptor waker_;
    std::vector<Descriptor> listeners_;
    Milliseconds tick_;
    std::uint64_t next_id_;
    bool is_paused_ = false;
    bool was_crowded_ = false;
    bool is_relieving_ = false;
    bool has_answered_ = false;  // a request, on the thread of run(), since it last waited
    Haste haste_;
    std::array<char, 16U << 10U> scratch_{};  // the thread of run() only
    std::atomic<bool> is_stopping_ = false;
    std::atomic<bool> is_finished_ = false;
    std::atomic<std::uint64_t> asked_ = 0;
    std::atomic<std::uint64_t> answered_ = 0;
    std::mutex mutex_;
    std::vector<std::uint64_t> to_look_at_;
};

}  // namespace caas::http
