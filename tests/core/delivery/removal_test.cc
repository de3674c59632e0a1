// What a post says while it is taken back, and after.
#include "core/delivery/removal.h"

#include <string>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/delivery/change.h"
#include "tests/core/delivery/rig.h"

namespace caas::delivery {
namespace {

struct Removing : Rig {
    // A thread of three parts.
    PostId add_thread(
        PostState state,
        int parts_published,
        const std::string& code = {},
        const std::string& message = {}) {
        auto fresh = draft();
        fresh.parts = 3;
        const auto id = add(fresh);
        write([&](store::Transaction& transaction) {
            transaction.execute(
                R"(UPDATE post
SET state = $2, parts_published = $3, code = $4, message = $5, wake_at = NULL
WHERE id = $1)",
                {id, std::string(name(state)), parts_published, code, message});
        });
        return id;
    }

    Post begin(const PostId& id) {
        return write([&](store::Transaction& transaction) {
            return begin_removal(transaction, post(id), clock.now());
        });
    }

    // What a person is told who wants another time for it.
    Error refusal_to_move(const PostId& id) {
        try {
            write([&](store::Transaction& transaction) {
                move(transaction, workspace, id, {clock.now(), {}, {}, {}}, true, clock.now());
            });
        } catch (const Error& error) {
            return error;
        }
        return {Code::internal, "It was moved."};
    }

    Post take_back(const PostId& id) {
        const auto seen = begin(id);
        return write([&](store::Transaction& transaction) {
            return note_removal(transaction, seen, clock.now());
        });
    }
};

TEST_CASE("a published post says that its removal was begun, until that is finished") {
    Removing rig;
    const auto id = rig.add_thread(PostState::published, 3);

    rig.begin(id);

    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.post(id).code == "taking_back");
    CHECK(
        rig.post(id).message ==
        "Some of it may have been removed already; finish it: caas posts take-back " + id.text() +
            ".");
    CHECK_FALSE(rig.post(id).removed_at);

    // Another one, since the first did not come to its end.
    const auto after = rig.take_back(id);

    CHECK(after.state == PostState::published);
    CHECK(after.code.empty());
    CHECK(after.message.empty());
    CHECK(after.removed_at == rig.clock.now());
}

TEST_CASE("a thread that was half out says no more that parts of it are") {
    Removing rig;
    const auto words = std::string("What was out of it was taken back; the rest was not sent.");

    SUBCASE("it was to go on") {
        const auto after = rig.take_back(rig.add_thread(PostState::retrying, 2));

        CHECK(after.state == PostState::failed);
        CHECK(after.code == "thread_stopped");
        CHECK(after.message == words);
    }
    SUBCASE("its account was disconnected") {
        const auto after = rig.take_back(rig.add_thread(
            PostState::failed, 2, "account_disconnected", "Part 2 of 3 is out; and so on."));

        CHECK(after.code == "account_disconnected");
        CHECK(after.message == words);
    }
    SUBCASE("its removal stopped half-way before") {
        const auto id = rig.add_thread(PostState::retrying, 2);
        rig.begin(id);

        const auto after = rig.take_back(id);

        CHECK(after.code == "thread_stopped");
        CHECK(after.message == words);
    }
}

TEST_CASE("who moves what is taken back is not sent to a retry, which is refused as well") {
    Removing rig;
    const auto id = rig.add_thread(PostState::failed, 2);
    rig.begin(id);

    const auto during = rig.refusal_to_move(id);
    rig.take_back(id);
    const auto after = rig.refusal_to_move(id);

    CHECK(during.code() == Code::conflict);
    CHECK(during.hint() == "Finish that: caas posts take-back " + id.text());
    CHECK(after.code() == Code::conflict);
    CHECK(after.hint() == "Schedule its content anew.");
}

TEST_CASE("a thread that the platform refused says why, also after it was taken back") {
    Removing rig;

    const auto after = rig.take_back(
        rig.add_thread(PostState::failed, 2, "platform_refused", "The platform refused it."));

    CHECK(after.code == "platform_refused");
    CHECK(after.message == "The platform refused it.");
}

}  // namespace
}  // namespace caas::delivery
