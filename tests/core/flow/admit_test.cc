#include "core/flow/admit.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <stop_token>

#include <doctest/doctest.h>

#include "core/base/time_zone.h"
#include "core/delivery/lane.h"
#include "core/delivery/ledger.h"
#include "core/delivery/turn.h"
#include "core/flow/deliver.h"
#include "core/platform/journal.h"
#include "tests/core/flow/engine_rig.h"

namespace caas::flow {
namespace {

constexpr Milliseconds hour = std::chrono::hours(1);

// An installation whose platform has limits.
struct Limited : Installation {
    Limited() : driver(scripted_driver()) {
        doors.driver = [this](std::string_view) { return &driver; };
        doors.admit = [this](
                          store::Transaction& transaction,
                          const delivery::Post& post,
                          const platform::Driver& its_driver,
                          int beside) {
            return admit(transaction, post, its_driver, ration, beside, clock.now());
        };
        doors.refund = [this](
                           store::Transaction& transaction,
                           const delivery::Post& post,
                           const platform::Driver& its_driver,
                           int parts,
                           Milliseconds passed) {
            refund(transaction, post, its_driver, ration, parts, passed);
        };
        doors.close = [this](
                          store::Transaction& transaction,
                          const AccountId& account,
                          const platform::Driver& its_driver,
                          Instant until) {
            close_account(transaction, account, its_driver, until, clock.now());
        };
    }

    // Of an engine of its own, which the test turns by hand.
    Deliverer join(const char* name) {
        const EngineId id(name);
        delivery::Ledger ledger(id);
        write(
            [&](store::Transaction& transaction) { ledger.join(transaction, name, clock.now()); });
        return Deliverer(ledger, {doors, platform, clock, random, ids});
    }

    // Of the account whose turn it is.
    Work prepare(const Deliverer& deliverer) {
        return store->read([&](store::Reader& reader) {
            const auto lanes = delivery::due_lanes(reader, clock.now(), 1);
            return deliverer.prepare(reader, lanes.at(0)).value();
        });
    }

    bool claim(const Deliverer& deliverer, Work& work) {
        return write(
            [&](store::Transaction& transaction) { return deliverer.claim(transaction, work); });
    }

    // Makes the call of what is claimed; what came of it is not written down yet.
    static void perform(const Deliverer& deliverer, Work& work) {
        deliverer.intended(work);
        deliverer.call(work);
        deliverer.conclude(work, false);
    }

    Instant started(const PostId& id) { return journal(id).at(0).started_at; }

    // Of the only budget: when all that was spent has come back.
    Instant full_at() {
        return store->read([](store::Reader& reader) {
            return reader.query("SELECT full_at FROM budget", {}).at(0).instant(0);
        });
    }

    platform::Driver driver;
    std::array<platform::Rate, 1> rates{platform::Rate{3, hour}};
    Ration ration;
};

// Whose account may send fifty parts in an hour; one comes back in `interval`.
struct Rationed : Limited {
    Rationed() { ration.of_account = 50; }

    const Milliseconds interval = delivery::Allowance{"", 50, hour}.interval();
    const Instant begun = clock.now();
};

TEST_CASE("an account sends no more than its platform allows, and all of it in time") {
    Limited home;
    home.driver.rates = home.rates;
    const auto begun = home.clock.now();
    std::vector<PostId> ids;
    for (int i = 0; i < 7; ++i)
        ids.push_back(home.add_post());

    home.drain();

    std::vector<Instant> starts;
    for (const auto& id : ids) {
        CHECK(home.post(id).state == delivery::PostState::published);
        CHECK(home.post(id).message.empty());
        starts.push_back(home.started(id));
    }
    CHECK(std::ranges::is_sorted(starts));
    for (std::size_t i = 3; i < starts.size(); ++i)
        CHECK(starts[i] - starts[i - 3] >= hour);
    CHECK(starts.back() - begun < 3 * hour);
}

TEST_CASE("a post that waits for its turn says so and stays scheduled") {
    Limited home;
    home.driver.rates = home.rates;
    home.add_post();
    const auto second = home.add_post();

    home.run_once();

    const auto post = home.post(second);
    CHECK(post.state == delivery::PostState::scheduled);
    CHECK(post.code == "rate_limited");
    CHECK(post.message == "Waits for its turn: at most 3 in 1 h.");
    CHECK(post.tries == 0);
    CHECK(home.journal(second).empty());
}

TEST_CASE("posts that waited for their turn together go out in the order of their times") {
    Limited home;
    home.ration.of_account = 1;
    home.add_post();
    home.run_once();
    const auto later = home.add_post(1, "main", std::chrono::minutes(2));
    const auto earlier = home.add_post(1, "main", std::chrono::minutes(1));
    home.clock.advance(std::chrono::minutes(5));
    home.run_once();
    REQUIRE(home.post(later).wake_at > home.clock.now());

    home.drain();

    CHECK(home.started(earlier) < home.started(later));
}

TEST_CASE("whoever is told to wait asks for all that are due at its account") {
    Limited home;
    home.ration.of_account = 1;
    home.add_post();
    std::vector<PostId> due;
    for (int i = 0; i < 20; ++i)
        due.push_back(home.add_post(1 + i % 2));
    const auto next_week = home.add_post(1, "main", 7 * 24 * hour);

    const auto before = home.watch.statements.load();
    home.run_once();

    const auto turn = home.post(due.front()).wake_at;
    CHECK(turn > home.clock.now());
    for (const auto& id : due)
        CHECK(home.post(id).wake_at == turn);
    CHECK(home.post(next_week).wake_at == home.post(next_week).due_at);
    CHECK(home.watch.statements - before < 40);
}

// Two may go at once, and then one in an interval.
struct Line : Limited {
    Line() {
        ration.of_account = 10;
        for (int i = 0; i < 6; ++i)
            line.push_back(add_post());
        run_once();
    }

    Instant turn_of(std::size_t place) { return post(line.at(place)).wake_at.value(); }

    const Milliseconds interval = delivery::Allowance{"", 10, hour}.interval();
    std::vector<PostId> line;
};

TEST_CASE("a line comes one after the other, and who is far behind is not put off with each turn") {
    Line home;
    const auto turn = home.turn_of(2);
    CHECK(home.turn_of(3) == turn + home.interval);
    CHECK(home.turn_of(5) == turn + 3 * home.interval);

    home.clock.advance(turn - home.clock.now());
    home.run_once();

    CHECK(home.post(home.line[2]).state == delivery::PostState::published);
    CHECK(home.post(home.line[5]).updated_at < home.clock.now());
    CHECK(home.turn_of(5) == turn + 3 * home.interval);
}

TEST_CASE("those behind one that leaves the line move up, and those before it stay") {
    Line home;
    const auto turn = home.turn_of(2);
    home.write([&](store::Transaction& transaction) {
        delivery::cancel(transaction, home.workspace, home.line[3], home.clock.now());
    });
    CHECK(home.turn_of(2) == turn);
    CHECK(home.post(home.line[2]).code == "rate_limited");

    home.run_once();
    CHECK(home.turn_of(2) == turn);
    CHECK(home.turn_of(5) < turn + 3 * home.interval);

    home.drain();
    CHECK(home.started(home.line[2]) < home.started(home.line[4]));
    CHECK(home.started(home.line[4]) < home.started(home.line[5]));
}

TEST_CASE("nobody in a long line waits for more than an hour without asking anew") {
    Limited home;
    home.ration.of_account = 10;
    std::vector<PostId> ids;
    for (int i = 0; i < 20; ++i)
        ids.push_back(home.add_post());

    home.run_once();

    CHECK(home.post(ids.back()).wake_at == home.clock.now() + hour);
}

// Two may go at once; the thread of two finds one left.
struct Crowded : Limited {
    Crowded() { ration.of_account = 10; }

    const PostId first = add_post();
    const PostId thread = add_post(2);
    const PostId behind = add_post();
};

TEST_CASE("a thread that waits for its turn keeps its place before what is due after it") {
    Crowded home;
    home.run_once();
    CHECK(home.post(home.first).state == delivery::PostState::published);
    CHECK(home.post(home.thread).code == "rate_limited");
    CHECK(home.post(home.behind).code == "rate_limited");

    home.drain();

    CHECK(home.started(home.thread) < home.started(home.behind));
    CHECK(home.started(home.behind) - home.clock.now() < hour);
}

TEST_CASE("what comes due while a thread waits for its turn goes after it") {
    Crowded home;
    home.run_once();
    home.clock.advance(std::chrono::seconds(30));
    const auto late = home.add_post();

    home.run_once();
    CHECK(home.post(late).state == delivery::PostState::scheduled);
    CHECK(home.post(late).wake_at >= home.post(home.thread).wake_at);

    home.drain();
    CHECK(home.started(home.thread) < home.started(late));
}

TEST_CASE("what came due while no engine ran goes after what waited for its turn before") {
    Limited home;
    home.ration.of_account = 1;
    home.add_post();
    const auto waiting = home.add_post();
    std::vector<PostId> later;
    for (const int minute : {40, 50})
        later.push_back(home.add_post(1, "main", std::chrono::minutes(minute)));
    home.run_once();
    REQUIRE(home.post(waiting).wake_at > home.post(later.back()).due_at);
    home.clock.advance(2 * hour);

    home.drain();

    CHECK(home.started(waiting) < home.started(later.front()));
    CHECK(home.started(later.front()) < home.started(later.back()));
}

TEST_CASE("what no longer waits for its turn does not say so") {
    Crowded home;
    home.run_once();
    home.write([&](store::Transaction& transaction) {
        SUBCASE("canceled") {
            delivery::cancel(transaction, home.workspace, home.thread, home.clock.now());
        }
        SUBCASE("paused") {
            delivery::pause_posts(transaction, AccountId("main"), home.clock.now());
        }
    });

    CHECK(home.post(home.thread).code.empty());
    CHECK(home.post(home.thread).message.empty());
}

TEST_CASE("of posts that were due together no account is always last") {
    Limited home;
    home.ration.of_organization = 1;
    home.add_account("other");
    home.add_post(1, "other");
    home.run_once();
    std::vector<PostId> many;
    for (int i = 0; i < 12; ++i)
        many.push_back(home.add_post());
    const auto single = home.add_post(1, "other");

    home.drain();

    CHECK(home.started(single) < home.started(many.back()));
}

TEST_CASE("what waits behind a thread goes at once when that is canceled, moved or taken out") {
    Crowded home;
    home.run_once();
    REQUIRE(home.post(home.behind).wake_at > home.clock.now());
    home.write([&](store::Transaction& transaction) {
        SUBCASE("canceled") {
            delivery::cancel(transaction, home.workspace, home.thread, home.clock.now());
        }
        SUBCASE("moved") {
            const delivery::DueTime later{home.clock.now() + 24 * hour, "", "", ""};
            delivery::move(transaction, home.workspace, home.thread, later, true, home.clock.now());
        }
    });

    home.run_once();

    CHECK(home.post(home.behind).state == delivery::PostState::published);
}

TEST_CASE("what waits behind a thread asks at once when that fails before its last part") {
    Limited home;
    const auto thread = home.add_post(3);
    const auto behind = home.add_post(1, "main", std::chrono::minutes(1));
    home.clock.advance(std::chrono::minutes(2));
    home.write([&](store::Transaction& transaction) {
        const auto now = home.clock.now();
        const auto post = delivery::find_post(transaction, behind).value();
        delivery::save_wait(transaction, post, {now + hour, "Waits for its turn.", {}}, now);
    });
    home.platform.replies.push_back({});
    home.platform.replies.push_back({.outcome = platform::Refused{"c", "m"}, .is_accepted = false});

    home.run_once();

    CHECK(home.post(thread).state == delivery::PostState::failed);
    CHECK(home.post(behind).state == delivery::PostState::published);
}

TEST_CASE("a thread is not kept from going out by others of its organization for ever") {
    Limited home;
    home.ration.of_organization = 10;
    home.add_account("busy");
    home.add_post(1, "busy");
    const auto thread = home.add_post(2);
    for (int i = 0; i < 40 && !home.post(thread).settled_at; ++i) {
        home.add_post(1, "busy");
        home.run_once();
        home.clock.advance(std::chrono::minutes(3));
    }

    CHECK(home.post(thread).state == delivery::PostState::published);
}

TEST_CASE("a line of one account does not run ahead of another account of its organization") {
    Limited home;
    home.ration.of_organization = 10;
    home.add_account("busy");
    std::vector<PostId> line;
    for (int i = 0; i < 8; ++i)
        line.push_back(home.add_post(1, "busy"));
    home.run_once();
    home.clock.advance(std::chrono::minutes(1));
    const auto single = home.add_post();

    home.drain();

    CHECK(home.started(single) < home.started(line[4]));
}

TEST_CASE("of accounts that wait for the same moment the one whose post was due first goes first") {
    Limited home;
    home.ration.of_organization = 1;
    home.add_account("other");
    home.add_account("third");
    home.add_post(1, "third");
    home.run_once();
    PostId early;
    PostId late;
    const auto minute = std::chrono::minutes(1);
    SUBCASE("of the first account") {
        early = home.add_post(1, "main", minute);
        late = home.add_post(1, "other", 10 * minute);
    }
    SUBCASE("of the second") {
        early = home.add_post(1, "other", minute);
        late = home.add_post(1, "main", 10 * minute);
    }
    home.clock.advance(15 * minute);

    home.drain();

    CHECK(home.started(early) < home.started(late));
}

TEST_CASE("the accounts of an organization share its ration") {
    Limited home;
    home.ration.of_organization = 1;
    home.add_account("other");
    const auto first = home.add_post();
    const auto second = home.add_post(1, "other");

    home.drain();

    const auto apart = home.started(first) - home.started(second);
    CHECK((apart >= hour || apart <= -hour));
}

TEST_CASE("an account's own ration is kept beside the platform's") {
    Limited home;
    home.ration.of_account = 1;
    home.driver.rates = home.rates;
    const auto first = home.add_post();
    const auto second = home.add_post();

    home.drain();

    CHECK(home.started(second) - home.started(first) >= hour);
}

TEST_CASE("whose turn comes as its window ends goes out, and who is behind it is missed") {
    Limited home;
    home.ration.of_account = 1;
    home.policies["main"].catch_up = hour;
    home.add_post();
    const auto second = home.add_post();
    const auto third = home.add_post();

    home.drain();

    CHECK(home.post(second).state == delivery::PostState::published);
    CHECK(home.post(third).state == delivery::PostState::missed);
    CHECK(
        home.post(third).message ==
        "Not sent within the account's catch-up window of 1 h: "
        "Waits for its turn: at most 1 in 1 h.");
}

TEST_CASE("of two engines that want the same post only the one that gets it spends") {
    Limited home;
    home.ration = {.of_account = 20, .of_organization = 20};
    home.add_post(2);
    const auto quick = home.join("quick");
    const auto late = home.join("late");
    const auto full_at = [&] {
        return home.store->read([](store::Reader& reader) {
            const auto rows = reader.query("SELECT full_at FROM budget ORDER BY name", {});
            REQUIRE(rows.size() == 2);
            CHECK(rows[0].instant(0) == rows[1].instant(0));
            return rows[0].instant(0);
        });
    };
    auto mine = home.prepare(quick);
    auto theirs = home.prepare(late);

    REQUIRE(home.claim(quick, mine));
    const auto spent = full_at();
    REQUIRE_FALSE(home.claim(late, theirs));

    CHECK_FALSE(theirs.is_put_off);
    CHECK(full_at() == spent);
}

TEST_CASE("what a thread gives back is there for what is taken up in the same turn") {
    Limited home;
    home.ration.of_organization = 15;  // three at once
    home.add_account("other");
    const auto thread = home.add_post(3);
    const auto deliverer = home.join("one");
    auto back = home.prepare(deliverer);
    REQUIRE(home.claim(deliverer, back));
    const auto single = home.add_post(1, "other");
    home.platform.replies.push_back({.outcome = platform::NotSent{}, .is_accepted = false});
    Limited::perform(deliverer, back);
    auto taken = home.prepare(deliverer);
    REQUIRE(taken.post.id == single);

    std::array backs{&back};
    std::array takens{&taken};
    home.write(
        [&](store::Transaction& transaction) { deliverer.turn(transaction, backs, takens); });

    CHECK(home.post(thread).state == delivery::PostState::retrying);
    CHECK_FALSE(taken.is_put_off);
    CHECK(home.post(single).state == delivery::PostState::publishing);
}

TEST_CASE("a turn records what came back also when what it takes up was canceled meanwhile") {
    Limited home;
    home.add_account("other");
    const auto first = home.add_post();
    const auto deliverer = home.join("one");
    auto back = home.prepare(deliverer);
    REQUIRE(home.claim(deliverer, back));
    const auto second = home.add_post(1, "other");
    auto taken = home.prepare(deliverer);
    Limited::perform(deliverer, back);
    home.write([&](store::Transaction& transaction) {
        delivery::cancel(transaction, home.workspace, second, home.clock.now());
    });

    std::array backs{&back};
    std::array takens{&taken};
    home.write(
        [&](store::Transaction& transaction) { deliverer.turn(transaction, backs, takens); });

    CHECK(home.post(first).state == delivery::PostState::published);
    CHECK_FALSE(back.goes_on);
    CHECK_FALSE(taken.lane);
    CHECK(home.post(second).state == delivery::PostState::canceled);
    CHECK(home.journal(second).empty());
}

TEST_CASE("a thread that is given back between two parts pays for each part once") {
    Rationed home;
    const auto thread = home.add_post(3);
    std::stop_source stop;
    home.platform.replies.push_back({.before = [&] { stop.request_stop(); }});
    {
        Engine engine(home.parts(), {.workers = 3, .description = "test"});
        engine.run_once(stop.get_token());
    }
    REQUIRE(home.post(thread).parts_published == 1);
    CHECK(home.full_at() == home.begun + home.interval);

    home.run_once();

    CHECK(home.post(thread).state == delivery::PostState::published);
    CHECK(home.full_at() == home.begun + 3 * home.interval);
}

TEST_CASE("a thread whose part fails has paid for that try, and not for the parts after it") {
    Rationed home;
    const auto thread = home.add_post(4);
    home.platform.replies.emplace_back();
    home.platform.replies.push_back({.outcome = platform::NotSent{}, .is_accepted = false});

    home.run_once();

    CHECK(home.post(thread).state == delivery::PostState::retrying);
    CHECK(home.full_at() == home.begun + 2 * home.interval);
}

// As a platform does that works on a video after it took it.
std::optional<platform::Step> next_with_look(
    const platform::Publication& publication,
    const platform::Journal& journal,
    const platform::Access& access,
    const platform::Tools& tools) {
    if (auto step = scripted_driver().next(publication, journal, access, tools))
        return step;
    if (platform::find_done(journal, "ready", 0) != nullptr)
        return std::nullopt;
    platform::Step step;
    step.name = "ready";
    step.prepared = "look";
    step.is_repeatable = true;
    return step;
}

TEST_CASE("looks at what is out whole cost nothing") {
    Rationed home;
    home.driver.next = next_with_look;
    const auto video = home.add_post();
    home.platform.replies.emplace_back();
    for (int minute = 1; minute <= 2; ++minute)
        home.platform.replies.push_back(
            {.outcome =
                 platform::Later{home.clock.now() + std::chrono::minutes(minute), "busy", false},
             .is_accepted = false});

    home.run_once();
    for (int look = 0; look < 2; ++look) {
        CHECK(home.post(video).state == delivery::PostState::retrying);
        CHECK(home.full_at() == home.begun + home.interval);
        home.clock.advance(std::chrono::minutes(1));
        home.run_once();
    }

    CHECK(home.post(video).state == delivery::PostState::published);
    CHECK(home.platform.replies.empty());
}

TEST_CASE("a thread in doubt gets back what it did not try, and pays for it when it goes on") {
    Rationed home;
    const auto thread = home.add_post(3);
    home.platform.replies.push_back({.outcome = platform::Unknown{}});

    home.run_once();
    REQUIRE(home.post(thread).state == delivery::PostState::unconfirmed);
    CHECK(home.full_at() == home.begun + home.interval);

    home.platform.can_look = true;
    home.drain();
    CHECK(home.post(thread).state == delivery::PostState::published);
    CHECK(home.platform.accepted.size() == 3);
    CHECK(home.full_at() >= home.begun + 3 * home.interval);
    CHECK(home.full_at() <= home.clock.now() + 3 * home.interval);
}

TEST_CASE("a thread that is found goes on only when there is room for its rest") {
    Limited home;
    home.ration.of_account = 20;
    const auto thread = home.add_post(3);
    home.platform.replies.push_back({.outcome = platform::Unknown{}});
    home.run_once();
    REQUIRE(home.post(thread).state == delivery::PostState::unconfirmed);
    // Others use up what it got back.
    for (int i = 0; i < 4; ++i)
        home.add_post();
    home.run_once();

    home.platform.can_look = true;
    home.clock.advance(std::chrono::minutes(1));
    home.run_once();

    CHECK(home.post(thread).state == delivery::PostState::retrying);
    CHECK(home.post(thread).parts_published == 1);
    CHECK(home.post(thread).code == "rate_limited");
    home.drain();
    CHECK(home.post(thread).state == delivery::PostState::published);
    CHECK(home.platform.accepted.size() == 7);
}

TEST_CASE("posts that wait for their turn keep no other from going out") {
    Limited home;
    home.ration.of_account = 1;
    std::vector<std::string> names;
    for (int i = 0; i < 20; ++i)
        names.push_back("account" + std::to_string(i));
    for (const auto& name : names) {
        home.add_account(name);
        home.add_post(1, name);
    }
    home.run_once();
    for (const auto& name : names)
        home.add_post(1, name);
    home.clock.advance(std::chrono::seconds(1));
    const auto other = home.add_post();

    home.run_once();

    CHECK(home.post(other).state == delivery::PostState::published);
}

TEST_CASE("a platform takes no more posts at the same time than it has room for") {
    Limited home;
    home.driver.at_once = 2;
    std::atomic<int> under_way = 0;
    std::atomic<int> most = 0;
    std::vector<PostId> ids;
    for (int i = 0; i < 6; ++i) {
        const auto name = "account" + std::to_string(i);
        home.add_account(name);
        ids.push_back(home.add_post(1, name));
        home.platform.replies.push_back({.before = [&] {
            const int now = ++under_way;
            most = std::max(most.load(), now);
            most = std::max(
                most.load(), static_cast<int>(home.store->read([](store::Reader& reader) {
                    return reader.query("SELECT count(*) FROM lane WHERE held_by IS NOT NULL", {})
                        .at(0)
                        .integer(0);
                })));
            --under_way;
        }});
    }

    home.drain();

    for (const auto& id : ids)
        CHECK(home.post(id).state == delivery::PostState::published);
    CHECK(most == 2);
}

TEST_CASE("when a platform says wait, the account's other posts do not ask") {
    Limited home;
    std::array<platform::Rate, 1> many{platform::Rate{1000, hour}};
    home.driver.rates = many;
    const auto until = home.clock.now() + 2 * hour;
    home.platform.replies.push_back(
        {.outcome = platform::Later{until, "busy", true}, .is_accepted = false});
    const auto first = home.add_post();
    const auto second = home.add_post();

    home.run_once();
    CHECK(home.platform.prepared.size() == 1);
    CHECK(home.post(second).state == delivery::PostState::scheduled);
    CHECK(home.post(second).wake_at >= until);
    CHECK(
        home.post(second).message ==
        "Test asked this account to wait until " + to_rfc3339(until) + ".");
    home.drain();

    CHECK(home.post(first).state == delivery::PostState::published);
    CHECK(home.post(second).state == delivery::PostState::published);
    CHECK(home.started(second) >= until);
}

TEST_CASE("a post that is tried again too early still says that the platform wants it to wait") {
    Limited home;
    home.driver.rates = home.rates;
    const auto until = home.clock.now() + 2 * hour;
    home.platform.replies.push_back(
        {.outcome = platform::Later{until, "busy", true}, .is_accepted = false});
    const auto id = home.add_post();
    home.run_once();
    REQUIRE(home.post(id).state == delivery::PostState::retrying);
    home.write([&](store::Transaction& transaction) {
        delivery::retry(transaction, home.workspace, id, true, home.clock.now());
    });

    home.run_once();

    CHECK(
        home.post(id).message ==
        "Test asked this account to wait until " + to_rfc3339(until) + ".");
    CHECK(home.platform.prepared.size() == 1);
}

}  // namespace
}  // namespace caas::flow
