// What a backup that takes the place of the database means for its posts.
#include "core/delivery/hold_back.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/delivery/change.h"
#include "tests/core/delivery/rig.h"

namespace caas::delivery {
namespace {

using std::chrono::hours;

struct Restored : Rig {
    // The backup was made as the clock of a rig starts, at 10:00.
    std::int64_t restore(Milliseconds later = hours(2)) {
        return restore_over(nullptr, later).count;
    }

    // In the place of another database.
    HeldPosts restore_over(store::Reader* former, Milliseconds later = hours(2)) {
        const auto made_at = clock.now();
        clock.advance(later);
        return write([&](store::Transaction& transaction) {
            return hold_back(transaction, made_at, clock.now(), former);
        });
    }

    // A post that is due long after the restore, in this database and in that one.
    PostId add_later(Rig& former, const std::string& id) {
        auto fresh = draft();
        fresh.id = PostId(id);
        fresh.due_at = clock.now() + hours(9);
        add(fresh);
        former.add(fresh);
        return fresh.id;
    }

    PostId add_in(PostState state, Milliseconds in = {}, int parts = 1, int parts_published = 0) {
        auto fresh = draft();
        fresh.due_at = clock.now() + in;
        fresh.parts = parts;
        fresh.is_draft = state == PostState::draft;
        const auto id = add(fresh);
        write([&](store::Transaction& transaction) {
            transaction.execute(
                "UPDATE post SET state = $2, parts_published = $3 WHERE id = $1",
                {id, std::string(name(state)), parts_published});
        });
        return id;
    }

    void journal(const PostId& id, AttemptState state, int part = 0, bool publishes = true) {
        Attempt attempt;
        attempt.id = ids.make<AttemptId>();
        attempt.post = id;
        attempt.step = "create";
        attempt.part = part;
        attempt.publishes = publishes;
        attempt.state = state;
        attempt.prepared = "body";
        attempt.engine = EngineId("e");
        attempt.fence = 1;
        write([&](store::Transaction& transaction) { insert_attempt(transaction, attempt); });
    }

    Post sent(const PostId& id) {
        return write([&](store::Transaction& transaction) {
            return reconcile_sent(transaction, workspace, id, "https://example.org/1", clock.now());
        });
    }

    Post not_sent(const PostId& id) {
        return write([&](store::Transaction& transaction) {
            return reconcile_not_sent(transaction, workspace, id, true, clock.now());
        });
    }
};

TEST_CASE("what waited in the backup and came due since is a person's to say") {
    Restored rig;
    for (const auto state : {PostState::scheduled, PostState::retrying, PostState::paused}) {
        CAPTURE(name(state));
        const auto id = rig.add_in(state, hours(1));

        rig.restore();

        const auto post = rig.post(id);
        CHECK(post.state == PostState::unconfirmed);
        CHECK(post.code == "restored");
        CHECK_FALSE(post.wake_at);
        CHECK_FALSE(post.settled_at);
        CHECK_FALSE(next_wake(rig.reader()));
    }
}

TEST_CASE("what was due by the clock of the backup is held, though that of the restore is behind") {
    Restored rig;
    const auto waited = rig.add_in(PostState::scheduled, -hours(1));
    const auto later = rig.add_in(PostState::scheduled, hours(1));

    CHECK(rig.restore(-hours(3)) == 1);

    CHECK(rig.post(waited).state == PostState::unconfirmed);
    CHECK(rig.post(later).state == PostState::scheduled);
}

TEST_CASE("a held post says when the backup was made") {
    Restored rig;
    const auto id = rig.add_in(PostState::scheduled, hours(1));

    CHECK(rig.restore() == 1);

    CHECK(
        rig.post(id).message ==
        "It waited when the backup was made (2026-11-22T10:00:00.000Z), was due before the "
        "restore, "
        "and may have been sent in between.");
}

TEST_CASE("a post that an earlier restore held says so, and not that its sending had begun") {
    Restored rig;
    const auto id = rig.add_in(PostState::scheduled, hours(1));
    CHECK(rig.restore() == 1);

    CHECK(rig.restore() == 1);

    CHECK(rig.post(id).state == PostState::unconfirmed);
    CHECK(
        rig.post(id).message ==
        "An earlier restore had held it back when the backup was made (2026-11-22T12:00:00.000Z), "
        "and nobody had said yet whether it was sent.");
}

TEST_CASE("what is due after the restore, a draft and what is settled stay as they are") {
    Restored rig;
    const auto later = rig.add_in(PostState::scheduled, hours(3));
    std::vector<PostId> others;
    for (const auto state :
         {PostState::draft,
          PostState::published,
          PostState::failed,
          PostState::canceled,
          PostState::missed})
        others.push_back(rig.add_in(state));

    CHECK(rig.restore() == 0);

    CHECK(rig.post(later).state == PostState::scheduled);
    CHECK(rig.post(later).wake_at == rig.clock.now() + hours(1));
    for (const auto& id : others) {
        CHECK(rig.post(id).state != PostState::unconfirmed);
        CHECK(rig.post(id).code.empty());
    }
}

TEST_CASE("a step that had not begun in the backup may have been sent after it") {
    Restored rig;
    const auto id = rig.add_in(PostState::publishing, {}, 3, 1);
    rig.journal(id, AttemptState::done);
    const EngineId engine("e");
    const auto lane = rig.write([&](store::Transaction& transaction) {
        Ledger(engine).join(transaction, "test", rig.clock.now());
        return take_lane(transaction, {rig.account, 0}, engine, id);
    });
    REQUIRE(lane);

    CHECK(rig.restore() == 1);

    CHECK(rig.post(id).state == PostState::unconfirmed);
    CHECK(rig.post(id).code == "restored");
    CHECK_FALSE(is_held(rig.reader(), *lane));
    CHECK(lanes_held_by(rig.reader(), engine).empty());
    CHECK_FALSE(next_wake(rig.reader()));
}

TEST_CASE("what was being sent or in doubt in the backup is not looked for") {
    Restored rig;
    const auto begun = rig.add_in(PostState::publishing);
    rig.journal(begun, AttemptState::started);
    const auto doubtful = rig.add_in(PostState::unconfirmed);
    rig.journal(doubtful, AttemptState::unknown);

    CHECK(rig.restore(Milliseconds(0)) == 2);

    for (const auto& id : {begun, doubtful}) {
        CHECK(rig.post(id).state == PostState::unconfirmed);
        CHECK(rig.post(id).code == "restored");
        CHECK(read_journal(rig.reader(), id).front().state == AttemptState::unknown);
    }
    CHECK_FALSE(next_wake(rig.reader()));
}

TEST_CASE("a held post is not taken up when its account works again") {
    Restored rig;
    const auto id = rig.add_in(PostState::scheduled, hours(1));
    rig.restore();

    rig.write([&](store::Transaction& transaction) {
        pause_posts(transaction, rig.account, rig.clock.now());
        resume_posts(transaction, rig.account, rig.clock.now());
    });

    CHECK(rig.post(id).state == PostState::unconfirmed);
    CHECK_FALSE(rig.post(id).wake_at);
    CHECK_FALSE(next_wake(rig.reader()));
}

TEST_CASE("a held post that a person saw is published, whatever the backup knows of its parts") {
    Restored rig;
    const auto waiting = rig.add_in(PostState::scheduled, hours(1));
    const auto thread = rig.add_in(PostState::retrying, {}, 4, 2);
    rig.journal(thread, AttemptState::done, 1);
    const auto uploading = rig.add_in(PostState::publishing);
    rig.journal(uploading, AttemptState::started, 0, false);
    rig.restore();

    for (const auto& id : {waiting, thread, uploading}) {
        const auto post = rig.sent(id);

        CHECK(post.state == PostState::published);
        CHECK(rig.post(id).parts_published == rig.post(id).parts);
        CHECK(rig.post(id).url == "https://example.org/1");
        CHECK(rig.post(id).code.empty());
    }
}

TEST_CASE("a held post that was not sent is due again, behind what is known to be out") {
    Restored rig;
    const auto waiting = rig.add_in(PostState::scheduled, hours(1));
    const auto thread = rig.add_in(PostState::publishing, {}, 4, 2);
    rig.journal(thread, AttemptState::done, 1);
    rig.journal(thread, AttemptState::started, 2);
    rig.restore();

    CHECK(rig.not_sent(waiting).state == PostState::scheduled);
    CHECK(rig.not_sent(thread).state == PostState::retrying);

    CHECK(rig.post(waiting).wake_at == rig.clock.now());
    CHECK(rig.post(waiting).code.empty());
    CHECK(rig.post(thread).parts_published == 2);
    CHECK_FALSE(tail(read_journal(rig.reader(), thread)).is_doubtful);
}

TEST_CASE("a held post that was not sent may be dropped at once") {
    Restored rig;
    const auto id = rig.add_in(PostState::scheduled, hours(1));
    rig.restore();

    rig.write([&](store::Transaction& transaction) {
        reconcile_canceled(transaction, rig.workspace, id, rig.clock.now());
    });

    CHECK(rig.post(id).state == PostState::canceled);
    CHECK(rig.post(id).code.empty());
    CHECK_FALSE(next_wake(rig.reader()));
}

TEST_CASE("what the former database has as sent is held, though it is due later in the backup") {
    Restored rig;
    Rig former;
    std::vector<PostId> sent;
    for (const auto state : {PostState::publishing, PostState::unconfirmed, PostState::published}) {
        sent.push_back(rig.add_later(former, "post-" + std::string(name(state))));
        former.force(sent.back(), state);
    }
    const auto stopped = rig.add_later(former, "post-stopped");
    former.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE post SET state = 'failed', parts_published = 1 WHERE id = $1", {stopped});
    });
    sent.push_back(stopped);

    const auto held = rig.restore_over(&former.reader());

    CHECK(held.count == 4);
    CHECK(held.unchecked == 0);
    for (const auto& id : sent) {
        CAPTURE(id.text());
        CHECK(rig.post(id).state == PostState::unconfirmed);
        CHECK(rig.post(id).code == "restored");
        CHECK_FALSE(rig.post(id).wake_at);
    }
}

TEST_CASE("a held post says what the former database has of it") {
    Restored rig;
    Rig former;
    const auto id = rig.add_later(former, "post-early");
    former.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE post SET state = 'published', url = 'https://example.org/1' WHERE id = $1",
            {id});
    });

    rig.restore_over(&former.reader());

    CHECK(
        rig.post(id).message ==
        "By the backup (2026-11-22T10:00:00.000Z) it is due later, but it may have been sent "
        "since. The database that the backup replaced says: published: https://example.org/1.");
}

TEST_CASE("what the former database has as not sent goes out as planned") {
    Restored rig;
    Rig former;
    const auto waits = rig.add_later(former, "post-waits");
    const auto canceled = rig.add_later(former, "post-canceled");
    former.force(canceled, PostState::canceled);
    former.write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE content SET updated_at = $1", {former.clock.now() + hours(1)});
    });

    const auto held = rig.restore_over(&former.reader());

    CHECK(held.count == 0);
    CHECK(held.unchecked == 0);
    CHECK(rig.post(waits).state == PostState::scheduled);
    CHECK(rig.post(canceled).state == PostState::scheduled);
}

TEST_CASE(
    "a step that may have made something in the former database holds a post that was canceled") {
    Restored rig;
    Restored former;
    const auto id = rig.add_later(former, "post-tried");
    former.force(id, PostState::canceled);
    former.journal(id, AttemptState::unknown);

    CHECK(rig.restore_over(&former.reader()).count == 1);
}

TEST_CASE("what had come to its end and was sent since by the former database waits for a person") {
    Restored rig;
    Restored former;
    // Both make the same ids, in the same order.
    const auto again = rig.add_in(PostState::failed);
    REQUIRE(former.add_in(PostState::published) == again);
    const auto late = rig.add_in(PostState::missed);
    REQUIRE(former.add_in(PostState::unconfirmed) == late);
    const auto thread = rig.add_in(PostState::failed, {}, 3, 1);
    REQUIRE(former.add_in(PostState::failed, {}, 3, 2) == thread);
    const auto same = rig.add_in(PostState::failed, {}, 3, 1);
    REQUIRE(former.add_in(PostState::failed, {}, 3, 1) == same);

    CHECK(rig.restore_over(&former.reader()).count == 3);

    for (const auto& id : {again, late, thread})
        CHECK(rig.post(id).code == "restored");
    CHECK(rig.post(again).state == PostState::unconfirmed);
    CHECK(rig.post(again).message.find("says: published") != std::string::npos);
    CHECK(rig.post(same).state == PostState::failed);
}

TEST_CASE("posts of which no former database tells are counted, and go out as planned") {
    Restored rig;
    Rig former;
    const auto id = rig.add_in(PostState::scheduled, hours(9));

    SUBCASE("it does not know them") {
        CHECK(rig.restore_over(&former.reader()).unchecked == 1);
    }
    SUBCASE("there is none") {
        CHECK(rig.restore_over(nullptr).unchecked == 1);
    }

    CHECK(rig.post(id).state == PostState::scheduled);
}

// As a damaged file does.
struct Unreadable : store::Reader {
    store::Rows query(std::string_view /*sql*/, const store::Values& /*values*/) override {
        throw Error(Code::storage_corrupt, "The database is damaged");
    }
};

TEST_CASE("a former database that cannot be read stops no restore") {
    Restored rig;
    Unreadable former;
    const auto due = rig.add_in(PostState::scheduled, hours(1));
    const auto later = rig.add_in(PostState::scheduled, hours(9));

    const auto held = rig.restore_over(&former);

    CHECK(held.count == 1);
    CHECK(held.unchecked == 1);
    CHECK(rig.post(due).state == PostState::unconfirmed);
    CHECK(rig.post(later).state == PostState::scheduled);
}

}  // namespace
}  // namespace caas::delivery
