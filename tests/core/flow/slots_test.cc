// The next free slot: never the same for two posts.
#include "core/flow/slots.h"

#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "core/base/time_zone.h"
#include "core/flow/plan.h"
#include "tests/fake/home.h"

namespace caas {
namespace {

// The clock of a home shows 2026-11-22 10:00 UTC, a Sunday.
struct Week {
    fake::Home home;
    content::Content content = home.add({"In its slot."});

    void set(std::string_view slots) {
        home.store.write([&](store::Transaction& transaction) {
            flow::set_slots(transaction, home.owner, "outbox", schedule::parse_slots(slots));
        });
    }

    flow::PostOrder order() const {
        flow::PostOrder wanted;
        wanted.content = content.id.text();
        wanted.accounts = {"outbox"};
        wanted.when.next_slot = true;
        return wanted;
    }

    delivery::Post take() { return flow::make_posts(home.tools, home.owner, order()).at(0); }
};

TEST_CASE("posts take the slots in their order, and a canceled one frees its own") {
    Week it;
    it.set("mon 09:00 17:00, sun 10:00 11:00");

    const auto first = it.take();
    CHECK(first.local_time == "2026-11-22 11:00");
    CHECK(first.zone == "UTC");
    CHECK(to_rfc3339(first.due_at) == "2026-11-22T11:00:00.000Z");
    CHECK(it.take().local_time == "2026-11-23 09:00");
    CHECK(it.take().local_time == "2026-11-23 17:00");
    CHECK(it.take().local_time == "2026-11-29 10:00");

    it.home.store.write([&](store::Transaction& transaction) {
        delivery::cancel(transaction, it.home.owner.workspace, first.id, it.home.clock.now());
    });
    CHECK(it.take().local_time == "2026-11-22 11:00");
}

TEST_CASE("orders of one call take different slots") {
    Week it;
    it.set("daily 12:00");

    const auto posts = flow::make_posts(
        it.home.tools, it.home.owner, std::vector{it.order(), it.order(), it.order()});

    CHECK(posts.at(0).local_time == "2026-11-22 12:00");
    CHECK(posts.at(1).local_time == "2026-11-23 12:00");
    CHECK(posts.at(2).local_time == "2026-11-24 12:00");
}

TEST_CASE("callers at the same time never get the same slot") {
    Week it;
    it.set("daily 12:00 18:00");
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i)
        callers.emplace_back([&] {
            for (int n = 0; n < 10; ++n)
                it.take();
        });
    callers.clear();

    CHECK(it.home.store.read([](store::Reader& reader) {
        return reader.query("SELECT count(DISTINCT due_at) FROM post", {})[0].integer(0);
    }) == 80);
}

TEST_CASE("callers of two daemons never get the same slot") {
    Week it;
    it.set("daily 12:00 18:00");
    store::Store other(it.home.database.connector(), it.home.clock);
    const auto& mine = it.home.tools;
    const flow::Tools theirs{
        other,
        mine.clock,
        mine.random,
        mine.ids,
        mine.http,
        mine.settings,
        mine.vault,
        mine.log,
        mine.share,
        mine.data,
        mine.plans};
    {
        const std::jthread here([&] {
            for (int n = 0; n < 20; ++n)
                flow::make_posts(mine, it.home.owner, it.order());
        });
        const std::jthread there([&] {
            for (int n = 0; n < 20; ++n)
                flow::make_posts(theirs, it.home.owner, it.order());
        });
    }

    CHECK(it.home.store.read([](store::Reader& reader) {
        return reader.query("SELECT count(DISTINCT due_at) FROM post", {})[0].integer(0);
    }) == 40);
}

TEST_CASE("a post that waits at the instant of a slot takes it, however it came there") {
    Week it;
    it.set("mon 09:00, tue 09:00");
    auto order = it.order();
    order.when = {};
    order.when.at = *parse_rfc3339("2026-11-23T09:00:00Z");
    flow::make_posts(it.home.tools, it.home.owner, order);

    CHECK(it.take().local_time == "2026-11-24 09:00");
}

TEST_CASE("an account without slots says how to set some") {
    Week it;

    const auto error = fake::thrown_by([&] { it.take(); });

    CHECK(error.code() == Code::conflict);
    CHECK(error.hint() == "set some: caas slots set outbox \"mon,wed 09:00, fri 17:30\"");
}

TEST_CASE("a slot in the gap of summer time moves forward") {
    Week it;
    it.home.store.write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE account SET zone = 'Europe/Berlin'", {});
    });
    it.home.clock.jump(*parse_rfc3339("2027-03-27T12:00:00Z") - it.home.clock.now());
    it.set("sun 02:30");

    const auto post = it.take();

    CHECK(to_rfc3339(post.due_at) == "2027-03-28T01:30:00.000Z");
    CHECK(post.time_note == "moved_forward");
}

TEST_CASE("slots are listed in the account's zone and replaced as a whole") {
    Week it;
    it.set("mon 09:00");
    it.set("fri 17:30, wed 08:00");

    const auto found = it.home.store.read(
        [&](store::Reader& reader) { return flow::slots_of(reader, it.home.owner, "outbox"); });

    CHECK(found.zone == "UTC");
    CHECK(found.slots == schedule::parse_slots("wed 08:00, fri 17:30"));
    CHECK(
        to_rfc3339(flow::next_time(found.slots[0], "Europe/Berlin", it.home.clock.now())) ==
        "2026-11-25T07:00:00.000Z");
}

}  // namespace
}  // namespace caas
