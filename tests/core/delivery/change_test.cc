#include "core/delivery/change.h"

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/core/delivery/rig.h"

namespace caas::delivery {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

template <typename Function>
Code refusal(Function function) {
    try {
        function();
    } catch (const Error& error) {
        return error.code();
    }
    FAIL("nothing was refused");
    return Code::internal;
}

struct Person : Rig {
    Post cancel(const PostId& id) {
        return write([&](store::Transaction& transaction) {
            return delivery::cancel(transaction, workspace, id, clock.now());
        });
    }

    Post move(const PostId& id, Instant at, bool is_active = true) {
        return write([&](store::Transaction& transaction) {
            return delivery::move(
                transaction, workspace, id, {at, "l", "UTC", ""}, is_active, clock.now());
        });
    }

    Post retry(const PostId& id, bool is_active = true) {
        return write([&](store::Transaction& transaction) {
            return delivery::retry(transaction, workspace, id, is_active, clock.now());
        });
    }

    Post sent(const PostId& id, const std::string& url) {
        return write([&](store::Transaction& transaction) {
            return reconcile_sent(transaction, workspace, id, url, clock.now());
        });
    }

    Post not_sent(const PostId& id) {
        return write([&](store::Transaction& transaction) {
            return reconcile_not_sent(transaction, workspace, id, true, clock.now());
        });
    }

    Post not_sent_and_canceled(const PostId& id) {
        return write([&](store::Transaction& transaction) {
            return reconcile_canceled(transaction, workspace, id, clock.now());
        });
    }

    Attempt journal(const PostId& id, AttemptState state, int part = 0) {
        Attempt attempt;
        attempt.id = ids.make<AttemptId>();
        attempt.post = id;
        attempt.step = "create";
        attempt.part = part;
        attempt.publishes = true;
        attempt.state = state;
        attempt.prepared = "body";
        attempt.engine = EngineId("e");
        attempt.fence = 1;
        write([&](store::Transaction& transaction) { insert_attempt(transaction, attempt); });
        return attempt;
    }
};

TEST_CASE("a scheduled post is canceled and wants no engine") {
    Person rig;
    const auto id = rig.add_post();

    const auto post = rig.cancel(id);

    CHECK(post.state == PostState::canceled);
    CHECK(rig.post(id).state == PostState::canceled);
    CHECK(rig.post(id).settled_at == rig.clock.now());
    CHECK_FALSE(next_wake(rig.reader()));
}

TEST_CASE("a thread that is half out is not canceled: it has failed and can go on") {
    Person rig;
    for (const auto state : {PostState::retrying, PostState::paused}) {
        CAPTURE(name(state));
        auto fresh = rig.draft();
        fresh.parts = 4;
        const auto id = rig.add(fresh);
        rig.journal(id, AttemptState::done, 1);
        rig.force(id, state);
        rig.write([&](store::Transaction& transaction) {
            transaction.execute("UPDATE post SET parts_published = 2 WHERE id = $1", {id});
        });

        rig.cancel(id);

        const auto post = rig.post(id);
        CHECK(post.state == PostState::failed);
        CHECK(post.parts_published == 2);
        CHECK(post.code == "thread_stopped");
        CHECK(post.message == "Part 2 of 4 is out; the rest was canceled.");
        CHECK(post.settled_at == rig.clock.now());
        CHECK_FALSE(post.wake_at);
        CHECK(rig.retry(id).state == PostState::retrying);
        rig.cancel(id);
    }
}

TEST_CASE("from the claim on, cancel, move and edit are refused") {
    Person rig;
    const auto id = rig.add_post();
    rig.force(id, PostState::publishing);

    CHECK(refusal([&] { rig.cancel(id); }) == Code::conflict);
    CHECK(refusal([&] { rig.move(id, rig.clock.now()); }) == Code::conflict);
    CHECK(refusal([&] { rig.retry(id); }) == Code::conflict);
    CHECK(refusal([&] { rig.sent(id, ""); }) == Code::conflict);
    CHECK(refusal([&] {
              rig.write([&](store::Transaction& transaction) {
                  repin(transaction, rig.workspace, id, rig.version, 1, rig.clock.now());
              });
          }) == Code::conflict);
    CHECK(rig.post(id).state == PostState::publishing);
}

TEST_CASE("another workspace's post is not found") {
    Person rig;
    const auto id = rig.add_post();
    rig.workspace = rig.other_workspace;

    CHECK(refusal([&] { rig.cancel(id); }) == Code::not_found);
    CHECK(refusal([&] { rig.move(id, rig.clock.now()); }) == Code::not_found);
    CHECK(refusal([&] { rig.retry(id); }) == Code::not_found);
    CHECK(refusal([&] { rig.sent(id, ""); }) == Code::not_found);
    CHECK(refusal([&] { rig.not_sent(id); }) == Code::not_found);
}

TEST_CASE("a moved post wakes at its new time") {
    Person rig;
    const auto id = rig.add_post();
    const auto later = rig.clock.now() + hours(3);

    rig.move(id, later);

    CHECK(rig.post(id).wake_at == later);
    CHECK(next_wake(rig.reader()) == later);
}

TEST_CASE("a missed post can be given a new time") {
    Person rig;
    const auto id = rig.add_post();
    rig.force(id, PostState::missed);

    CHECK(rig.move(id, rig.clock.now() + hours(1)).state == PostState::scheduled);
    CHECK_FALSE(rig.post(id).settled_at);
}

TEST_CASE("a draft is scheduled by giving it a time") {
    Person rig;
    auto fresh = rig.draft();
    fresh.is_draft = true;
    const auto id = rig.add(fresh);
    CHECK_FALSE(rig.post(id).wake_at);

    CHECK(rig.move(id, rig.clock.now()).state == PostState::scheduled);
}

TEST_CASE("another version is pinned before the first step only") {
    Person rig;
    const auto id = rig.add_post();
    const VersionId second("version-2");
    rig.write([&](store::Transaction& transaction) {
        Person::add_content(transaction, rig.workspace, ContentId("content-2"), second);
    });
    const auto repin_it = [&] {
        rig.write([&](store::Transaction& transaction) {
            repin(transaction, rig.workspace, id, second, 3, rig.clock.now());
        });
    };

    repin_it();
    CHECK(rig.post(id).version == second);
    CHECK(rig.post(id).parts == 3);

    rig.journal(id, AttemptState::failed);
    CHECK(refusal(repin_it) == Code::conflict);
}

TEST_CASE("a failed thread goes on with what is left, from now") {
    Person rig;
    const auto id = rig.add_post();
    rig.journal(id, AttemptState::done);
    rig.force(id, PostState::failed);
    rig.clock.advance(hours(48));

    const auto post = rig.retry(id);

    CHECK(post.state == PostState::retrying);
    CHECK(post.due_at == rig.clock.now());
    CHECK(post.wake_at == rig.clock.now());
}

TEST_CASE("a canceled or published post is not tried again") {
    Person rig;
    const auto id = rig.add_post();
    rig.force(id, PostState::canceled);
    CHECK(refusal([&] { rig.retry(id); }) == Code::conflict);
    rig.force(id, PostState::published);
    CHECK(refusal([&] { rig.retry(id); }) == Code::conflict);
}

TEST_CASE("a post in doubt is published by a person's word") {
    Person rig;
    const auto id = rig.add_post();
    rig.journal(id, AttemptState::unknown);
    rig.force(id, PostState::unconfirmed);

    const auto post = rig.sent(id, "https://example.org/1");

    CHECK(post.state == PostState::published);
    CHECK(rig.post(id).url == "https://example.org/1");
    CHECK(rig.post(id).parts_published == 1);
    CHECK(read_journal(rig.reader(), id).front().state == AttemptState::done);
}

TEST_CASE("a person cannot have seen what nobody can see") {
    Person rig;
    const auto id = rig.add_post();
    auto hidden = rig.journal(id, AttemptState::failed);
    hidden.id = rig.ids.make<AttemptId>();
    hidden.state = AttemptState::unknown;
    hidden.publishes = false;
    rig.write([&](store::Transaction& transaction) { insert_attempt(transaction, hidden); });
    rig.force(id, PostState::unconfirmed);

    CHECK(refusal([&] { rig.sent(id, ""); }) == Code::conflict);
    CHECK(rig.not_sent(id).state == PostState::scheduled);
}

TEST_CASE("a thread in doubt whose part went out has failed with the rest to do") {
    Person rig;
    auto fresh = rig.draft();
    fresh.parts = 3;
    const auto id = rig.add(fresh);
    rig.journal(id, AttemptState::unknown);
    rig.force(id, PostState::unconfirmed);

    const auto post = rig.sent(id, "");

    CHECK(post.state == PostState::failed);
    CHECK(post.parts_published == 1);
    CHECK(post.code == "thread_stopped");
}

TEST_CASE("a post that was not sent is due again and keeps its bytes") {
    Person rig;
    const auto id = rig.add_post();
    rig.journal(id, AttemptState::unknown);
    rig.force(id, PostState::unconfirmed);

    const auto post = rig.not_sent(id);

    CHECK(post.state == PostState::scheduled);
    CHECK(post.wake_at == rig.clock.now());
    const auto journal = read_journal(rig.reader(), id);
    CHECK(tail(journal).pin != nullptr);
    CHECK_FALSE(tail(journal).is_doubtful);
}

TEST_CASE("a post in doubt that was not sent is canceled at once") {
    Person rig;
    const auto id = rig.add_post();
    rig.journal(id, AttemptState::unknown);
    rig.force(id, PostState::unconfirmed);

    CHECK(rig.not_sent_and_canceled(id).state == PostState::canceled);

    CHECK(rig.post(id).state == PostState::canceled);
    CHECK(rig.post(id).settled_at == rig.clock.now());
    CHECK(rig.post(id).code.empty());
    CHECK_FALSE(next_wake(rig.reader()));
    CHECK_FALSE(tail(read_journal(rig.reader(), id)).is_doubtful);
}

TEST_CASE("a thread in doubt whose rest is canceled has failed, with what is out") {
    Person rig;
    const auto id = rig.add_post();
    rig.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE post SET state = 'unconfirmed', parts = 3, parts_published = 1 WHERE id = $1",
            {id});
    });

    const auto post = rig.not_sent_and_canceled(id);

    CHECK(post.state == PostState::failed);
    CHECK(post.code == "thread_stopped");
    CHECK(post.message == "Part 1 of 3 is out; the rest was canceled.");
    CHECK(rig.post(id).state == PostState::failed);
}

TEST_CASE("whoever cancels a post in doubt is told how") {
    Person rig;
    const auto id = rig.add_post();
    rig.force(id, PostState::unconfirmed);

    try {
        rig.cancel(id);
        FAIL("nothing was refused");
    } catch (const Error& error) {
        CHECK(error.code() == Code::conflict);
        CHECK(error.hint().find("--not-sent --cancel") != std::string::npos);
    }
    CHECK(rig.post(id).state == PostState::unconfirmed);
}

TEST_CASE("only what is in doubt is canceled by a person's word that it was not sent") {
    Person rig;
    const auto id = rig.add_post();

    CHECK(refusal([&] { rig.not_sent_and_canceled(id); }) == Code::conflict);

    CHECK(rig.post(id).state == PostState::scheduled);
}

TEST_CASE("a person's word takes the lane from whoever is looking") {
    Person rig;
    const auto id = rig.add_post();
    rig.journal(id, AttemptState::unknown);
    const EngineId engine("e");
    Ledger ledger(engine);
    const auto lane = rig.write([&](store::Transaction& transaction) {
        ledger.join(transaction, "test", rig.clock.now());
        return take_lane(transaction, {rig.account, 0}, engine, id);
    });
    rig.force(id, PostState::unconfirmed);

    rig.sent(id, "");

    CHECK_FALSE(is_held(rig.reader(), *lane));
}

TEST_CASE("a pause and its end leave alone what somebody is looking for") {
    Person rig;
    const auto id = rig.add_post();
    rig.journal(id, AttemptState::unknown);
    const EngineId engine("e");
    rig.write([&](store::Transaction& transaction) {
        Ledger(engine).join(transaction, "test", rig.clock.now());
        take_lane(transaction, {rig.account, 0}, engine, id);
        transaction.execute("UPDATE post SET wake_at = NULL WHERE id = $1", {id});
    });
    rig.force(id, PostState::unconfirmed);
    const auto before = rig.post(id);
    REQUIRE_FALSE(before.wake_at);

    rig.clock.advance(minutes(1));
    rig.write([&](store::Transaction& transaction) {
        pause_posts(transaction, rig.account, rig.clock.now());
        resume_posts(transaction, rig.account, rig.clock.now());
    });

    CHECK_FALSE(rig.post(id).wake_at);
    CHECK(rig.post(id).updated_at == before.updated_at);
}

TEST_CASE("posts of a paused account wait and resume by themselves") {
    Person rig;
    const auto fresh = rig.add_post();
    const auto begun = rig.add_post();
    rig.journal(begun, AttemptState::failed);
    rig.force(begun, PostState::retrying);
    const auto doubtful = rig.add_post();
    rig.force(doubtful, PostState::unconfirmed);

    rig.write([&](store::Transaction& transaction) {
        pause_posts(transaction, rig.account, rig.clock.now());
    });
    CHECK(rig.post(fresh).state == PostState::paused);
    CHECK(rig.post(begun).state == PostState::paused);
    CHECK(rig.post(doubtful).state == PostState::unconfirmed);
    CHECK_FALSE(next_wake(rig.reader()));

    rig.clock.advance(minutes(5));
    rig.write([&](store::Transaction& transaction) {
        resume_posts(transaction, rig.account, rig.clock.now());
    });
    CHECK(rig.post(fresh).state == PostState::scheduled);
    CHECK(rig.post(fresh).wake_at == rig.post(fresh).due_at);
    CHECK(rig.post(begun).state == PostState::retrying);
    CHECK(rig.post(begun).wake_at == rig.post(begun).due_at);
    CHECK(rig.post(doubtful).wake_at == rig.clock.now());
    CHECK(next_wake(rig.reader()) == rig.post(fresh).due_at);
}

TEST_CASE("a post for a paused account begins as paused") {
    Person rig;
    auto fresh = rig.draft();
    fresh.account_is_active = false;

    CHECK(rig.post(rig.add(fresh)).state == PostState::paused);
}

TEST_CASE("what waits for an account that is gone is canceled") {
    Person rig;
    const auto waiting = rig.add_post();
    const auto done = rig.add_post();
    rig.force(done, PostState::published);

    const auto ended = rig.write([&](store::Transaction& transaction) {
        return end_posts(transaction, rig.account, rig.clock.now());
    });

    CHECK(ended.canceled == 1);
    CHECK(ended.failed == 0);
    CHECK(rig.post(waiting).state == PostState::canceled);
    CHECK(rig.post(waiting).settled_at == rig.clock.now());
    CHECK(rig.post(done).state == PostState::published);
}

TEST_CASE("a thread that is half out when its account goes has failed, with words") {
    Person rig;
    for (const auto state : {PostState::retrying, PostState::paused}) {
        CAPTURE(name(state));
        auto fresh = rig.draft();
        fresh.parts = 3;
        const auto half = rig.add(fresh);
        fresh.id = rig.draft().id;
        const auto begun = rig.add(fresh);
        for (const auto& id : {half, begun}) {
            rig.journal(id, AttemptState::failed);
            rig.force(id, state);
        }
        rig.write([&](store::Transaction& transaction) {
            transaction.execute("UPDATE post SET parts_published = 1 WHERE id = $1", {half});
        });

        const auto ended = rig.write([&](store::Transaction& transaction) {
            return end_posts(transaction, rig.account, rig.clock.now());
        });

        CHECK(ended.failed == 1);
        CHECK(ended.canceled == 1);
        const auto post = rig.post(half);
        CHECK(post.state == PostState::failed);
        CHECK(post.parts_published == 1);
        CHECK(post.code == "account_disconnected");
        CHECK(post.message.starts_with("Part 1 of 3 is out; "));
        CHECK(post.settled_at == rig.clock.now());
        CHECK_FALSE(post.wake_at);
        CHECK(rig.post(begun).state == PostState::canceled);
        // Once the account is there again, it goes on with the second part.
        CHECK(rig.retry(half).state == PostState::retrying);
        rig.cancel(half);
    }
}

TEST_CASE("a post in doubt stays so when its account goes, and nobody looks for it") {
    Person rig;
    const auto doubtful = rig.add_post();
    rig.journal(doubtful, AttemptState::unknown);
    rig.force(doubtful, PostState::unconfirmed);

    const auto ended = rig.write([&](store::Transaction& transaction) {
        return end_posts(transaction, rig.account, rig.clock.now());
    });

    CHECK(ended.unconfirmed == 1);
    CHECK(rig.post(doubtful).state == PostState::unconfirmed);
    CHECK_FALSE(next_wake(rig.reader()));
}

}  // namespace
}  // namespace caas::delivery
