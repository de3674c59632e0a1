// Series: each occurrence is a post once, whatever the clock does.
#include "core/flow/series.h"

#include <thread>

#include <doctest/doctest.h>

#include "core/base/time_zone.h"
#include "core/delivery/queue.h"
#include "core/flow/connect.h"
#include "core/flow/discard.h"
#include "core/flow/plan.h"
#include "tests/fake/home.h"

namespace caas {
namespace {

using schedule::SeriesState;
using std::chrono::hours;

// The clock of a home shows 2026-11-22 10:00 UTC, a Sunday.
struct Diary {
    fake::Home home;
    content::Content content = home.add({"Good morning."});

    std::vector<delivery::Post> start(
        const std::string& every,
        std::optional<std::string> at = std::nullopt,
        const std::string& zone = "UTC",
        std::optional<std::int64_t> version = std::nullopt) {
        flow::PostOrder order;
        order.content = content.id.text();
        order.version = version;
        order.accounts = {"outbox"};
        order.when.local = std::move(at);
        order.when.zone = zone;
        order.every = every;
        return flow::make_posts(home.tools, home.owner, order);
    }

    flow::ToppedUp top_up() { return flow::top_up_series(home.tools); }

    // Every occurrence that is there as a post, in their order, with what became of it.
    std::string posts() {
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

    schedule::Series series() {
        return home.store.read([&](store::Reader& reader) {
            return schedule::list_series(
                       reader, home.owner.workspace, {}, {.limit = 1, .cursor = {}})
                .items.at(0);
        });
    }

    void set(Instant time) { home.clock.jump(time - home.clock.now()); }

    void at(std::string_view time) { set(*parse_rfc3339(time)); }

    template <typename Function>
    auto write(Function function) {
        return home.store.write(
            [&](store::Transaction& transaction) { return function(transaction); });
    }
};

TEST_CASE("a series begins with the posts of its next two occurrences") {
    Diary it;

    const auto posts = it.start("weekdays 09:00", std::nullopt, "Europe/Berlin");

    REQUIRE(posts.size() == 2);
    CHECK(to_rfc3339(posts[0].due_at) == "2026-11-23T08:00:00.000Z");
    CHECK(posts[0].local_time == "2026-11-23 09:00");
    CHECK(posts[0].zone == "Europe/Berlin");
    CHECK(posts[0].series == it.series().id);
    CHECK(it.posts() == "11-23 09:00, 11-24 09:00");
    CHECK(it.series().top_up_at == posts[0].due_at);
}

TEST_CASE("the next post is made when the first one is due, once, however often it is asked for") {
    Diary it;
    it.start("daily 09:00");

    CHECK(it.top_up().posts == 0);
    it.at("2026-11-23T09:00:00Z");
    CHECK(it.top_up().posts == 1);
    CHECK(it.top_up().posts == 0);

    CHECK(it.posts() == "11-23 09:00, 11-24 09:00, 11-25 09:00");
    CHECK(to_rfc3339(*it.top_up().again) == "2026-11-24T09:00:00.000Z");
}

TEST_CASE("an hour forward and back on the wall clock neither loses nor repeats an occurrence") {
    Diary it;
    it.start("FREQ=HOURLY;BYMINUTE=30");
    for (int hour = 0; hour < 12; ++hour) {
        it.set(from_ms(to_ms(*parse_rfc3339("2026-11-22T10:31:00Z"))) + hours(hour));
        it.top_up();
        it.home.clock.jump(hours(1));
        it.top_up();
        it.home.clock.jump(-hours(2));
        it.top_up();
    }

    std::string expected;
    for (int hour = 10; hour < 24; ++hour)
        expected += (hour == 10 ? "11-22 " : ", 11-22 ") + std::to_string(hour) + ":30";
    CHECK(it.posts() == expected + ", 11-23 00:30");
    CHECK(it.series().passed_over == 0);
}

TEST_CASE("a canceled occurrence does not come back") {
    Diary it;
    const auto posts = it.start("daily 09:00");

    it.write([&](store::Transaction& transaction) {
        return delivery::cancel(
            transaction, it.home.owner.workspace, posts[0].id, it.home.clock.now());
    });
    it.top_up();
    it.at("2026-11-23T09:00:00Z");
    it.top_up();

    CHECK(it.posts() == "11-23 09:00 canceled, 11-24 09:00, 11-25 09:00");
}

TEST_CASE("a moved occurrence leaves its old time empty") {
    Diary it;
    const auto posts = it.start("daily 09:00");

    it.write([&](store::Transaction& transaction) {
        return delivery::move(
            transaction,
            it.home.owner.workspace,
            posts[0].id,
            {*parse_rfc3339("2026-11-23T20:00:00Z"), "2026-11-23 20:00", "UTC", ""},
            true,
            it.home.clock.now());
    });
    it.at("2026-11-23T10:00:00Z");
    it.top_up();

    CHECK(it.posts() == "11-23 09:00, 11-24 09:00, 11-25 09:00");
    CHECK(it.home.count("post") == 3);
}

TEST_CASE("a rule that is over finishes its series") {
    Diary it;
    it.start("FREQ=DAILY;COUNT=3;BYHOUR=9");

    it.at("2026-11-23T09:00:00Z");
    it.top_up();
    it.at("2026-12-23T09:00:00Z");
    CHECK(it.top_up().posts == 0);

    CHECK(it.posts() == "11-23 09:00, 11-24 09:00, 11-25 09:00");
    CHECK(it.series().state == SeriesState::finished);
    CHECK_FALSE(it.series().top_up_at);
}

TEST_CASE(
    "what was due while nothing ran is made within the catch-up window and else passed over") {
    Diary it;
    it.start("FREQ=HOURLY;INTERVAL=6;BYMINUTE=0", "2026-11-22 12:00");

    it.at("2026-11-25T12:30:00Z");
    it.top_up();

    // Two were made in time; 24 hours before 12:30 lie four more, and two are to come.
    CHECK(
        it.posts() ==
        "11-22 12:00, 11-22 18:00, 11-24 18:00, 11-25 00:00, 11-25 06:00, 11-25 12:00, "
        "11-25 18:00, 11-26 00:00");
    CHECK(it.series().passed_over == 7);
    CHECK(it.series().made == 8);
}

TEST_CASE("an occurrence in the gap of summer time moves forward, and is not doubled there") {
    Diary it;
    it.at("2027-03-27T12:00:00Z");

    const auto moved = it.start("daily 02:30", std::nullopt, "Europe/Berlin");
    CHECK(to_rfc3339(moved[0].due_at) == "2027-03-28T01:30:00.000Z");
    CHECK(moved[0].time_note == "moved_forward");
    CHECK(to_rfc3339(moved[1].due_at) == "2027-03-29T00:30:00.000Z");

    const auto hourly =
        it.start("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30", std::nullopt, "Europe/Berlin");
    CHECK(hourly[0].local_time == "2027-03-28 03:30");
    CHECK(hourly[1].local_time == "2027-03-29 02:30");
}

TEST_CASE("an occurrence that the gap drops does not count") {
    Diary it;
    it.at("2027-03-27T23:00:00Z");  // midnight in Berlin

    it.start("FREQ=HOURLY;BYMINUTE=30;COUNT=4", std::nullopt, "Europe/Berlin");

    const auto listed = flow::upcoming(it.series(), it.home.clock.now(), 10);
    REQUIRE(listed.size() == 4);
    CHECK(schedule::wall_text(listed.back().wall) == "2027-03-28 04:30");
    for (const auto* time :
         {"2027-03-27T23:30:00Z", "2027-03-28T00:30:00Z", "2027-03-28T01:30:00Z"}) {
        it.at(time);
        it.top_up();
    }
    CHECK(it.posts() == "03-28 00:30, 03-28 01:30, 03-28 03:30, 03-28 04:30");
    CHECK(flow::upcoming(it.series(), it.home.clock.now(), 10).size() == 1);
    it.at("2027-03-28T02:30:00Z");
    CHECK(it.top_up().posts == 0);
    CHECK(it.series().state == SeriesState::finished);
    CHECK(flow::upcoming(it.series(), it.home.clock.now(), 10).empty());
}

TEST_CASE("a repeated hour has one occurrence, at its first time") {
    Diary it;
    it.at("2027-10-30T12:00:00Z");

    const auto posts = it.start("daily 02:30", std::nullopt, "Europe/Berlin");

    CHECK(to_rfc3339(posts[0].due_at) == "2027-10-31T00:30:00.000Z");
    CHECK(posts[0].time_note == "first_of_two");
    CHECK(to_rfc3339(posts[1].due_at) == "2027-11-01T01:30:00.000Z");
}

TEST_CASE("a series begun in the repeated hour has no occurrence in the hour that is over") {
    for (const auto* rule : {"daily 02:30", "FREQ=DAILY;BYHOUR=2;BYMINUTE=30;COUNT=2"}) {
        CAPTURE(rule);
        Diary it;
        it.at("2027-10-31T01:10:00Z");  // 02:10 in Berlin, for the second time

        const auto posts = it.start(rule, std::nullopt, "Europe/Berlin");

        REQUIRE(posts.size() == 2);
        CHECK(to_rfc3339(posts[0].due_at) == "2027-11-01T01:30:00.000Z");
        CHECK(it.posts() == "11-01 02:30, 11-02 02:30");
        CHECK(it.series().passed_over == 0);
    }
}

TEST_CASE("a series that starts in the gap makes nothing of the time since the gap") {
    Diary it;
    it.at("2027-03-28T01:20:00Z");  // 03:20 in Berlin, where 02:30 moves to 03:30

    const auto posts = it.start("FREQ=HOURLY;BYMINUTE=0", "2027-03-28 02:30", "Europe/Berlin");

    REQUIRE(posts.size() == 2);
    CHECK(to_rfc3339(posts[0].due_at) == "2027-03-28T02:00:00.000Z");
    CHECK(it.series().passed_over == 0);
}

TEST_CASE("an UNTIL in UTC is a moment, also where the wall shows an hour twice or leaves it out") {
    const auto first = [](const std::string& day, const std::string& until) {
        Diary it;
        it.at(day + "T00:00:00Z");
        const auto rule = "FREQ=DAILY;BYHOUR=2;BYMINUTE=45;UNTIL=" + until;
        try {
            return to_rfc3339(it.start(rule, std::nullopt, "Europe/Berlin").at(0).due_at);
        } catch (const Error& error) {
            return std::string(facts(error.code()).name);
        }
    };

    // 02:45 of summer time is 00:45Z; at 01:30Z the wall shows 02:30 for the second time.
    CHECK(first("2027-10-31", "20271031T003000Z") == "invalid");
    CHECK(first("2027-10-31", "20271031T004500Z") == "2027-10-31T00:45:00.000Z");
    CHECK(first("2027-10-31", "20271031T013000Z") == "2027-10-31T00:45:00.000Z");
    // 02:45 is left out and moves to 03:45, which is 01:45Z.
    CHECK(first("2027-03-28", "20270328T013000Z") == "invalid");
    CHECK(first("2027-03-28", "20270328T014500Z") == "2027-03-28T01:45:00.000Z");
}

TEST_CASE("nine o'clock stays nine o'clock over the changes of every zone") {
    struct Try {
        const char* zone;
        const char* now;
        const char* first;
        const char* second;
    };

    for (const auto& [zone, now, first, second] : std::initializer_list<Try>{
             {"Europe/Berlin", "2027-03-27T00:00:00Z", "2027-03-27T08", "2027-03-28T07"},
             {"America/New_York", "2027-03-13T06:00:00Z", "2027-03-13T14", "2027-03-14T13"},
             {"Asia/Kolkata", "2027-03-13T00:00:00Z", "2027-03-13T03:30", "2027-03-14T03:30"},
             {"Australia/Lord_Howe",
              "2027-04-02T23:00:00Z",
              "2027-04-03T22:30",
              "2027-04-04T22:30"},
             {"Africa/Casablanca", "2027-02-06T00:00:00Z", "2027-02-06T08", "2027-02-07T09"},
             {"Pacific/Apia", "2011-12-28T20:00:00Z", "2011-12-29T19", "2011-12-30T19"}}) {
        const auto& shown_zone = zone;  // clang 14 captures no bindings
        CAPTURE(shown_zone);
        Diary it;
        it.at(now);
        const auto posts = it.start("daily 09:00", std::nullopt, zone);
        CHECK(to_rfc3339(posts[0].due_at).starts_with(first));
        CHECK(to_rfc3339(posts[1].due_at).starts_with(second));
    }
}

TEST_CASE("an occurrence has the version that is the latest when its post is made") {
    Diary it;
    it.start("daily 09:00");
    it.home.edit(it.content, "Good morning, better.");
    it.at("2026-11-23T09:00:00Z");
    it.top_up();

    delivery::Filter filter;
    const auto posts = it.home.store.read([&](store::Reader& reader) {
        return delivery::list_posts(reader, it.home.owner.workspace, filter, {}).items;
    });
    CHECK(posts.at(0).version_number == 2);
    CHECK(posts.at(1).version_number == 1);
}

TEST_CASE("a series with a version keeps it") {
    Diary it;
    it.start("daily 09:00", std::nullopt, "UTC", 1);
    it.home.edit(it.content, "Good morning, better.");
    it.at("2026-11-23T09:00:00Z");
    it.top_up();

    CHECK(it.series().version_number == 1);
    CHECK(it.home.store.read([](store::Reader& reader) {
        return reader.query("SELECT count(DISTINCT version_id) FROM post", {})[0].integer(0);
    }) == 1);
}

TEST_CASE("ending a series cancels what waits and makes nothing more") {
    Diary it;
    it.start("daily 09:00");

    const auto ended = flow::end_series(it.home.tools, it.home.owner, it.series().id.text());
    it.at("2026-11-29T09:00:00Z");
    it.top_up();

    CHECK(ended.canceled_posts == 2);
    CHECK(it.series().state == SeriesState::ended);
    CHECK(it.posts() == "11-23 09:00 canceled, 11-24 09:00 canceled");
    CHECK(
        flow::end_series(it.home.tools, it.home.owner, it.series().id.text()).canceled_posts == 0);
}

TEST_CASE("ending a series cancels what would be tried again, and the rest of a thread") {
    Diary it;
    const auto posts = it.start("daily 09:00");
    it.write([&](store::Transaction& transaction) {
        return transaction.execute("UPDATE post SET state = 'retrying'", {});
    });
    it.write([&](store::Transaction& transaction) {
        return transaction.execute(
            "UPDATE post SET parts = 2, parts_published = 1 WHERE id = $1", {posts[0].id});
    });

    const auto ended = flow::end_series(it.home.tools, it.home.owner, it.series().id.text());

    CHECK(ended.canceled_posts == 1);
    CHECK(ended.failed_posts == 1);
    CHECK(it.posts() == "11-23 09:00 failed, 11-24 09:00 canceled");
}

TEST_CASE("ending a series leaves what is under way or in doubt to come to its end") {
    Diary it;
    const auto posts = it.start("daily 09:00");
    it.write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE post SET state = 'publishing' WHERE id = $1", {posts[0].id});
        return transaction.execute(
            "UPDATE post SET state = 'unconfirmed' WHERE id = $1", {posts[1].id});
    });

    const auto ended = flow::end_series(it.home.tools, it.home.owner, it.series().id.text());

    CHECK(ended.canceled_posts == 0);
    CHECK(it.posts() == "11-23 09:00 publishing, 11-24 09:00 unconfirmed");
}

TEST_CASE("a series ends with its account and holds its content") {
    Diary it;
    it.start("daily 09:00");

    CHECK(fake::code_of([&] {
              flow::discard_content(it.home.tools, it.home.owner, it.content.id.text());
          }) == "conflict");
    flow::disconnect_account(it.home.tools, it.home.owner, "outbox");

    CHECK(it.series().state == SeriesState::ended);
    CHECK(it.series().problem == "The account was disconnected.");
    flow::discard_content(it.home.tools, it.home.owner, it.content.id.text());
}

TEST_CASE("a content that breaks a rule holds its series up, says why, and loses nothing") {
    Diary it;
    it.write([&](store::Transaction& transaction) {
        platform::NewAccount asked;
        asked.workspace = it.home.owner.workspace;
        asked.platform = "mastodon";
        asked.name = "toots";
        asked.identity = {"1", "toots", "https://example.org", "{}", {}};
        return platform::insert_account(
            transaction, it.home.ids, it.home.tools.vault, asked, it.home.clock.now());
    });
    flow::PostOrder order;
    order.content = it.content.id.text();
    order.accounts = {"toots"};
    order.every = "daily 09:00";
    flow::make_posts(it.home.tools, it.home.owner, order);
    it.home.edit(it.content, std::string(501, 'a'));

    it.at("2026-11-23T09:00:00Z");
    CHECK(it.top_up().posts == 0);
    CHECK(it.series().problem.find("breaks a rule of mastodon") != std::string::npos);
    CHECK(it.series().state == SeriesState::active);

    it.home.edit(it.content, "Short again.");
    it.at("2026-11-23T09:20:00Z");
    CHECK(it.top_up().posts == 1);
    CHECK(it.series().problem.empty());
    CHECK(it.posts() == "11-23 09:00, 11-24 09:00, 11-25 09:00");
}

TEST_CASE("a rule that says no time of day, or never comes, starts no series") {
    Diary it;

    CHECK(fake::code_of([&] { it.start("FREQ=DAILY"); }) == "invalid");
    CHECK(fake::code_of([&] {
              it.start("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=9");
          }) == "invalid");
    CHECK(fake::code_of([&] { it.start("FREQ=DAILY;BYHOUR=9;UNTIL=20261101"); }) == "invalid");
    CHECK(fake::code_of([&] { it.start("daily 09:00", "2026-11-01 09:00"); }) == "invalid");
    CHECK(fake::code_of([&] { it.start("daily 09:00", "soon"); }) == "invalid");

    CHECK(it.home.count("series") == 0);
    CHECK(it.home.count("post") == 0);
}

TEST_CASE("a series may start at the minute that has just begun, as a post may") {
    Diary it;
    it.at("2026-11-22T11:51:15Z");

    const auto posts = it.start("daily 11:51", "2026-11-22 11:51");

    CHECK(to_rfc3339(posts.at(0).due_at) == "2026-11-22T11:51:00.000Z");
    CHECK(it.posts() == "11-22 11:51, 11-23 11:51, 11-24 11:51");
    it.at("2026-11-22T11:52:01Z");
    CHECK(fake::code_of([&] { it.start("daily 11:51", "2026-11-22 11:51"); }) == "invalid");
}

TEST_CASE("a start that cannot be is refused for what is wrong with it") {
    Diary it;
    const auto why = [&](const std::string& at) {
        const auto error = fake::thrown_by([&] { it.start("daily 09:00", at); });
        CHECK(error.code() == Code::invalid);
        CHECK(error.details().at(0).pointer == "/at");
        return std::string(error.what());
    };

    CHECK(why("2026-11-01 09:00") == "The time 2026-11-01 09:00 UTC is in the past");
    CHECK(why("2033-01-01 00:00") == "The time 2033-01-01 00:00 UTC is more than five years away");
    CHECK(
        why("2026-12-01 09:00:30") ==
        "A series starts at a whole minute, and `2026-12-01 09:00:30` has seconds");
    CHECK(why("soon") == "`soon` is not a time");
    CHECK(it.home.count("series") == 0);
}

TEST_CASE("the start gives a rule its time and its day") {
    Diary it;

    it.start("FREQ=WEEKLY;INTERVAL=2", "2026-11-24 18:15");

    CHECK(it.posts() == "11-24 18:15, 12-08 18:15");
}

TEST_CASE("the database refuses an occurrence that is there already") {
    Diary it;
    it.start("daily 09:00");

    CHECK_THROWS_AS(
        it.write([&](store::Transaction& transaction) {
            transaction.execute("UPDATE post SET occurrence = '2026-11-23 09:00'", {});
        }),
        Error);
}

TEST_CASE("two daemons that top up at once make each post once") {
    Diary it;
    it.start("FREQ=HOURLY;BYMINUTE=0");
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
    for (int hour = 0; hour < 20; ++hour) {
        it.home.clock.jump(hours(1));
        const std::jthread first([&] { flow::top_up_series(mine); });
        const std::jthread second([&] { flow::top_up_series(theirs); });
    }

    // It is six in the morning: the hours from eleven on, and two that are to come.
    CHECK(it.home.count("post") == 22);
    CHECK(it.series().made == 22);
    CHECK(to_rfc3339(*it.top_up().again) == "2026-11-23T07:00:00.000Z");
}

TEST_CASE("upcoming tells the next occurrences beyond the posts that are there") {
    Diary it;
    it.start("FREQ=DAILY;COUNT=4;BYHOUR=9");
    it.at("2026-11-23T12:00:00Z");

    std::string out;
    for (const auto& next : flow::upcoming(it.series(), it.home.clock.now(), 10))
        out += schedule::wall_text(next.wall).substr(5) + "; ";

    CHECK(out == "11-24 09:00; 11-25 09:00; 11-26 09:00; ");
}

}  // namespace
}  // namespace caas
