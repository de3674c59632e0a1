#include "daemon/http/poller.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <utility>

#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "core/base/error.h"
#include "daemon/http/exchange.h"
#include "daemon/http/listener.h"
#include "daemon/http/workers.h"

namespace caas::http {
namespace {

constexpr std::uint64_t waker_key = 0;
constexpr std::size_t spare_connections = 64;  // beyond the limit, told so; others are hung up on
constexpr std::size_t a_crowd = 16;
constexpr int most_accepts = 64;  // in a row, before others get their turn
constexpr int most_discards = 64;
constexpr std::uint64_t most_in_a_row = 16;  // quick answers to one caller, likewise

const Refusal busy{
    503, "busy", "The server has no room for this request just now", "Ask again in a moment"};

void watch(int epoll, int socket, std::uint64_t key, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = key;
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) != 0)
        throw Error(Code::unavailable, "The kernel takes no more sockets to watch");
}

}  // namespace

Poller::Poller(Parts parts, Slots& slots, std::vector<Descriptor> listeners)
    : parts_(std::move(parts)),
      slots_(slots),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      waker_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      listeners_(std::move(listeners)),
      tick_(parts_.limits.tick()),
      next_id_(listeners_.size() + 1) {
    if (!epoll_ || !waker_)
        throw Error(Code::unavailable, "The kernel has no more descriptors to give");
    watch(epoll_.get(), waker_.get(), waker_key, EPOLLIN);
    for (std::size_t i = 0; i < listeners_.size(); ++i)
        watch(epoll_.get(), listeners_[i].get(), i + 1, EPOLLIN);
}

Poller::~Poller() = default;

int Poller::timeout_until(Monotonic next_sweep) const {
    if (slots_.size() == 0 && !is_paused_)
        return -1;
    const auto left = std::chrono::ceil<Milliseconds>(next_sweep - parts_.clock.monotonic());
    const auto longest = is_relieving_ ? std::min(tick_, Workers::relief_interval) : tick_;
    return static_cast<int>(std::clamp(left, Milliseconds(0), longest).count());
}

// Awake after an answer of its own, if the next request soon followed the last time.
int Poller::await(std::span<epoll_event> events, Monotonic next_sweep) {
    const auto look = [&](bool may_sleep) {
        const auto timeout = may_sleep ? timeout_until(next_sweep) : 0;
        return ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout);
    };
    return std::exchange(has_answered_, false) ? haste_.wait(parts_.clock, look) : look(true);
}

void Poller::run() {
    std::array<epoll_event, 128> events{};
    auto next_sweep = parts_.clock.monotonic() + tick_;
    Monotonic next_relief{};
    while (!is_finished_) {
        const int count = await(events, next_sweep);
        for (int i = 0; i < count; ++i) {
            const auto& event = events.at(static_cast<std::size_t>(i));
            const auto key = event.data.u64;
            if (key == waker_key) {
                on_wake();
            } else if (key <= listeners_.size()) {
                accept_from(listeners_[key - 1].get());
            } else {
                const bool has_left = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
                progress_safely(key, slots_.on_event(key, has_left));
            }
        }
        const auto now = parts_.clock.monotonic();
        // A turn without an event was a nap as long as the interval, whatever the clock says.
        if (now >= next_relief || count <= 0) {
            is_relieving_ = parts_.relieve();
            next_relief = now + Workers::relief_interval;
        }
        if (now >= next_sweep) {
            sweep();
            next_sweep = parts_.clock.monotonic() + tick_;
        }
        give_memory_back();
    }
}

// What a crowd needed is kept for the next one; when everybody has gone the machine gets it.
void Poller::give_memory_back() {
    const auto open = slots_.size();
    if (open == 0 && was_crowded_) {
        parts_.shrink();
        ::malloc_trim(0);
    }
    was_crowded_ = open >= a_crowd || (was_crowded_ && open > 0);
}

void Poller::wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto count = ::write(waker_.get(), &one, sizeof one);  // awake if not
}

void Poller::look_at(std::uint64_t id) {
    {
        const std::scoped_lock lock(mutex_);
        to_look_at_.push_back(id);
    }
    wake();
}

void Poller::on_wake() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto bytes = ::read(waker_.get(), &count, sizeof count);
    answered_ = asked_.load();
    if (is_stopping_)
        stop_listening();
    std::vector<std::uint64_t> ids;
    {
        const std::scoped_lock lock(mutex_);
        ids.swap(to_look_at_);
    }
    for (const auto id : ids)
        progress_safely(id, slots_.find(id));
}

void Poller::stop_listening() {
    if (listeners_.front()) {
        for (auto& listener : listeners_)
            listener = Descriptor();
        for (const auto id : slots_.waiting())
            slots_.erase(id);
    }
}

void Poller::accept_from(int listener) {
    for (int i = 0; i < most_accepts; ++i) {
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const int socket = ::accept4(
            listener, reinterpret_cast<sockaddr*>(&from), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (socket >= 0) {
            admit(socket, address_text(from));
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            // Whoever has idled for longest makes room, as where there are too many connections.
            if (const auto idle = slots_.longest_idle(); idle != 0) {
                slots_.erase(idle);
                continue;
            }
            // A listener that is readable and cannot be served would keep this thread spinning.
            pause_listening(true);
            return;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EBADF) {
            return;
        }
        // Anything else is the fate of that one connection (ECONNABORTED and the like).
    }
}

void Poller::pause_listening(bool is_paused) {
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i + 1;
        ::epoll_ctl(
            epoll_.get(), is_paused ? EPOLL_CTL_DEL : EPOLL_CTL_ADD, listeners_[i].get(), &event);
    }
    is_paused_ = is_paused;
}

void Poller::admit(int socket, std::string peer) {
    auto arrived = std::make_unique<Connection>();
    arrived->socket = Descriptor(socket);
    arrived->id = next_id_++;
    arrived->peer = std::move(peer);
    arrived->deadline = parts_.clock.monotonic() + parts_.limits.header_timeout;
    const int yes = 1;
    // Without it an answer in two pieces waits 40 ms for the acknowledgement of the first.
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const bool has_room = make_room();
    auto* connection =
        slots_.add(std::move(arrived), parts_.limits.most_connections + spare_connections);
    if (connection == nullptr)
        return;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u64 = connection->id;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &event) != 0 ||
        (!has_room && refuse(*connection, busy) == Next::close))
        slots_.erase(connection->id);
}

// Whether there is room for one more, if need be by closing the connection that has been idle
// between two requests for longest.
bool Poller::make_room() {
    if (slots_.size() < parts_.limits.most_connections)
        return true;
    const auto idle = slots_.longest_idle();
    if (idle == 0)
        return false;
    slots_.erase(idle);
    return true;
}

void Poller::progress_safely(std::uint64_t id, Connection* connection) {
    try {
        if (connection != nullptr)
            progress(*connection);
    } catch (const std::exception&) {
        // Out of memory: this caller is hung up on, the next may have more luck.
        slots_.erase(id);
    }
}

void Poller::progress(Connection& connection) {
    const auto id = connection.id;
    auto next = Next::keep;
    if (connection.phase == Connection::Phase::writing)
        next = write(connection);
    if (next == Next::keep && connection.phase == Connection::Phase::reading)
        next = is_stopping_ ? Next::close : receive(connection);
    // A refusal may just have put it there.
    if (next == Next::keep && connection.phase == Connection::Phase::lingering)
        next = is_stopping_ ? Next::close : linger(connection);
    if (next == Next::close)
        slots_.erase(id);
}

Poller::Next Poller::write(Connection& connection) {
    const auto sent = send_some(connection, parts_.limits);
    if (sent == Outgoing::Progress::blocked)
        return Next::keep;
    const bool goes_on =
        sent == Outgoing::Progress::done && after_answer(connection, parts_.limits, parts_.clock);
    return goes_on ? Next::keep : Next::close;
}

Poller::Next Poller::receive(Connection& connection) {
    const auto served = connection.served;
    bool is_drained = false;
    while (true) {
        if (connection.served - served >= most_in_a_row) {
            look_at(connection.id);
            return Next::keep;
        }
        if (!connection.in.empty() || connection.head) {
            const auto before = connection.served;
            const auto next = consider(connection);
            if (next != Next::keep || connection.phase != Connection::Phase::reading)
                return next;
            // Answered here: the next request may have come along with it.
            if (connection.served != before)
                continue;
        }
        if (is_drained)
            return Next::keep;
        const auto count =
            ::recv(connection.socket.get(), scratch_.data(), scratch_.size(), MSG_DONTWAIT);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            connection.may_hold_more = false;
            return Next::keep;
        }
        if (count <= 0)
            return Next::close;
        if (connection.is_idle() && connection.served > 0)
            connection.deadline = parts_.clock.monotonic() + parts_.limits.header_timeout;
        const auto bytes = static_cast<std::size_t>(count);
        connection.may_hold_more = bytes == scratch_.size();
        // A short read has emptied a stream's socket (epoll(7)); what comes later is a new event.
        is_drained = !connection.may_hold_more && !connection.is_half_closed;
        connection.in.append(scratch_.data(), bytes);
    }
}

// Decides what to do with what has arrived; `gone` when a worker has it now.
Poller::Next Poller::consider(Connection& connection) {
    const bool had_head = connection.head.has_value();
    auto result = advance(connection, parts_.limits, parts_.policy);
    if (auto* refusal = std::get_if<Refusal>(&result))
        return refuse(connection, *refusal);
    switch (std::get<Step>(result)) {
        case Step::needs_header:
            return Next::keep;
        case Step::needs_body:
            return had_head || await_body(connection, parts_.limits, parts_.clock) ? Next::keep
                                                                                   : Next::close;
        case Step::is_ready:
            break;
    }
    if (connection.body_left == 0 && parts_.is_quick && parts_.is_quick(*connection.head)) {
        has_answered_ = true;
        return parts_.serve(connection) ? Next::keep : Next::close;
    }
    const auto id = connection.id;
    auto lent = slots_.lend(id, connection.may_hold_more || connection.is_half_closed);
    is_relieving_ = true;
    if (parts_.take(lent))
        return Next::gone;
    slots_.put_back(std::move(lent));
    return refuse(connection, busy);
}

Poller::Next Poller::refuse(Connection& connection, const Refusal& refusal) {
    return parts_.refuse(connection, refusal) ? Next::keep : Next::close;
}

// Reads and forgets until the other side closes: closing first would reset the connection, and the
// reset may overtake our last answer.
Poller::Next Poller::linger(Connection& connection) {
    for (int i = 0; i < most_discards; ++i) {
        const auto count =
            ::recv(connection.socket.get(), scratch_.data(), scratch_.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return Next::keep;
        if (count == 0 || (count < 0 && errno != EINTR))
            return Next::close;
    }
    look_at(connection.id);
    return Next::keep;
}

void Poller::park(std::unique_ptr<Connection> connection) {
    const auto id = connection->id;
    const bool can_go_on = connection->may_hold_more || !connection->in.empty();
    const bool has_news = slots_.put_back(std::move(connection));
    if (can_go_on || has_news || is_stopping_)
        look_at(id);
}

void Poller::drop(std::unique_ptr<Connection> connection) {
    const auto id = connection->id;
    connection.reset();
    slots_.erase(id);
}

void Poller::sweep() {
    if (is_paused_ && !is_stopping_)
        pause_listening(false);
    if (is_stopping_)
        slots_.drop_stalled(parts_.clock.monotonic(), parts_.limits.stop_patience);
    for (const auto id : slots_.late(parts_.clock.monotonic())) {
        if (auto* connection = slots_.find(id))
            expire(*connection);
    }
}

void Poller::expire(Connection& connection) {
    const Refusal late{408, "timeout", "This request took too long to arrive", {}};
    const bool is_half_sent =
        connection.phase == Connection::Phase::reading && !connection.is_idle();
    if (!is_half_sent || refuse(connection, late) == Next::close)
        slots_.erase(connection.id);
    else
        progress(connection);
}

void Poller::stop_taking() {
    is_stopping_ = true;
    wake();
}

void Poller::finish() {
    is_finished_ = true;
    wake();
}

bool Poller::answers() {
    const bool has_answered = answered_ == asked_;
    ++asked_;
    wake();
    return has_answered;
}

}  // namespace caas::http
