#include "core/flow/engine.h"

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/core/flow/engine_rig.h"

namespace caas::flow {
namespace {

using delivery::AttemptState;
using delivery::PostState;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Reply reply(platform::Outcome outcome, bool is_accepted = false) {
    return {std::move(outcome), is_accepted, [] {}};
}

TEST_CASE("a post that is due is published once") {
    Installation rig;
    const auto id = rig.add_post();

    const auto counts = rig.run_once();

    CHECK(counts.published == 1);
    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.post(id).url == "https://test/id1");
    CHECK(rig.post(id).parts_published == 1);
    CHECK(rig.post(id).settled_at);
    CHECK(rig.platform.accepted.size() == 1);
    CHECK(rig.journal(id).size() == 1);
    CHECK(rig.run_once().published == 0);
}

TEST_CASE("a post that is not due stays") {
    Installation rig;
    const auto id = rig.add_post(1, "main", minutes(5));

    CHECK(rig.run_once().published == 0);
    CHECK(rig.post(id).state == PostState::scheduled);
    rig.clock.advance(minutes(5));
    CHECK(rig.run_once().published == 1);
}

TEST_CASE("a thread goes out part by part") {
    Installation rig;
    const auto id = rig.add_post(3);

    rig.run_once();

    CHECK(rig.platform.accepted == std::vector<std::string>{"0", "1", "2"});
    CHECK(rig.post(id).parts_published == 3);
    CHECK(rig.post(id).remote_id == "id1");
}

TEST_CASE("posts of one account go in order, one at a time") {
    Installation rig;
    const auto second = rig.add_post(1, "main", seconds(2));
    const auto first = rig.add_post(2, "main", seconds(1));
    rig.clock.advance(seconds(3));
    int in_flight = 0;
    int most = 0;
    for (int i = 0; i < 3; ++i)
        rig.platform.replies.push_back({platform::Done{}, true, [&] { most = ++in_flight; }});
    for (auto& answer : rig.platform.replies) {
        const auto inner = answer.before;
        answer.before = [&in_flight, inner] {
            inner();
            --in_flight;
        };
    }

    rig.run_once();

    CHECK(most == 1);
    CHECK(rig.platform.accepted == std::vector<std::string>{"0", "1", "0"});
    CHECK(rig.post(first).settled_at <= rig.post(second).settled_at);
}

TEST_CASE("several accounts are served by one round") {
    Installation rig;
    for (const auto* const name : {"a", "b", "c", "d", "e"}) {
        rig.add_account(name);
        rig.add_post(1, name);
    }

    CHECK(rig.run_once().published == 5);
}

TEST_CASE("what never arrived is tried again later") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::NotSent{"c", "m"}));

    CHECK(rig.run_once().waiting == 1);
    CHECK(rig.post(id).state == PostState::retrying);
    CHECK(rig.post(id).code == "test.not_sent");
    rig.drain();

    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.post(id).code.empty());
    CHECK(rig.platform.accepted.size() == 1);
}

TEST_CASE("a post that waits lets the next one go") {
    Installation rig;
    const auto first = rig.add_post();
    const auto second = rig.add_post();
    rig.platform.replies.push_back(
        reply(platform::Later{rig.clock.now() + minutes(10), "rate limit"}));

    rig.run_once();

    CHECK(rig.post(first).state == PostState::retrying);
    CHECK(rig.post(first).wake_at == rig.clock.now() + minutes(10));
    CHECK(rig.post(first).tries == 0);
    CHECK(rig.post(second).state == PostState::published);
}

TEST_CASE("a refusal is for good and said") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::Refused{"c", "m"}));

    CHECK(rig.run_once().failed == 1);
    CHECK(rig.post(id).state == PostState::failed);
    CHECK(rig.post(id).message == "It is not allowed.");
    CHECK_FALSE(rig.post(id).wake_at);
}

TEST_CASE("a thread that stopped in the middle goes on with its next part") {
    Installation rig;
    const auto id = rig.add_post(3);
    rig.platform.replies.push_back(reply(platform::Done{}, true));
    rig.platform.replies.push_back(reply(platform::Refused{"c", "m"}));
    rig.run_once();
    CHECK(rig.post(id).state == PostState::failed);
    CHECK(rig.post(id).parts_published == 1);

    rig.write([&](store::Transaction& transaction) {
        delivery::retry(transaction, rig.workspace, id, true, rig.clock.now());
    });
    rig.run_once();

    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.platform.accepted == std::vector<std::string>{"0", "1", "2"});
}

TEST_CASE("an equal post that exists already counts as ours") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::Already{}));

    CHECK(rig.run_once().published == 1);
    CHECK(rig.post(id).url == "https://test/id1");
}

TEST_CASE("an upload goes on from its cursor under one journal row") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::Continue{"chunk 2"}));
    rig.platform.replies.push_back(reply(platform::Continue{"chunk 3"}));

    rig.run_once();

    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.journal(id).size() == 1);
    CHECK(rig.platform.prepared.size() == 3);
    CHECK(rig.journal(id).front().cursor == "chunk 3");
}

TEST_CASE("an account that is restricted is paused with all its posts") {
    Installation rig;
    const auto first = rig.add_post();
    const auto second = rig.add_post(1, "main", hours(1));
    rig.platform.replies.push_back(reply(platform::AccountHeld{"c", "m"}));

    CHECK(rig.run_once().paused == 1);

    CHECK(rig.stopped->code == "test.held");
    CHECK_FALSE(rig.stopped->needs_sign_in);
    CHECK(rig.post(first).state == PostState::paused);
    CHECK(rig.post(second).state == PostState::paused);

    rig.policies["main"].is_active = true;
    rig.write([&](store::Transaction& transaction) {
        delivery::resume_posts(transaction, AccountId("main"), rig.clock.now());
    });
    rig.run_once();
    CHECK(rig.post(first).state == PostState::published);
    CHECK(rig.post(second).state == PostState::scheduled);
}

TEST_CASE("nothing is left waiting for an account that is disconnected while it is posted to") {
    Installation rig;
    const auto thread = rig.add_post(3);
    rig.platform.replies.push_back(reply(platform::Done{}));
    auto gone = reply(platform::NotSent{"c", "m"});
    gone.before = [&] {
        rig.policies["main"].is_active = false;
        rig.policies["main"].is_gone = true;
    };
    rig.platform.replies.push_back(gone);

    rig.run_once();

    CHECK(rig.post(thread).state == PostState::failed);
    CHECK(rig.post(thread).parts_published == 1);
    CHECK(rig.post(thread).code == "account_disconnected");

    Installation other;
    const auto single = other.add_post();
    gone.before = [&] {
        other.policies["main"].is_active = false;
        other.policies["main"].is_gone = true;
    };
    other.platform.replies.push_back(gone);
    other.run_once();
    CHECK(other.post(single).state == PostState::canceled);
}

TEST_CASE("old credentials are renewed, kept and used") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::NeedsSignIn{"c", "m", true}));

    rig.run_once();

    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.platform.refreshes == 1);
    CHECK(rig.token == "new");
    CHECK(rig.platform.tokens == std::vector<std::string>{"old", "new"});
}

TEST_CASE("credentials that stay refused ask for a person") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::NeedsSignIn{"c", "m", true}));
    rig.platform.replies.push_back(reply(platform::NeedsSignIn{"c", "m", true}));

    CHECK(rig.run_once().paused == 1);

    CHECK(rig.platform.refreshes == 1);
    CHECK(rig.stopped->needs_sign_in);
    CHECK(rig.post(id).state == PostState::paused);
}

TEST_CASE("credentials that cannot be renewed now are renewed later") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::NeedsSignIn{"c", "m", true}));
    rig.platform.refresh_error = Error(Code::platform_unavailable, "It is down.");

    CHECK(rig.run_once().waiting == 1);
    CHECK(rig.post(id).state == PostState::retrying);

    rig.platform.refresh_error = Error(Code::platform_sign_in, "Sign in.");
    rig.platform.replies.push_back(reply(platform::NeedsSignIn{"c", "m", true}));
    rig.clock.advance(minutes(1));
    rig.run_once();
    CHECK(rig.post(id).state == PostState::paused);
    CHECK(rig.stopped->needs_sign_in);
}

TEST_CASE("a platform that asks to wait before it renews says no more than that") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::NeedsSignIn{"c", "m", true}));
    rig.platform.refresh_error = Error(Code::rate_limited, "Wait.");

    rig.run_once();

    // Else it would count as one that waits for its turn.
    CHECK(rig.post(id).state == PostState::retrying);
    CHECK(rig.post(id).code == "later");
    CHECK(rig.post(id).message == "Wait.");
}

TEST_CASE("an answer that was lost is found by looking") {
    Installation rig;
    rig.platform.can_look = true;
    const auto id = rig.add_post(2);
    rig.platform.replies.push_back(reply(platform::Unknown{"c", "m"}, true));

    CHECK(rig.run_once().published == 1);

    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.platform.accepted == std::vector<std::string>{"0", "1"});
    CHECK(rig.journal(id).front().ending == delivery::Ending::there);
}

TEST_CASE("an answer that was lost and cannot be found is left to a person, never sent again") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::Unknown{"c", "m"}, true));

    CHECK(rig.run_once().unconfirmed == 1);
    rig.drain();
    rig.clock.advance(hours(48));
    rig.drain();

    CHECK(rig.post(id).state == PostState::unconfirmed);
    CHECK_FALSE(rig.post(id).wake_at);
    CHECK(rig.platform.looks == 4);
    CHECK(rig.platform.accepted.size() == 1);
}

TEST_CASE("a person who says not sent has it sent with the same bytes") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::Unknown{"c", "m"}));
    rig.drain();

    rig.write([&](store::Transaction& transaction) {
        delivery::reconcile_not_sent(transaction, rig.workspace, id, true, rig.clock.now());
    });
    rig.drain();

    CHECK(rig.post(id).state == PostState::published);
    REQUIRE(rig.platform.prepared.size() == 2);
    CHECK(rig.platform.prepared[0] == rig.platform.prepared[1]);
}

TEST_CASE("what is certainly absent is sent again under the same key") {
    Installation rig;
    rig.platform.knows_absence = true;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::Unknown{"c", "m"}));

    rig.drain();

    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.platform.accepted.size() == 1);
    CHECK(rig.platform.prepared[0] == rig.platform.prepared[1]);
}

TEST_CASE("a harmless repeat settles what a look cannot") {
    Installation rig;
    rig.is_repeatable = true;
    rig.platform.is_idempotent = true;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::Unknown{"c", "m"}, true));

    rig.drain();

    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.platform.accepted.size() == 1);
    CHECK(rig.platform.prepared.size() == 2);
}

TEST_CASE("an idempotency key is not used after the platform forgot it") {
    Installation rig;
    rig.is_repeatable = true;
    rig.repeatable_for = minutes(50);
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::Unknown{"c", "m"}, true));
    rig.run_once();
    rig.clock.advance(hours(2));

    rig.drain();

    CHECK(rig.post(id).state == PostState::unconfirmed);
    CHECK(rig.platform.prepared.size() == 1);
}

TEST_CASE("an account that chose so sends again after two looks a minute apart") {
    Installation rig;
    rig.policies["main"].resends = true;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(reply(platform::Unknown{"c", "m"}));
    const auto start = rig.clock.now();

    rig.drain();

    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.platform.looks == 2);
    CHECK(rig.clock.now() - start == minutes(1));
}

TEST_CASE("eight tries within their back-off, then it has failed") {
    Installation rig;
    const auto id = rig.add_post();
    for (int i = 0; i < 20; ++i)
        rig.platform.replies.push_back(reply(platform::NotSent{"c", "m"}));
    const auto start = rig.clock.now();

    rig.drain();

    CHECK(rig.post(id).state == PostState::failed);
    CHECK(rig.post(id).tries == 8);
    CHECK(rig.platform.prepared.size() == 8);
    CHECK(rig.clock.now() - start < hours(24));
}

TEST_CASE("a post due longer ago than its account's window is missed") {
    Installation rig;
    const auto id = rig.add_post();
    rig.clock.advance(hours(25));

    CHECK(rig.run_once().missed == 1);
    CHECK(rig.post(id).state == PostState::missed);
    CHECK(rig.platform.prepared.empty());
    CHECK_FALSE(rig.post(id).message.empty());

    rig.write([&](store::Transaction& transaction) {
        delivery::retry(transaction, rig.workspace, id, true, rig.clock.now());
    });
    CHECK(rig.run_once().published == 1);
}

TEST_CASE("a platform that is not there fails the post in words") {
    Installation rig;
    rig.doors.driver = [](std::string_view) { return nullptr; };
    const auto id = rig.add_post();

    CHECK(rig.run_once().failed == 1);
    CHECK(rig.post(id).message.find("cannot publish to test") != std::string::npos);
}

TEST_CASE("a version that cannot be read fails the post, not the engine") {
    Installation rig;
    rig.doors.publication = [](store::Reader&, const delivery::Post&) -> platform::Publication {
        throw Error(Code::not_found, "There is no such version.");
    };
    const auto id = rig.add_post();

    CHECK(rig.run_once().failed == 1);
    CHECK(rig.post(id).code == "not_found");
}

TEST_CASE("an account without credentials asks for a person") {
    Installation rig;
    rig.doors.open = [](store::Reader&, const AccountId&) -> platform::Access {
        throw Error(Code::platform_sign_in, "Sign in.");
    };
    const auto id = rig.add_post();

    CHECK(rig.run_once().paused == 1);
    CHECK(rig.post(id).state == PostState::paused);
    CHECK(rig.stopped->needs_sign_in);
}

TEST_CASE("an account that cannot be opened now is tried again") {
    Installation rig;
    const auto open = rig.doors.open;
    rig.doors.open = [](store::Reader&, const AccountId&) -> platform::Access {
        throw Error(Code::forbidden, "The key is not here", "Bring it back.");
    };
    const auto id = rig.add_post();
    CHECK(rig.run_once().waiting == 1);
    CHECK(rig.post(id).state == PostState::retrying);
    CHECK(rig.post(id).message == "The key is not here. Bring it back.");

    rig.doors.open = open;
    rig.drain();
    CHECK(rig.post(id).state == PostState::published);
}

// A session with the database that may be lost.
class Session final : public store::Reader {
  public:
    explicit Session(store::Reader& inner) : inner_(inner) {}

    store::Rows query(std::string_view sql, const store::Values& values) override {
        if (is_lost)
            throw Error(Code::unavailable, "The connection was lost.");
        return inner_.query(sql, values);
    }

    bool is_lost = false;

  private:
    store::Reader& inner_;
};

// An engine of its own, which the test turns by hand.
Deliverer by_hand(Installation& rig) {
    const EngineId id("by hand");
    delivery::Ledger ledger(id);
    rig.write([&](store::Transaction& transaction) {
        ledger.join(transaction, "test", rig.clock.now());
    });
    return Deliverer(ledger, {rig.doors, rig.platform, rig.clock, rig.random, rig.ids});
}

TEST_CASE("a database that goes away while a post is read is no fault of the post") {
    Installation rig;
    const auto deliverer = by_hand(rig);
    rig.add_post();
    rig.store->read([&](store::Reader& reader) {
        Session session(reader);
        const auto lanes = delivery::due_lanes(session, rig.clock.now(), 1);
        auto doors = rig.doors;
        doors.publication = [&](store::Reader& from, const delivery::Post&) {
            session.is_lost = true;
            from.query("SELECT 1", {});
            return platform::Publication();
        };
        const Deliverer hasty(
            deliverer.ledger(), {doors, rig.platform, rig.clock, rig.random, rig.ids});
        CHECK_THROWS_AS(hasty.prepare(session, lanes.at(0)), Error);
    });
}

TEST_CASE("what was stopped with its whole machine between intent and call is not sent then") {
    Installation rig;
    const auto id = rig.add_post();
    const auto deliverer = by_hand(rig);
    auto work = rig.store->read([&](store::Reader& reader) {
        return deliverer.prepare(reader, delivery::due_lanes(reader, rig.clock.now(), 1).at(0))
            .value();
    });
    REQUIRE(rig.write(
        [&](store::Transaction& transaction) { return deliverer.claim(transaction, work); }));
    deliverer.intended(work);

    SUBCASE("it slept") {
        rig.clock.advance_monotonic(std::chrono::minutes(1));
    }
    SUBCASE("it was frozen, and only the wall clock tells") {
        rig.clock.jump(std::chrono::minutes(1));
    }
    deliverer.call(work);
    deliverer.conclude(work, false);
    rig.write([&](store::Transaction& transaction) { deliverer.record(transaction, work); });

    CHECK(rig.platform.prepared.empty());
    CHECK(rig.post(id).state == PostState::retrying);
    CHECK(rig.journal(id).at(0).code == "stalled");
}

TEST_CASE("a driver that throws while sending leaves doubt, not a crash") {
    Installation rig;
    const auto id = rig.add_post();
    rig.doors.publication = [](store::Reader&, const delivery::Post& post) {
        platform::Publication publication;
        publication.post = post.id;
        publication.parts.resize(1);
        publication.language = "crash";
        return publication;
    };

    CHECK(rig.run_once().unconfirmed == 1);
    CHECK(rig.post(id).code == "internal");
}

TEST_CASE("a driver that throws before sending fails the post") {
    Installation rig;
    const auto id = rig.add_post();
    rig.doors.publication = [](store::Reader&, const delivery::Post& post) {
        platform::Publication publication;
        publication.post = post.id;
        publication.parts.resize(1);
        publication.language = "throw";
        return publication;
    };

    CHECK(rig.run_once().failed == 1);
    CHECK(rig.post(id).code == "content_rejected");
}

TEST_CASE("an account paused while a post is under way keeps it paused") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back(
        {platform::NotSent{"c", "m"}, false, [&] { rig.policies["main"].is_active = false; }});

    CHECK(rig.run_once().paused == 1);
    CHECK(rig.post(id).state == PostState::paused);
    CHECK_FALSE(rig.post(id).wake_at);
}

TEST_CASE("one post is carried alone, the others stay") {
    Installation rig;
    const auto first = rig.add_post();
    const auto second = rig.add_post();
    Engine engine(rig.parts(), {});

    const auto post = engine.deliver_one(second, {});

    CHECK(post.state == PostState::published);
    CHECK(rig.post(first).state == PostState::scheduled);
    CHECK_THROWS_AS(engine.deliver_one(PostId("none"), {}), Error);
}

TEST_CASE("one post that waits is given back as it is") {
    Installation rig;
    const auto id = rig.add_post(1, "main", hours(1));
    Engine engine(rig.parts(), {});

    CHECK(engine.deliver_one(id, {}).state == PostState::scheduled);
    CHECK(rig.platform.prepared.empty());
}

}  // namespace
}  // namespace caas::flow
