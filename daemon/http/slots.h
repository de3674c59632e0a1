// The table of all connections. A connection is in its slot while the poller has it; the slot
// stays while a worker has it, so that a caller who leaves meanwhile is noticed. Thread-safe.
//
// References given out stay valid while others come and go: a slot is erased only by whoever has
// its connection.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <unordered_map>
#include <vector>

#include "daemon/http/connection.h"

namespace caas::http {

class Slots {
  public:
    // The connection in its new slot; nullptr (and the connection gone) when there are `most`.
    Connection* add(std::unique_ptr<Connection> connection, std::size_t most);
    // The connection, if it is here.
    Connection* find(std::uint64_t id);
    // Something happened to the socket: the connection if it is here. Else that is kept for
    // put_back, and when the caller left, whoever answers is told.
    Connection* on_event(std::uint64_t id, bool has_left);

    // For a worker. `has_news`: there may be more to read at once when it comes back.
    std::unique_ptr<Connection> lend(std::uint64_t id, bool has_news);
    // Back from a worker: whether something happened meanwhile.
    bool put_back(std::unique_ptr<Connection> connection);
    void erase(std::uint64_t id);

    // What is answered there now, until it is put back, is an event stream without an end of its
    // own.
    void mark_stream(std::uint64_t id);
    bool is_stream(std::uint64_t id) const;
    void stop_streams();
    // What is only held until there is something to say is to be answered.
    void stop_holding();

    std::stop_token closing() const { return closing_.get_token(); }

    // Tells everyone who answers that there is no more time.
    void stop_all();

    // Forgets those here whose callers have taken nothing of their answers for so long, as far as
    // the calls of this can tell.
    void drop_stalled(Monotonic now, Milliseconds patience);

    std::size_t size() const;
    // The connection that has been idle between two requests for longest; 0 when none is.
    std::uint64_t longest_idle() const;
    // Those here whose deadline has passed.
    std::vector<std::uint64_t> late(Monotonic now) const;
    // Those here that wait for a request or for their end, not for an answer.
    std::vector<std::uint64_t> waiting() const;
    // False when it took longer than `most`.
    bool wait_until_empty(Milliseconds most);

  private:
    struct Slot {
        std::unique_ptr<Connection> connection;  // null while a worker has it
        std::stop_source left;
        std::stop_source ended;
        bool has_news = false;
        bool is_stream = false;
    };

    mutable std::mutex mutex_;
    std::condition_variable emptied_;
    std::unordered_map<std::uint64_t, Slot> slots_;
    bool ends_streams_ = false;
    std::stop_source closing_;
};

}  // namespace caas::http
