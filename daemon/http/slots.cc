#include "daemon/http/slots.h"

#include <utility>

namespace caas::http {

Connection* Slots::add(std::unique_ptr<Connection> connection, std::size_t most) {
    const std::scoped_lock lock(mutex_);
    if (slots_.size() >= most)
        return nullptr;
    auto& slot = slots_[connection->id];
    slot.left = connection->left;
    slot.ended = connection->ended;
    slot.connection = std::move(connection);
    return slot.connection.get();
}

Connection* Slots::find(std::uint64_t id) {
    const std::scoped_lock lock(mutex_);
    const auto found = slots_.find(id);
    return found == slots_.end() ? nullptr : found->second.connection.get();
}

Connection* Slots::on_event(std::uint64_t id, bool has_left) {
    std::optional<std::pair<std::stop_source, std::stop_source>> leaver;
    {
        const std::scoped_lock lock(mutex_);
        const auto found = slots_.find(id);
        if (found == slots_.end())
            return nullptr;
        auto& slot = found->second;
        if (slot.connection) {
            slot.connection->is_half_closed = slot.connection->is_half_closed || has_left;
            return slot.connection.get();
        }
        slot.has_news = true;
        if (has_left)
            leaver.emplace(slot.left, slot.ended);
    }
    // Outside the lock: it runs the callbacks of whoever answers.
    if (leaver) {
        leaver->first.request_stop();
        leaver->second.request_stop();
    }
    return nullptr;
}

std::unique_ptr<Connection> Slots::lend(std::uint64_t id, bool has_news) {
    const std::scoped_lock lock(mutex_);
    auto& slot = slots_.at(id);
    slot.has_news = has_news;
    return std::move(slot.connection);
}

bool Slots::put_back(std::unique_ptr<Connection> connection) {
    const std::scoped_lock lock(mutex_);
    auto& slot = slots_.at(connection->id);
    slot.is_stream = false;
    slot.connection = std::move(connection);
    return slot.has_news;
}

void Slots::erase(std::uint64_t id) {
    const std::scoped_lock lock(mutex_);
    slots_.erase(id);
    if (slots_.empty())
        emptied_.notify_all();
}

void Slots::mark_stream(std::uint64_t id) {
    std::optional<std::stop_source> late;
    {
        const std::scoped_lock lock(mutex_);
        auto& slot = slots_.at(id);
        slot.is_stream = true;
        if (ends_streams_)
            late = slot.ended;
    }
    if (late)
        late->request_stop();
}

bool Slots::is_stream(std::uint64_t id) const {
    const std::scoped_lock lock(mutex_);
    return slots_.at(id).is_stream;
}

void Slots::stop_streams() {
    std::vector<std::stop_source> streams;
    {
        const std::scoped_lock lock(mutex_);
        ends_streams_ = true;
        for (const auto& [id, slot] : slots_) {
            if (slot.is_stream)
                streams.push_back(slot.ended);
        }
    }
    for (auto& stream : streams)
        stream.request_stop();
}

void Slots::stop_holding() {
    closing_.request_stop();
}

void Slots::stop_all() {
    std::vector<std::stop_source> all;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [id, slot] : slots_)
            all.push_back(slot.ended);
    }
    for (auto& one : all)
        one.request_stop();
}

void Slots::drop_stalled(Monotonic now, Milliseconds patience) {
    const auto has_stalled = [&](const auto& entry) {
        auto* const connection = entry.second.connection.get();
        return connection != nullptr && connection->phase == Connection::Phase::writing &&
               connection->headway.is_lost(
                   connection->out.bytes_left() + untaken(connection->socket.get()), now, patience);
    };
    const std::scoped_lock lock(mutex_);
    std::erase_if(slots_, has_stalled);
    if (slots_.empty())
        emptied_.notify_all();
}

std::size_t Slots::size() const {
    const std::scoped_lock lock(mutex_);
    return slots_.size();
}

std::uint64_t Slots::longest_idle() const {
    const std::scoped_lock lock(mutex_);
    std::uint64_t longest = 0;
    auto earliest = Monotonic::max();
    for (const auto& [id, slot] : slots_) {
        const auto* connection = slot.connection.get();
        if (connection != nullptr && connection->is_idle() && connection->served > 0 &&
            connection->deadline < earliest) {
            earliest = connection->deadline;
            longest = id;
        }
    }
    return longest;
}

std::vector<std::uint64_t> Slots::late(Monotonic now) const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::uint64_t> ids;
    for (const auto& [id, slot] : slots_) {
        if (slot.connection && slot.connection->deadline <= now)
            ids.push_back(id);
    }
    return ids;
}

std::vector<std::uint64_t> Slots::waiting() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::uint64_t> ids;
    for (const auto& [id, slot] : slots_) {
        if (slot.connection && slot.connection->phase != Connection::Phase::writing)
            ids.push_back(id);
    }
    return ids;
}

bool Slots::wait_until_empty(Milliseconds most) {
    std::unique_lock lock(mutex_);
    return emptied_.wait_for(lock, most, [this] { return slots_.empty(); });
}

}  // namespace caas::http
