// Copies what SQLite's log holds into the database file on a thread of its own, so that no commit
// waits for the two syncs of that. Made for the one writer of a file; the thread and its connection
// come with the first copying, which short commands never see.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "core/store/connection.h"
#include "core/store/sqlite_faults.h"

namespace caas::store {

// Thread-safe but for the destructor, which ends a copying that has begun first.
class SqliteCheckpointer {
  public:
    // `name`: of the database's file.
    SqliteCheckpointer(std::string name, SqliteFaults faults);
    SqliteCheckpointer(const SqliteCheckpointer&) = delete;
    SqliteCheckpointer& operator=(const SqliteCheckpointer&) = delete;
    ~SqliteCheckpointer();

    // After each commit of the writer, with how many pages its log holds: has them copied by the
    // thread from 1,000 on, as SQLite would by itself. True when the writer should copy what is
    // left now, lest its log grow beyond 5,000 pages.
    bool on_commit(int pages);

    // Returns when everything asked for so far is done.
    void wait();

  private:
    bool ask();
    void run(const std::stop_token& stop);

    std::string name_;
    SqliteFaults faults_;
    int asked_at_ = 0;  // pages; of whoever writes
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::uint64_t asked_ = 0;
    std::uint64_t done_ = 0;
    std::jthread thread_;
};

}  // namespace caas::store
