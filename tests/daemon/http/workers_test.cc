#include "daemon/http/workers.h"

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include <doctest/doctest.h>

namespace caas::http {
namespace {

std::ptrdiff_t threads_of_this_process() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
}

// Work that lasts until the test lets go of it.
struct Rig {
    void work() {
        std::unique_lock lock(mutex);
        ++begun;
        changed.notify_all();
        changed.wait(lock, [&] { return is_open; });
        ++done;
        changed.notify_all();
    }

    void add(int count) {
        for (int i = 0; i < count; ++i) {
            auto connection = std::make_unique<Connection>();
            REQUIRE(workers.take(connection));
        }
    }

    void await(const int& number, int least) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return number >= least; });
    }

    void open() {
        const std::scoped_lock lock(mutex);
        is_open = true;
        changed.notify_all();
    }

    std::mutex mutex;
    std::condition_variable changed;
    int begun = 0;
    int done = 0;
    bool is_open = false;
    Workers workers{1, 6, 10, [this](const auto&) { work(); }};
};

TEST_CASE("threads that only a crowd needed end when they are told to, and more come when needed") {
    Rig rig;
    const auto before = threads_of_this_process();
    rig.add(6);
    // Nothing gets done: those that wait are given threads.
    while (rig.workers.relieve()) {
    }
    rig.await(rig.begun, 6);
    CHECK(threads_of_this_process() == before + 6);

    // Who works is left alone.
    rig.workers.shrink();
    CHECK(threads_of_this_process() == before + 6);

    rig.open();
    rig.await(rig.done, 6);
    // Whoever has done its work falls asleep in a moment.
    while (threads_of_this_process() > before + 1)
        rig.workers.shrink();
    CHECK(threads_of_this_process() == before + 1);
    rig.workers.shrink();
    CHECK(threads_of_this_process() == before + 1);

    rig.add(3);
    rig.await(rig.done, 9);
}

}  // namespace
}  // namespace caas::http
