#include "core/store/sqlite_checkpoint.h"

#include <exception>
#include <system_error>

#include "core/store/sqlite_connection.h"

namespace caas::store {
namespace {

constexpr int enough_pages = 1000;
constexpr int most_pages = 4000;

}  // namespace

SqliteCheckpointer::SqliteCheckpointer(std::string name, SqliteFaults faults)
    : name_(std::move(name)), faults_(std::move(faults)) {}

SqliteCheckpointer::~SqliteCheckpointer() {
    thread_.request_stop();
    if (thread_.joinable())
        thread_.join();
}

bool SqliteCheckpointer::on_commit(int pages) {
    // It has begun from its start again.
    if (pages < asked_at_)
        asked_at_ = 0;
    if (pages < asked_at_ + enough_pages)
        return false;
    asked_at_ = pages;
    return pages >= most_pages || !ask();
}

// False when there are no more threads to be had.
bool SqliteCheckpointer::ask() {
    try {
        const std::scoped_lock lock(mutex_);
        if (!thread_.joinable())
            thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
        ++asked_;
    } catch (const std::system_error&) {
        return false;
    }
    changed_.notify_all();
    return true;
}

void SqliteCheckpointer::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this, until = asked_] { return done_ >= until; });
}

void SqliteCheckpointer::run(const std::stop_token& stop) {
    std::unique_ptr<Connection> connection;
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return done_ < asked_; }) && !stop.stop_requested()) {
        const auto until = asked_;
        lock.unlock();
        try {
            if (connection == nullptr)
                connection = open_sqlite(name_, SqliteMode::write, faults_);
            // Takes no lock that a reader or writer would wait for, and copies as far as the oldest
            // of them lets it.
            connection->query("PRAGMA wal_checkpoint(PASSIVE)", {});
        } catch (const std::exception&) {
            // Nothing is lost: the log has it all, and whoever writes meets what is wrong.
            connection = nullptr;
        }
        lock.lock();
        done_ = until;
        changed_.notify_all();
    }
}

}  // namespace caas::store
