#include "core/delivery/machine.h"

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"

namespace caas::delivery {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// A post that is being published, with one step under way.
struct Bench {
    Bench() {
        post.id = PostId("p");
        post.due_at = now;
        post.parts = 2;
        post.state = PostState::publishing;
    }

    Attempt step(int part = 0) {
        Attempt attempt;
        attempt.id = AttemptId("attempt " + std::to_string(journal.size()));
        attempt.step = "create";
        attempt.part = part;
        attempt.publishes = true;
        attempt.prepared = "body " + std::to_string(part);
        attempt.fence = 1;
        return attempt;
    }

    Verdict perform(Ending ending, bool is_repeatable = false) {
        auto attempt = step(post.parts_published);
        attempt.is_repeatable = is_repeatable;
        machine.begin(post, journal, attempt, now);
        return end(ending);
    }

    Verdict end(Ending ending) {
        Outcome outcome;
        outcome.ending = ending;
        outcome.code = "c";
        outcome.message = "m";
        outcome.remote_id = "r";
        outcome.url = "u";
        return machine.after_step(post, journal, outcome, policy, was_refreshed, now);
    }

    Verdict look(Sight::Kind kind) {
        Sight sight;
        sight.kind = kind;
        sight.remote_id = "seen";
        return machine.after_sight(post, journal, sight, policy, now);
    }

    Verdict repeat() {
        machine.begin(post, journal, Machine::repeated(journal), now);
        return {};
    }

    Instant now = from_ms(1'795'341'600'000);
    fake::FakeRandom random;
    Machine machine{random};
    Policy policy;
    Post post;
    Journal journal;
    bool was_refreshed = false;
};

TEST_CASE("a step that is done counts its part and asks for the next") {
    Bench bench;

    const auto verdict = bench.perform(Ending::done);

    CHECK(verdict.next == Next::ask);
    CHECK(bench.post.parts_published == 1);
    CHECK(bench.post.remote_id == "r");
    CHECK(bench.journal.back().state == AttemptState::done);
}

TEST_CASE("a second part keeps the address of the first") {
    Bench bench;
    bench.perform(Ending::done);
    bench.machine.begin(bench.post, bench.journal, bench.step(1), bench.now);
    Outcome second;
    second.ending = Ending::done;
    second.remote_id = "r2";
    second.url = "u2";

    bench.machine.after_step(bench.post, bench.journal, second, bench.policy, false, bench.now);

    CHECK(bench.post.parts_published == 2);
    CHECK(bench.post.url == "u");
}

TEST_CASE("a step that never arrived is tried again within its back-off") {
    Bench bench;

    const auto verdict = bench.perform(Ending::not_sent);

    CHECK(verdict.event == Event::wait);
    CHECK(verdict.next == Next::rest);
    CHECK(bench.post.state == PostState::retrying);
    CHECK(bench.post.tries == 1);
    CHECK(*bench.post.wake_at > bench.now);
    CHECK(*bench.post.wake_at <= bench.now + seconds(30));
}

TEST_CASE("after eight tries it has failed") {
    Bench bench;
    Verdict verdict;
    for (int i = 0; i < 8; ++i) {
        bench.post.state = PostState::publishing;
        verdict = bench.perform(Ending::not_sent);
    }

    CHECK(verdict.event == Event::fail);
    CHECK(bench.post.state == PostState::failed);
    CHECK(bench.post.message == "Given up after 8 tries: m");
    CHECK(bench.post.settled_at == bench.now);
}

TEST_CASE("waits double up to an hour") {
    Bench bench;
    const Pace pace;
    for (int tries = 1; tries <= 20; ++tries) {
        const auto most = std::min<Milliseconds>(hours(1), seconds(30) * (1 << (tries - 1)));
        CHECK(pace.backoff.delay(tries, bench.random) <= most);
    }
}

TEST_CASE("past the window before the first part it is missed") {
    Bench bench;
    bench.policy.catch_up = seconds(0);
    bench.now += minutes(2);

    const auto verdict = bench.perform(Ending::not_sent);

    CHECK(verdict.event == Event::miss);
    CHECK(bench.post.state == PostState::missed);
}

TEST_CASE("past the window in the middle of a thread it has failed") {
    Bench bench;
    bench.perform(Ending::done);
    bench.policy.catch_up = seconds(0);
    bench.now += minutes(2);

    const auto verdict = bench.perform(Ending::not_sent);

    CHECK(verdict.event == Event::fail);
    CHECK(bench.post.parts_published == 1);
}

TEST_CASE("what is out whole has not failed because a look at it takes too long") {
    Bench bench;
    bench.post.parts = 1;
    bench.perform(Ending::done);
    auto look = bench.step();
    look.publishes = false;
    bench.machine.begin(bench.post, bench.journal, look, bench.now);
    SUBCASE("past the window") {
        CHECK(bench.end(Ending::later).event == Event::wait);
        bench.now += bench.policy.catch_up;
        bench.machine.begin(bench.post, bench.journal, look, bench.now);
        CHECK(bench.end(Ending::later).event == Event::publish);
    }
    SUBCASE("after the last try") {
        bench.post.tries = 7;
        CHECK(bench.end(Ending::not_sent).event == Event::publish);
    }

    CHECK(bench.post.state == PostState::published);
    CHECK(bench.post.code.empty());
    CHECK_FALSE(bench.post.wake_at.has_value());
}

TEST_CASE("a post due longer ago than the window is missed without a try") {
    Bench bench;
    bench.post.state = PostState::scheduled;
    bench.now += hours(25);

    const auto verdict = bench.machine.open(bench.post, bench.journal, bench.policy, bench.now);

    CHECK(verdict.event == Event::miss);
    CHECK(bench.post.state == PostState::missed);
    CHECK(
        bench.post.message == "It was due longer ago than the account's catch-up window of 24 h.");
}

TEST_CASE("what is missed names the window that counted, a minute at least") {
    Bench bench;
    bench.policy.catch_up = seconds(0);
    bench.now += minutes(2);

    bench.perform(Ending::not_sent);

    CHECK(
        bench.post.message.starts_with("Not sent within the account's catch-up window of 1 min: "));
}

TEST_CASE("a post a minute late is on time however short the window") {
    Bench bench;
    bench.policy.catch_up = seconds(0);
    bench.post.state = PostState::scheduled;
    bench.now += seconds(59);

    const auto verdict = bench.machine.open(bench.post, bench.journal, bench.policy, bench.now);

    CHECK(verdict.next == Next::ask);
}

TEST_CASE("a post whose turn comes as its window ends is not missed by a hair") {
    Bench bench;
    bench.policy.catch_up = hours(1);
    bench.post.state = PostState::scheduled;
    bench.post.due_at = bench.now;
    const auto open_after = [&](Milliseconds late) {
        auto post = bench.post;
        const auto now = bench.now + late;
        return bench.machine.open(post, bench.journal, bench.policy, now).event;
    };

    CHECK(open_after(hours(1) + seconds(1)) == Event::miss);
    bench.post.code = waiting_code;
    CHECK(open_after(hours(1) + seconds(1)) == Event::claim);
    CHECK(open_after(hours(1) + seconds(61)) == Event::miss);
}

TEST_CASE("the platform's time wins and is no try") {
    Bench bench;
    bench.machine.begin(bench.post, bench.journal, bench.step(), bench.now);
    Outcome later;
    later.ending = Ending::later;
    later.at = bench.now + minutes(15);

    const auto verdict =
        bench.machine.after_step(bench.post, bench.journal, later, bench.policy, false, bench.now);

    CHECK(verdict.event == Event::wait);
    CHECK(bench.post.tries == 0);
    CHECK(bench.post.wake_at == bench.now + minutes(15));
}

TEST_CASE("a time of the platform that lies behind or years ahead is bounded") {
    Bench bench;
    bench.policy.catch_up = hours(1000);
    bench.machine.begin(bench.post, bench.journal, bench.step(), bench.now);
    Outcome later;
    later.ending = Ending::later;
    later.at = bench.now - minutes(15);
    bench.machine.after_step(bench.post, bench.journal, later, bench.policy, false, bench.now);
    CHECK(bench.post.wake_at == bench.now + seconds(1));

    bench.machine.begin(bench.post, bench.journal, bench.step(), bench.now);
    later.at = bench.now + hours(9999);
    bench.machine.after_step(bench.post, bench.journal, later, bench.policy, false, bench.now);
    CHECK(bench.post.wake_at == bench.now + hours(24));
}

TEST_CASE("what may have been sent is looked for before anything else") {
    Bench bench;

    const auto verdict = bench.perform(Ending::unknown);

    CHECK(verdict.event == Event::doubt);
    CHECK(verdict.next == Next::look);
    CHECK(bench.post.state == PostState::unconfirmed);
}

TEST_CASE("what is found there is done") {
    Bench bench;
    bench.perform(Ending::unknown);

    const auto verdict = bench.look(Sight::Kind::there);

    CHECK(verdict.next == Next::ask);
    CHECK(bench.post.parts_published == 1);
    CHECK(bench.journal.back().ending == Ending::there);
    CHECK(bench.journal.back().remote_id == "seen");
}

TEST_CASE("what is certainly absent is sent again with the same bytes") {
    Bench bench;
    bench.perform(Ending::unknown);

    const auto verdict = bench.look(Sight::Kind::absent);

    CHECK(verdict.event == Event::wait);
    CHECK(bench.post.state == PostState::retrying);
    CHECK(bench.journal.back().state == AttemptState::failed);
    bench.now = *bench.post.wake_at;
    CHECK(
        bench.machine.open(bench.post, bench.journal, bench.policy, bench.now).next ==
        Next::repeat);
    CHECK(Machine::repeated(bench.journal).prepared == "body 0");
}

TEST_CASE("what can take no effect any more leaves the driver free to go another way") {
    Bench bench;
    bench.perform(Ending::unknown);
    bench.look(Sight::Kind::absent);
    bench.post.state = PostState::publishing;
    bench.repeat();
    bench.end(Ending::unknown);
    bench.look(Sight::Kind::cannot_tell);
    Sight over;
    over.kind = Sight::Kind::absent;
    over.is_over = true;

    const auto verdict =
        bench.machine.after_sight(bench.post, bench.journal, over, bench.policy, bench.now);

    CHECK(verdict.next == Next::ask);
    CHECK(tail(bench.journal).pin == nullptr);
}

TEST_CASE("a look that cannot tell leaves it to a person after four looks") {
    Bench bench;
    bench.perform(Ending::unknown);

    for (const auto wait : {minutes(1), minutes(10), minutes(60)}) {
        CHECK(bench.look(Sight::Kind::cannot_tell).next == Next::rest);
        CHECK(bench.post.state == PostState::unconfirmed);
        CHECK(bench.post.wake_at == bench.now + wait);
    }
    bench.look(Sight::Kind::cannot_tell);
    CHECK_FALSE(bench.post.wake_at);
}

TEST_CASE("a harmless repeat follows the second look") {
    Bench bench;
    bench.perform(Ending::unknown, true);
    CHECK(bench.look(Sight::Kind::cannot_tell).next == Next::rest);
    CHECK(*bench.post.wake_at <= bench.now + seconds(30));

    CHECK(bench.look(Sight::Kind::cannot_tell).next == Next::repeat);
    CHECK(bench.post.state == PostState::publishing);
}

TEST_CASE("what may be there already is not sent again, under whatever key and whoever chose so") {
    for (const bool resends : {false, true}) {
        Bench bench;
        bench.policy.resends = resends;
        bench.perform(Ending::unknown, true);
        Sight sight;
        sight.may_be_there = true;
        bench.look(Sight::Kind::cannot_tell);

        const auto verdict =
            bench.machine.after_sight(bench.post, bench.journal, sight, bench.policy, bench.now);

        CHECK(verdict.next == Next::rest);
        CHECK(bench.post.state == PostState::unconfirmed);
    }
}

TEST_CASE("a repeat is not harmless after the platform forgot the key") {
    Bench bench;
    auto attempt = bench.step();
    attempt.is_repeatable = true;
    attempt.repeatable_until = bench.now + minutes(50);
    bench.machine.begin(bench.post, bench.journal, attempt, bench.now);
    bench.end(Ending::unknown);
    bench.now += minutes(51);

    bench.look(Sight::Kind::cannot_tell);

    CHECK(bench.look(Sight::Kind::cannot_tell).next == Next::rest);
    CHECK(bench.post.state == PostState::unconfirmed);
}

TEST_CASE("a repeat is not harmless after a clock was set back by which the key was new") {
    Bench bench;
    auto attempt = bench.step();
    attempt.is_repeatable = true;
    attempt.repeatable_until = bench.now + minutes(50);
    bench.machine.begin(bench.post, bench.journal, attempt, bench.now);
    bench.end(Ending::unknown);
    bench.now -= std::chrono::hours(3);

    bench.look(Sight::Kind::cannot_tell);

    CHECK(bench.look(Sight::Kind::cannot_tell).next == Next::rest);
    CHECK(bench.post.state == PostState::unconfirmed);
}

TEST_CASE("a repeat that never arrived leaves the first try in doubt") {
    Bench bench;
    bench.perform(Ending::unknown, true);
    bench.look(Sight::Kind::cannot_tell);
    bench.look(Sight::Kind::cannot_tell);
    bench.repeat();

    const auto verdict = bench.end(Ending::not_sent);

    CHECK(verdict.event == Event::doubt);
    CHECK(bench.post.state == PostState::unconfirmed);
    CHECK(tail(bench.journal).is_doubtful);
}

TEST_CASE("a repeat that is refused leaves the first try in doubt") {
    Bench bench;
    bench.perform(Ending::unknown, true);
    bench.look(Sight::Kind::cannot_tell);
    bench.look(Sight::Kind::cannot_tell);
    bench.repeat();

    bench.end(Ending::refused);

    CHECK(bench.post.state == PostState::unconfirmed);
    CHECK_FALSE(bench.post.wake_at);
}

TEST_CASE("a repeat that succeeds settles the doubt") {
    Bench bench;
    bench.perform(Ending::unknown, true);
    bench.look(Sight::Kind::cannot_tell);
    bench.look(Sight::Kind::cannot_tell);
    bench.repeat();

    CHECK(bench.end(Ending::already).next == Next::ask);
    CHECK_FALSE(tail(bench.journal).is_doubtful);
    CHECK(bench.post.parts_published == 1);
}

TEST_CASE("an account that resends does so after two looks a minute apart") {
    Bench bench;
    bench.policy.resends = true;
    bench.perform(Ending::unknown);
    bench.look(Sight::Kind::cannot_tell);
    CHECK(bench.post.wake_at == bench.now + minutes(1));

    CHECK(bench.look(Sight::Kind::cannot_tell).next == Next::repeat);
}

TEST_CASE("what was absent may still arrive, so a refused repeat keeps its bytes for good") {
    Bench bench;
    bench.perform(Ending::unknown);
    bench.look(Sight::Kind::absent);
    bench.post.state = PostState::publishing;
    bench.repeat();
    bench.end(Ending::refused);
    CHECK(bench.post.state == PostState::failed);

    CHECK_FALSE(tail(bench.journal).is_doubtful);
    CHECK(Machine::repeated(bench.journal).prepared == "body 0");
}

TEST_CASE("old credentials are renewed once") {
    Bench bench;
    bench.machine.begin(bench.post, bench.journal, bench.step(), bench.now);
    Outcome old;
    old.ending = Ending::sign_in;
    old.can_refresh = true;

    auto verdict =
        bench.machine.after_step(bench.post, bench.journal, old, bench.policy, false, bench.now);
    CHECK(verdict.next == Next::refresh);
    CHECK(
        bench.machine.after_refresh(bench.post, bench.journal, nullptr, bench.policy, bench.now)
            .next == Next::ask);

    bench.machine.begin(bench.post, bench.journal, bench.step(), bench.now);
    verdict =
        bench.machine.after_step(bench.post, bench.journal, old, bench.policy, true, bench.now);
    CHECK(verdict.hold == Hold::sign_in);
    CHECK(bench.post.state == PostState::paused);
}

TEST_CASE("a restricted account pauses the post") {
    Bench bench;

    const auto verdict = bench.perform(Ending::held);

    CHECK(verdict.hold == Hold::restricted);
    CHECK(verdict.event == Event::pause);
    CHECK(bench.post.state == PostState::paused);
}

TEST_CASE("a chunk goes on from its cursor") {
    Bench bench;
    bench.machine.begin(bench.post, bench.journal, bench.step(), bench.now);
    Outcome chunk;
    chunk.ending = Ending::go_on;
    chunk.cursor = "2 of 3";

    const auto verdict =
        bench.machine.after_step(bench.post, bench.journal, chunk, bench.policy, false, bench.now);

    CHECK(verdict.next == Next::perform);
    CHECK(bench.journal.back().cursor == "2 of 3");
    CHECK(bench.journal.back().state == AttemptState::started);
}

TEST_CASE("a driver that asks for a published part again is stopped") {
    Bench bench;
    bench.perform(Ending::done);

    CHECK_THROWS_AS(
        bench.machine.begin(bench.post, bench.journal, bench.step(0), bench.now), Error);
}

TEST_CASE("a step that was under way when its engine died is in doubt") {
    Bench bench;
    bench.machine.begin(bench.post, bench.journal, bench.step(), bench.now);

    const auto verdict =
        bench.machine.after_death(bench.post, bench.journal, 1, bench.policy, bench.now);

    CHECK(verdict->event == Event::doubt);
    CHECK(bench.post.state == PostState::unconfirmed);
    CHECK(bench.post.wake_at == bench.now);
    CHECK(bench.journal.back().state == AttemptState::unknown);
}

TEST_CASE("a post between two steps when its engine died goes on") {
    Bench bench;
    bench.perform(Ending::done);

    const auto verdict =
        bench.machine.after_death(bench.post, bench.journal, 1, bench.policy, bench.now);

    CHECK(verdict->event == Event::wait);
    CHECK(bench.post.state == PostState::retrying);
    CHECK(bench.post.wake_at == bench.now);
}

TEST_CASE("what a late engine saw settles the doubt") {
    Bench bench;
    bench.perform(Ending::unknown);
    CHECK_FALSE(observations(bench.journal));
    auto seen = bench.journal.back();
    seen.state = AttemptState::observed;
    seen.prepared = seen.id.text();
    seen.ending = Ending::done;
    seen.remote_id = "late";
    bench.journal.push_back(seen);
    CHECK(observations(bench.journal)->remote_id == "late");

    bench.journal.back().ending = Ending::not_sent;
    CHECK(observations(bench.journal)->kind == Sight::Kind::absent);

    bench.journal.back().ending = Ending::unknown;
    CHECK_FALSE(observations(bench.journal));
}

TEST_CASE("a late answer about an earlier step says nothing of the one in doubt") {
    Bench bench;
    bench.perform(Ending::done);
    bench.machine.begin(bench.post, bench.journal, bench.step(1), bench.now);
    bench.end(Ending::unknown);
    auto seen = bench.journal.front();
    seen.state = AttemptState::observed;
    seen.prepared = seen.id.text();
    bench.journal.push_back(seen);

    CHECK_FALSE(observations(bench.journal));
}

TEST_CASE("a late answer about one of two tries does not settle the other") {
    Bench bench;
    bench.perform(Ending::unknown);
    bench.post.state = PostState::publishing;
    auto again = Machine::repeated(bench.journal);
    again.id = AttemptId("again");
    bench.machine.begin(bench.post, bench.journal, again, bench.now);
    bench.end(Ending::unknown);
    auto seen = bench.journal.front();
    seen.state = AttemptState::observed;
    seen.prepared = seen.id.text();
    seen.ending = Ending::not_sent;
    bench.journal.push_back(seen);

    CHECK_FALSE(observations(bench.journal));
}

TEST_CASE("a step that was never begun is given back without a trace of doubt") {
    Bench bench;
    bench.machine.begin(bench.post, bench.journal, bench.step(), bench.now);

    const auto verdict =
        bench.machine.give_back(bench.post, bench.journal, false, bench.policy, bench.now);

    CHECK(verdict.event == Event::wait);
    CHECK(bench.journal.back().ending == Ending::returned);
    CHECK(bench.post.wake_at == bench.now);
}

TEST_CASE("what is given back stands before what was due later") {
    Bench bench;
    bench.machine.begin(bench.post, bench.journal, bench.step(), bench.now);

    const auto later = bench.now + std::chrono::minutes(3);
    bench.machine.give_back(bench.post, bench.journal, false, bench.policy, later);

    CHECK(bench.post.wake_at == bench.post.due_at);
}

TEST_CASE("a post of a paused account waits as paused") {
    Bench bench;
    bench.policy.is_active = false;

    CHECK(bench.perform(Ending::not_sent).event == Event::pause);
    CHECK(bench.post.state == PostState::paused);
    CHECK_FALSE(bench.post.wake_at);
}

}  // namespace
}  // namespace caas::delivery
