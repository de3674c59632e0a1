#include "core/delivery/turn.h"

#include <doctest/doctest.h>

#include "core/delivery/change.h"
#include "tests/core/delivery/rig.h"

namespace caas::delivery {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Posts of one account, due a second after each other; now is after all of them.
struct Line {
    Line() {
        rig.clock.advance(minutes(1));
        // What a person had tried again, or a thread of which a part is out.
        rig.force(begun, PostState::retrying);
    }

    PostId add(Milliseconds later) {
        auto post = rig.draft();
        post.due_at += later;
        return rig.add(post);
    }

    Instant in(Milliseconds time) const { return rig.clock.now() + time; }

    void put_off(const PostId& id, Milliseconds time) {
        const auto seen = rig.post(id);
        rig.write([&](store::Transaction& transaction) {
            save_wait(transaction, seen, {in(time), "Waits."}, rig.clock.now());
        });
    }

    void fail_until(const PostId& id, Instant time) {
        rig.write([&](store::Transaction& transaction) {
            transaction.execute(
                R"(UPDATE post
SET state = 'retrying', code = 'later', message = 'Not now.', wake_at = $2
WHERE id = $1)",
                {id, time});
        });
    }

    Rig rig;
    const PostId begun = add(seconds(1));
    const PostId second = add(seconds(2));
    const PostId third = add(seconds(3));
};

TEST_CASE("a due post that waits for its turn is counted until its turn comes") {
    Rig rig;
    const auto seen = rig.post(rig.add_post());
    auto later = rig.draft();
    later.due_at += minutes(10);
    rig.add(later);
    CHECK(count_put_off(rig.reader(), rig.clock.now()) == 0);

    rig.write([&](store::Transaction& transaction) {
        save_wait(transaction, seen, {rig.clock.now() + minutes(5), "Waits."}, rig.clock.now());
    });

    CHECK(count_put_off(rig.reader(), rig.clock.now()) == 1);
    rig.clock.advance(minutes(5));
    CHECK(count_put_off(rig.reader(), rig.clock.now()) == 0);
}

TEST_CASE(
    "a post that was begun before and waits for its turn is counted, and woken, like others") {
    Line line;
    line.put_off(line.begun, minutes(5));
    CHECK(count_put_off(line.rig.reader(), line.in({})) == 3);

    const int woken = line.rig.write(
        [&](store::Transaction& transaction) { return wake_waiting(transaction, line.in({})); });

    CHECK(woken == 3);
    const auto post = line.rig.post(line.begun);
    CHECK(post.state == PostState::retrying);
    CHECK(post.wake_at == post.due_at);
    CHECK(post.code.empty());
    CHECK(post.message.empty());
    CHECK(next_wake(line.rig.reader()) == post.due_at);
}

TEST_CASE("a retry after a failure keeps its time when those that wait for their turn are woken") {
    Line line;
    line.fail_until(line.begun, line.in(minutes(10)));
    line.put_off(line.second, minutes(5));

    line.rig.write(
        [&](store::Transaction& transaction) { return wake_waiting(transaction, line.in({})); });

    const auto post = line.rig.post(line.begun);
    CHECK(post.wake_at == line.in(minutes(10)));
    CHECK(post.code == "later");
    CHECK(line.rig.post(line.second).wake_at == line.rig.post(line.second).due_at);
}

TEST_CASE("what is due later waits behind a post that was begun before and waits for its turn") {
    Line line;
    line.put_off(line.begun, minutes(5));

    const auto next = line.rig.post(line.second);
    CHECK(turn_before(line.rig.reader(), next, line.in({})) == line.in(minutes(5)));
}

TEST_CASE("a turn that came while no engine ran comes before what was due later all the same") {
    Line line;
    line.put_off(line.begun, minutes(5));
    const auto later = line.add(minutes(2));
    line.rig.clock.advance(minutes(10));

    const auto turn = line.rig.post(line.begun).wake_at;
    REQUIRE(line.rig.post(later).wake_at < turn);
    CHECK(turn_before(line.rig.reader(), line.rig.post(later), line.in({})) == turn);
    CHECK_FALSE(turn_before(line.rig.reader(), line.rig.post(line.begun), line.in({})));
}

TEST_CASE("nobody waits behind a retry after a failure") {
    Line line;
    line.fail_until(line.begun, line.in(minutes(10)));

    const auto next = line.rig.post(line.second);
    CHECK_FALSE(turn_before(line.rig.reader(), next, line.in({})));
}

TEST_CASE("of retries after a failure only that is put behind another whose time has come") {
    Line line;
    line.fail_until(line.second, line.in(minutes(2)));
    line.fail_until(line.third, line.in(-seconds(1)));

    line.put_off(line.begun, minutes(5));

    CHECK(line.rig.post(line.second).wake_at == line.in(minutes(2)));
    CHECK(line.rig.post(line.second).code == "later");
    CHECK(line.rig.post(line.third).wake_at == line.in(minutes(5)));
    CHECK(line.rig.post(line.third).code == waiting_code);
}

TEST_CASE("a post that was begun before moves up when one before it leaves the line") {
    Line line;
    line.rig.force(line.third, PostState::retrying);
    line.put_off(line.second, minutes(5));
    REQUIRE(line.rig.post(line.third).wake_at == line.in(minutes(5)));

    line.rig.write([&](store::Transaction& transaction) {
        cancel(transaction, line.rig.workspace, line.second, line.in({}));
    });

    CHECK(line.rig.post(line.third).wake_at == line.rig.post(line.third).due_at);
}

TEST_CASE("after the clock was set back only what a platform asked for waits for over an hour") {
    Line line;
    line.fail_until(line.begun, line.in(hours(3)));
    line.fail_until(line.second, line.in(hours(3)));
    line.rig.write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE post SET code = 'timeout' WHERE id = $1", {line.second});
    });

    const int woken = line.rig.write(
        [&](store::Transaction& transaction) { return wake_stranded(transaction, line.in({})); });

    CHECK(woken == 1);
    CHECK(line.rig.post(line.begun).wake_at == line.in(hours(3)));
    CHECK(line.rig.post(line.second).wake_at == line.rig.post(line.second).due_at);
    CHECK(line.rig.post(line.second).code == "timeout");
}

TEST_CASE("who waits for too long since the clock was set back keeps what it waited for") {
    Line line;
    line.put_off(line.begun, hours(3));

    line.rig.write(
        [&](store::Transaction& transaction) { return wake_stranded(transaction, line.in({})); });

    CHECK(line.rig.post(line.begun).wake_at == line.rig.post(line.begun).due_at);
    CHECK(line.rig.post(line.begun).code == waiting_code);
}

TEST_CASE("a paused post that was begun before no longer says that it waits for its turn") {
    Line line;
    line.put_off(line.begun, minutes(5));

    line.rig.write([&](store::Transaction& transaction) {
        pause_posts(transaction, line.rig.account, line.in({}));
    });

    CHECK(line.rig.post(line.begun).state == PostState::paused);
    CHECK(line.rig.post(line.begun).code.empty());
}

}  // namespace
}  // namespace caas::delivery
