#include <chrono>
#include <condition_variable>
#include <mutex>

#include <doctest/doctest.h>

#include "core/store/postgres_bell.h"
#include "tests/fake/database.h"

namespace caas {
namespace {

class Rings {
  public:
    void add() {
        const std::scoped_lock lock(mutex_);
        ++count_;
        changed_.notify_all();
    }

    // False when it takes more than ten seconds.
    bool wait_for(int count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return count_ >= count; });
    }

    int count() {
        const std::scoped_lock lock(mutex_);
        return count_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

TEST_CASE("who listens hears the ring of another, and the one for its own start") {
    const fake::PostgresSchema schema;
    Rings rings;
    store::PostgresBell listener(schema.url(), [&] { rings.add(); });
    REQUIRE(rings.wait_for(1));
    store::PostgresBell(schema.url(), nullptr).ring();
    CHECK(rings.wait_for(2));
}

TEST_CASE("a ring does not come back to who rang") {
    const fake::PostgresSchema schema;
    Rings own;
    Rings others;
    store::PostgresBell one(schema.url(), [&] { own.add(); });
    store::PostgresBell two(schema.url(), [&] { others.add(); });
    REQUIRE(own.wait_for(1));
    REQUIRE(others.wait_for(1));
    one.ring();
    REQUIRE(others.wait_for(2));
    two.ring();
    CHECK(own.wait_for(2));
    CHECK(own.count() == 2);
}

TEST_CASE("a ring in one schema is not heard in another") {
    const fake::PostgresSchema here;
    const fake::PostgresSchema there;
    Rings rings;
    store::PostgresBell listener(here.url(), [&] { rings.add(); });
    REQUIRE(rings.wait_for(1));
    store::PostgresBell(there.url(), nullptr).ring();
    store::PostgresBell(here.url(), nullptr).ring();
    REQUIRE(rings.wait_for(2));
    CHECK(rings.count() == 2);
}

TEST_CASE("a listener whose session was ended listens again") {
    const fake::PostgresSchema schema;
    Rings rings;
    store::PostgresBell listener(schema.url(), [&] { rings.add(); });
    REQUIRE(rings.wait_for(1));
    store::postgres(Secret(std::getenv("CAAS_TEST_POSTGRES")))
        ->open_writer()
        ->query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query LIKE 'LISTEN caas%' AND pid <> pg_backend_pid()",
            {});
    CHECK(rings.wait_for(2));
    store::PostgresBell(schema.url(), nullptr).ring();
    CHECK(rings.wait_for(3));
}

}  // namespace
}  // namespace caas
