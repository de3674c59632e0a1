#include "core/store/store.h"

#include <thread>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/store/migrate.h"
#include "tests/contract/engine/engine.h"
#include "tests/fake/fake_clock.h"

namespace caas {
namespace {

struct Rig {
    Rig() : place(contract::make_place()), store(place->connector(), clock) {}

    std::size_t count() {
        return store.read([](store::Reader& reader) {
            return reader.query("SELECT id FROM organization", {}).size();
        });
    }

    fake::FakeClock clock;
    std::unique_ptr<contract::Place> place;
    store::Store store;
};

void put(store::Transaction& transaction, const std::string& id) {
    transaction.execute(
        "INSERT INTO organization (id, name, slug, created_at) VALUES ($1, $1, $1, 0)", {id});
}

TEST_CASE("a write gives back what its function gave") {
    Rig rig;
    const auto number = rig.store.write([](store::Transaction& transaction) {
        put(transaction, "a");
        return 42;
    });

    CHECK(number == 42);
    CHECK(rig.count() == 1);
}

TEST_CASE("a write sees what it wrote before it is committed") {
    Rig rig;
    rig.store.write([](store::Transaction& transaction) {
        put(transaction, "a");
        CHECK(transaction.query("SELECT id FROM organization", {}).size() == 1);
    });
}

TEST_CASE("what a write throws its caller gets, and nothing of it is stored") {
    Rig rig;
    CHECK_THROWS_AS(
        rig.store.write([](store::Transaction& transaction) {
            put(transaction, "a");
            throw std::runtime_error("no");
        }),
        std::runtime_error);
    CHECK_THROWS_AS(
        rig.store.write([](store::Transaction& transaction) {
            put(transaction, "b");
            put(transaction, "b");
        }),
        Error);
    CHECK(rig.count() == 0);

    rig.store.write([](store::Transaction& transaction) { put(transaction, "c"); });
    CHECK(rig.count() == 1);
}

TEST_CASE("eight threads write two hundred times each and nothing is lost or doubled") {
    Rig rig;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&rig, t] {
                for (int i = 0; i < 200; ++i)
                    rig.store.write([&](store::Transaction& transaction) {
                        put(transaction, std::to_string(t) + "-" + std::to_string(i));
                    });
            });
    }
    CHECK(rig.count() == 1600);
}

TEST_CASE("failures of one thread touch no other") {
    Rig rig;
    std::atomic<int> refused = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < 100; ++i) {
                    try {
                        rig.store.write([&](store::Transaction& transaction) {
                            put(transaction, std::to_string(t) + "-" + std::to_string(i));
                            if (i % 2 == 1)
                                throw Error(Code::conflict, "on purpose");
                        });
                    } catch (const Error& e) {
                        refused += e.code() == Code::conflict ? 1 : 100000;
                    }
                }
            });
    }
    CHECK(refused == 400);
    CHECK(rig.count() == 400);
}

TEST_CASE("a read sees one state while others write") {
    Rig rig;
    rig.store.write([](store::Transaction& transaction) { put(transaction, "a"); });
    rig.store.read([&](store::Reader& reader) {
        CHECK(reader.query("SELECT id FROM organization", {}).size() == 1);
        rig.store.write([](store::Transaction& transaction) { put(transaction, "b"); });
        CHECK(reader.query("SELECT id FROM organization", {}).size() == 1);
    });
    CHECK(rig.count() == 2);
}

TEST_CASE("readers run beside each other, one inside another") {
    Rig rig;
    rig.store.write([](store::Transaction& transaction) { put(transaction, "a"); });
    const auto sum = rig.store.read([&](store::Reader& outer) {
        return outer.query("SELECT id FROM organization", {}).size() + rig.count();
    });
    CHECK(sum == 2);
}

TEST_CASE("what a read throws its caller gets, and the reader is used again") {
    Rig rig;
    for (int i = 0; i < 20; ++i)
        CHECK_THROWS_AS(
            rig.store.read([](store::Reader&) { throw std::runtime_error("no"); }),
            std::runtime_error);
    CHECK(rig.count() == 0);
}

TEST_CASE("submitted work is done when its future is ready, also when the store dies") {
    const auto place = contract::make_place();
    const fake::FakeClock clock;
    std::vector<store::Submitted> futures;
    {
        store::Store store(place->connector(), clock);
        for (int i = 0; i < 100; ++i)
            futures.push_back(store.submit(
                [i](store::Transaction& transaction) { put(transaction, std::to_string(i)); }));
    }
    for (auto& future : futures)
        CHECK_NOTHROW(future.get());
    store::Store again(place->connector(), clock);
    CHECK(again.read([](store::Reader& reader) {
        return reader.query("SELECT id FROM organization", {}).size();
    }) == 100);
}

TEST_CASE("a write inside a write is refused instead of waiting for itself") {
    Rig rig;
    CHECK_THROWS_AS(
        rig.store.write([&](store::Transaction&) {
            rig.store.write([](store::Transaction& inner) { put(inner, "a"); });
        }),
        Error);
    CHECK(rig.count() == 0);
}

TEST_CASE("migrations run once and are on record") {
    const auto place = contract::make_place();
    const fake::FakeClock clock;
    store::Store(place->connector(), clock);
    store::Store store(place->connector(), clock);

    store.read([](store::Reader& reader) {
        const auto rows = reader.query(
            "SELECT number, name, checksum, applied_at FROM migration ORDER BY number", {});
        REQUIRE(rows.size() == store::migrations().size());
        CHECK(rows[0].integer(0) == 1);
        CHECK(rows[0].text(1) == "start");
        CHECK(rows[0].text(2).size() == 64);
        CHECK(rows[0].instant(3) == from_ms(1795341600000));
    });
}

TEST_CASE("several that open a new database at once all find it whole") {
    const auto place = contract::make_place();
    const fake::FakeClock clock;
    std::atomic<int> opened = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 6; ++i)
            threads.emplace_back([&, i] {
                store::Store store(place->connector(), clock);
                store.write(
                    [&](store::Transaction& transaction) { put(transaction, std::to_string(i)); });
                ++opened;
            });
    }
    CHECK(opened == 6);
    store::Store store(place->connector(), clock);
    CHECK(store.read([](store::Reader& reader) {
        return reader.query("SELECT id FROM organization", {}).size();
    }) == 6);
}

}  // namespace
}  // namespace caas
