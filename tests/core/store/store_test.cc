#include "core/store/store.h"

#include <condition_variable>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/folder.h"
#include "tests/fake/watched_store.h"

// What the one writer does with its connection; what any engine must do is in tests/contract/store.

namespace caas {
namespace {

struct Rig {
    Rig() { store::Store(store::sqlite(folder / "caas.db"), clock); }

    std::unique_ptr<store::Store> open() {
        return std::make_unique<store::Store>(
            std::make_unique<fake::WatchedConnector>(store::sqlite(folder / "caas.db"), watch),
            clock);
    }

    fake::Folder folder;
    fake::FakeClock clock;
    fake::Watch watch;
};

void put(store::Transaction& transaction, const std::string& id) {
    transaction.execute(
        "INSERT INTO organization (id, name, slug, created_at) VALUES ($1, $1, $1, 0)", {id});
}

std::size_t count(store::Store& store) {
    return store.read([](store::Reader& reader) {
        return reader.query("SELECT id FROM organization", {}).size();
    });
}

// Holds the writer's thread inside a piece of work until it is let go.
class Gate {
  public:
    store::Submitted close(store::Store& store) {
        auto submitted = store.submit([this](store::Transaction&) {
            std::unique_lock lock(mutex_);
            is_inside_ = true;
            changed_.notify_all();
            changed_.wait(lock, [this] { return is_open_; });
        });
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return is_inside_; });
        return submitted;
    }

    void open() {
        const std::scoped_lock lock(mutex_);
        is_open_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_inside_ = false;
    bool is_open_ = false;
};

std::string failure_of(store::Submitted& future) {
    try {
        future.get();
    } catch (const std::exception& e) {
        return e.what();
    }
    return "fine";
}

TEST_CASE("a database that is up to date is opened by a reader only") {
    Rig rig;
    const auto store = rig.open();
    CHECK(count(*store) == 0);

    CHECK(rig.watch.writers_opened == 0);
    CHECK(rig.watch.readers_opened == 1);
    CHECK(rig.watch.begins == 0);
}

TEST_CASE("the writer is opened once, by the first write") {
    Rig rig;
    const auto store = rig.open();
    store->write([](store::Transaction& t) { put(t, "a"); });
    store->write([](store::Transaction& t) { put(t, "b"); });

    CHECK(rig.watch.writers_opened == 1);
    CHECK(rig.watch.commits == 2);
}

TEST_CASE("a hundred writes that arrive together share one commit") {
    Rig rig;
    const auto store = rig.open();
    Gate gate;
    std::vector<store::Submitted> futures;
    futures.push_back(gate.close(*store));
    for (int i = 0; i < 100; ++i)
        futures.push_back(store->submit([i](store::Transaction& t) { put(t, std::to_string(i)); }));
    CHECK_FALSE(futures.back().is_over());
    gate.open();
    for (auto& future : futures)
        future.get();

    CHECK(rig.watch.commits == 2);
    CHECK(count(*store) == 100);
}

TEST_CASE("one that fails among many fails alone") {
    Rig rig;
    const auto store = rig.open();
    Gate gate;
    auto first = gate.close(*store);
    auto a = store->submit([](store::Transaction& t) { put(t, "a"); });
    auto b = store->submit([](store::Transaction& t) {
        put(t, "b");
        throw std::runtime_error("b says no");
    });
    auto c = store->submit([](store::Transaction& t) {
        put(t, "c");
        put(t, "a");
    });
    auto d = store->submit([](store::Transaction& t) { put(t, "d"); });
    gate.open();

    CHECK(failure_of(first) == "fine");
    CHECK(failure_of(a) == "fine");
    CHECK(failure_of(b) == "b says no");
    CHECK(failure_of(c) == "There is one of that kind already");
    CHECK(failure_of(d) == "fine");
    CHECK(rig.watch.commits == 2);
    CHECK(count(*store) == 2);
}

TEST_CASE("a commit that fails reaches all it would have made durable, and the writer goes on") {
    Rig rig;
    bool fails = false;
    rig.watch.before = [&](std::string_view doing) {
        if (fails && doing == "commit")
            throw Error(Code::storage_full, "full");
    };
    const auto store = rig.open();
    Gate gate;
    auto first = gate.close(*store);
    fails = true;
    auto a = store->submit([](store::Transaction& t) { put(t, "a"); });
    auto b = store->submit([](store::Transaction&) { throw std::runtime_error("own"); });
    gate.open();

    CHECK(failure_of(first) == "full");
    CHECK(failure_of(a) == "full");
    CHECK(failure_of(b) == "own");
    CHECK(count(*store) == 0);
    fails = false;
    store->write([](store::Transaction& t) { put(t, "a"); });
    CHECK(count(*store) == 1);
}

TEST_CASE("a transaction that cannot begin fails its callers, and the next one works") {
    Rig rig;
    bool fails = true;
    rig.watch.before = [&](std::string_view doing) {
        if (fails && doing == "begin")
            throw Error(Code::busy, "busy");
    };
    const auto store = rig.open();

    CHECK_THROWS_AS(store->write([](store::Transaction& t) { put(t, "a"); }), Error);
    fails = false;
    CHECK_NOTHROW(store->write([](store::Transaction& t) { put(t, "a"); }));
}

TEST_CASE("a writer that cannot be opened is tried again by the next write") {
    Rig rig;
    bool fails = true;
    rig.watch.before = [&](std::string_view doing) {
        if (fails && doing == "open")
            throw Error(Code::storage_read_only, "read-only");
    };
    const auto store = rig.open();

    CHECK_THROWS_AS(store->write([](store::Transaction& t) { put(t, "a"); }), Error);
    CHECK(count(*store) == 0);
    fails = false;
    CHECK_NOTHROW(store->write([](store::Transaction& t) { put(t, "a"); }));
}

TEST_CASE("a transaction lost in the middle fails those that ran and spares those that wait") {
    Rig rig;
    bool is_lost = false;
    rig.watch.before = [&](std::string_view doing) {
        if (is_lost && (doing == "undo" || doing == "release")) {
            is_lost = false;
            throw Error(Code::storage_full, "lost");
        }
    };
    const auto store = rig.open();
    Gate gate;
    auto first = gate.close(*store);
    auto a = store->submit([](store::Transaction& t) { put(t, "a"); });
    auto b = store->submit([&](store::Transaction&) {
        is_lost = true;
        throw Error(Code::storage_full, "full");
    });
    auto c = store->submit([](store::Transaction& t) { put(t, "c"); });
    gate.open();

    CHECK(failure_of(first) == "fine");
    CHECK(failure_of(a) == "lost");
    CHECK(failure_of(b) == "full");
    CHECK(failure_of(c) == "fine");
    CHECK(count(*store) == 1);
}

TEST_CASE("a connection that cannot roll back is replaced") {
    Rig rig;
    bool fails = true;
    rig.watch.before = [&](std::string_view doing) {
        if (fails && (doing == "commit" || doing == "rollback"))
            throw Error(Code::unavailable, "gone");
    };
    const auto store = rig.open();

    CHECK_THROWS_AS(store->write([](store::Transaction& t) { put(t, "a"); }), Error);
    fails = false;
    CHECK_NOTHROW(store->write([](store::Transaction& t) { put(t, "b"); }));
    CHECK(rig.watch.writers_opened == 2);
    CHECK(count(*store) == 1);
}

TEST_CASE("whichever statement of a write fails, nothing of it is stored and the next one works") {
    for (int nth = 1; nth <= 6; ++nth) {
        CAPTURE(nth);
        Rig rig;
        int seen = 0;
        rig.watch.before = [&](std::string_view) {
            if (++seen == nth && nth <= 5)
                throw Error(Code::unavailable, "broken");
        };
        const auto store = rig.open();
        bool failed = false;
        try {
            store->write([](store::Transaction& t) {
                put(t, "a");
                put(t, "b");
            });
        } catch (const Error&) {
            failed = true;
        }
        // open, begin, two statements, commit
        CHECK(failed == (nth <= 5));
        CHECK(count(*store) == (failed ? 0 : 2));
        CHECK_NOTHROW(store->write([](store::Transaction& t) { put(t, "c"); }));
    }
}

TEST_CASE("idle readers are kept up to a few") {
    Rig rig;
    const auto store = rig.open();
    const auto nest = [&](auto&& self, int depth) -> void {
        if (depth > 0)
            store->read([&](store::Reader&) { self(self, depth - 1); });
    };
    nest(nest, 6);
    CHECK(rig.watch.readers_opened == 6);
    nest(nest, 3);
    CHECK(rig.watch.readers_opened == 6);
    nest(nest, 4);
    CHECK(rig.watch.readers_opened == 7);
}

}  // namespace
}  // namespace caas
