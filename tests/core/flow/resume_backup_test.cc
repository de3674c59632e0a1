// A backup that takes the place of the database sends nothing a second time by itself.
#include "core/flow/resume_backup.h"

#include <doctest/doctest.h>

#include "core/base/time_zone.h"
#include "core/delivery/queue.h"
#include "core/flow/plan.h"
#include "core/flow/series.h"
#include "tests/fake/home.h"

namespace caas {
namespace {

// The clock of a home shows 2026-11-22 10:00 UTC, a Sunday.
struct Backup {
    fake::Home home;
    content::Content content = home.add({"Good morning."});

    void start(const std::string& every, const std::string& zone = "UTC") {
        flow::PostOrder order;
        order.content = content.id.text();
        order.accounts = {"outbox"};
        order.when.zone = zone;
        order.every = every;
        flow::make_posts(home.tools, home.owner, order);
    }

    void at(std::string_view time) { home.clock.jump(*parse_rfc3339(time) - home.clock.now()); }

    // Of a backup that was made just now.
    flow::HeldBack restore_at(std::string_view time, store::Reader* former = nullptr) {
        const auto made_at = home.clock.now();
        at(time);
        return home.store.write([&](store::Transaction& transaction) {
            return flow::resume_backup(transaction, made_at, home.clock.now(), former);
        });
    }

    // In the place of the database of another home.
    flow::HeldBack restore_over(Backup& former, std::string_view time) {
        return former.home.store.read(
            [&](store::Reader& reader) { return restore_at(time, &reader); });
    }

    // An occurrence was moved to an earlier time, and sent.
    void send_early(const std::string& occurrence, std::string_view time) {
        home.store.write([&](store::Transaction& transaction) {
            REQUIRE(
                transaction.execute(
                    R"(UPDATE post
SET state = 'published', due_at = $2, wake_at = NULL, settled_at = $2, updated_at = $2
WHERE occurrence = $1)",
                    {occurrence, *parse_rfc3339(time)}) == 1);
        });
    }

    // Every occurrence that is there as a post after the house was kept.
    std::string posts() {
        flow::top_up_series(home.tools);
        delivery::Filter filter;
        filter.order = delivery::Order::due;
        const auto found = home.store.read([&](store::Reader& reader) {
            return delivery::list_posts(
                reader, home.owner.workspace, filter, {.limit = 200, .cursor = {}});
        });
        std::string out;
        for (const auto& post : found.items) {
            out += (out.empty() ? "" : ", ") + post.occurrence.substr(5);
            if (post.state != delivery::PostState::scheduled)
                out += " " + std::string(delivery::name(post.state));
        }
        return out;
    }
};

TEST_CASE("a series goes on with its next time after the restore") {
    Backup it;
    it.start("FREQ=HOURLY;BYMINUTE=30");

    const auto held = it.restore_at("2026-11-22T14:10:00Z");

    CHECK(held.posts == 2);
    CHECK(held.series == 1);
    CHECK(
        it.posts() == "11-22 10:30 unconfirmed, 11-22 11:30 unconfirmed, 11-22 14:30, 11-22 15:30");
}

TEST_CASE("what a restore passes over is of the COUNT of its series") {
    Backup it;
    it.start("FREQ=HOURLY;BYMINUTE=30;COUNT=5");

    it.restore_at("2026-11-22T14:10:00Z");

    CHECK(it.posts() == "11-22 10:30 unconfirmed, 11-22 11:30 unconfirmed, 11-22 14:30");
}

TEST_CASE("a series whose COUNT a restore passes over has no more occurrences") {
    Backup it;
    it.start("FREQ=HOURLY;BYMINUTE=30;COUNT=4");

    it.restore_at("2026-11-22T14:10:00Z");

    CHECK(it.posts() == "11-22 10:30 unconfirmed, 11-22 11:30 unconfirmed");
}

TEST_CASE("an occurrence that a gap drops is not of the COUNT that a restore passes over") {
    Backup it;
    it.at("2027-03-27T22:00:00Z");
    // 02:30 is left out and would be 03:30, which is an occurrence anyway.
    it.start("FREQ=HOURLY;BYMINUTE=30;COUNT=5", "Europe/Berlin");

    // 04:10 on the wall: 01:30 and 03:30 are passed over, and 04:30 is the fifth.
    it.restore_at("2027-03-28T02:10:00Z");

    CHECK(it.posts() == "03-27 23:30 unconfirmed, 03-28 00:30 unconfirmed, 03-28 04:30");
}

TEST_CASE("an occurrence whose hour comes twice is not made again in the second one") {
    Backup it;
    it.at("2027-10-28T12:00:00Z");
    it.start("daily 02:30", "Europe/Berlin");

    // 02:10 on the wall, for the second time.
    it.restore_at("2027-10-31T01:10:00Z");

    CHECK(
        it.posts() == "10-29 02:30 unconfirmed, 10-30 02:30 unconfirmed, 11-01 02:30, 11-02 02:30");
}

TEST_CASE("a restore before anything was due changes nothing") {
    Backup it;
    it.start("FREQ=HOURLY;BYMINUTE=30");

    const auto held = it.restore_at("2026-11-22T10:29:00Z");

    CHECK(held.posts == 0);
    CHECK(held.series == 0);
    CHECK(it.posts() == "11-22 10:30, 11-22 11:30");
}

TEST_CASE("a series goes on after what a clock that was ahead when the backup was made had sent") {
    Backup it;
    it.start("FREQ=HOURLY;BYMINUTE=30");
    it.at("2026-11-22T14:10:00Z");

    const auto held = it.restore_at("2026-11-22T09:00:00Z");

    CHECK(held.posts == 2);
    CHECK(held.series == 1);
    it.at("2026-11-22T14:20:00Z");
    CHECK(
        it.posts() == "11-22 10:30 unconfirmed, 11-22 11:30 unconfirmed, 11-22 14:30, 11-22 15:30");
}

TEST_CASE("a series whose posts were ahead of the restore loses none of them") {
    Backup it;
    it.start("FREQ=HOURLY;BYMINUTE=30");

    const auto held = it.restore_at("2026-11-22T11:00:00Z");

    CHECK(held.posts == 1);
    CHECK(held.series == 0);
    CHECK(it.posts() == "11-22 10:30 unconfirmed, 11-22 11:30, 11-22 12:30");
}

// Two homes that begin alike: the backup, and the database whose place it takes.
struct Alike {
    Backup former;
    Backup backup;

    Alike() {
        former.start("FREQ=HOURLY;BYMINUTE=30");
        backup.start("FREQ=HOURLY;BYMINUTE=30");
    }
};

TEST_CASE("an occurrence that was moved to an earlier time and sent is held") {
    Alike it;
    it.former.send_early("2026-11-22 11:30", "2026-11-22T10:05:00Z");

    const auto held = it.backup.restore_over(it.former, "2026-11-22T10:10:00Z");

    CHECK(held.posts == 1);
    CHECK(held.unchecked == 0);
    CHECK(it.backup.posts() == "11-22 10:30, 11-22 11:30 unconfirmed");
}

TEST_CASE("an occurrence that was made after the backup, moved and sent is not made again") {
    Alike it;
    it.former.at("2026-11-22T11:00:00Z");
    flow::top_up_series(it.former.home.tools);
    it.former.send_early("2026-11-22 12:30", "2026-11-22T11:05:00Z");

    const auto held = it.backup.restore_over(it.former, "2026-11-22T11:10:00Z");

    CHECK(held.posts == 2);
    CHECK(it.backup.posts() == "11-22 10:30 unconfirmed, 11-22 12:30 unconfirmed, 11-22 11:30");
    // The one before it is not lost, and those after it go on.
    it.backup.at("2026-11-22T12:00:00Z");
    CHECK(
        it.backup.posts() ==
        "11-22 10:30 unconfirmed, 11-22 12:30 unconfirmed, 11-22 11:30, 11-22 13:30");
}

TEST_CASE("an occurrence that an earlier restore holds is not held a second time") {
    Alike it;
    it.former.at("2026-11-22T11:00:00Z");
    flow::top_up_series(it.former.home.tools);
    it.former.send_early("2026-11-22 12:30", "2026-11-22T11:05:00Z");
    it.backup.restore_over(it.former, "2026-11-22T11:10:00Z");

    it.backup.restore_over(it.former, "2026-11-22T11:11:00Z");

    CHECK(it.backup.posts() == "11-22 10:30 unconfirmed, 11-22 12:30 unconfirmed, 11-22 11:30");
}

}  // namespace
}  // namespace caas
