#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "core/delivery/attempt.h"
#include "core/delivery/change.h"
#include "core/delivery/hold_back.h"
#include "core/delivery/post.h"
#include "tests/core/delivery/rig.h"

namespace caas::delivery {
namespace {

using std::chrono::hours;

// Posts of which a part is out, by what it became.
struct Shelf {
    void put(
        const AccountId& account, PostState state, const std::string& remote_id, Instant settled) {
        auto draft = rig.draft();
        draft.account = account;
        const auto id = rig.add(draft);
        rig.write([&](store::Transaction& transaction) {
            transaction.execute(
                R"(UPDATE post
SET state = $2, parts_published = 1, settled_at = $3, updated_at = $3,
    wake_at = CASE WHEN $2 = 'retrying' THEN wake_at END
WHERE id = $1)",
                {id, std::string(name(state)), settled});
            add_step(transaction, id, AttemptState::done, remote_id);
        });
    }

    // In the order of the alphabet.
    std::string others(Milliseconds reach) { return joined(made(reach).names); }

    std::string seen() {
        std::vector<std::string> addresses;
        for (const auto& one : made(hours(1)).seen)
            addresses.push_back(one.url);
        return joined(std::move(addresses));
    }

    Made made(Milliseconds reach) {
        return made_by_others(rig.reader(), rig.post(own), accounts, rig.clock.now() - reach);
    }

    static std::string joined(std::vector<std::string> words) {
        std::ranges::sort(words);
        std::string out;
        for (const auto& one : words)
            out += (out.empty() ? "'" : ", '") + one + "'";
        return out;
    }

    // A person said of a post in doubt that it was sent.
    void confirm(const std::string& url, bool is_held_back = false) {
        const auto id = rig.add_post();
        rig.force(id, PostState::unconfirmed);
        rig.write([&](store::Transaction& transaction) {
            if (!is_held_back)
                add_step(transaction, id, AttemptState::unknown);
            else
                transaction.execute(
                    "UPDATE post SET code = $2 WHERE id = $1", {id, held_back_code});
            reconcile_sent(transaction, rig.workspace, id, url, rig.clock.now());
        });
    }

    void add_step(
        store::Transaction& transaction,
        const PostId& post,
        AttemptState state,
        const std::string& remote_id = "") {
        Attempt attempt;
        attempt.id = rig.ids.make<AttemptId>();
        attempt.post = post;
        attempt.step = "create";
        attempt.state = state;
        attempt.publishes = true;
        attempt.engine = EngineId("engine");
        attempt.remote_id = remote_id;
        insert_attempt(transaction, attempt);
    }

    Rig rig;
    const PostId own = rig.add_post();
    std::vector<AccountId> accounts{rig.account};  // of the identity
};

TEST_CASE("what the other posts of an account became is known, whatever their state, and no more") {
    Shelf shelf;
    const auto now = shelf.rig.clock.now();
    const auto& mine = shelf.rig.account;
    const auto other = shelf.rig.add_account("other");
    shelf.put(mine, PostState::published, "published", now);
    shelf.put(mine, PostState::published, "long ago", now - hours(48));
    shelf.put(mine, PostState::failed, "half out", now);
    shelf.put(mine, PostState::retrying, "goes on", now - hours(48));
    shelf.put(mine, PostState::unconfirmed, "in doubt", now - hours(48));
    shelf.put(other, PostState::published, "elsewhere", now);
    shelf.put(other, PostState::unconfirmed, "in doubt elsewhere", now);

    CHECK(shelf.others(hours(1)) == "'goes on', 'half out', 'in doubt', 'published'");
    CHECK(shelf.others(hours(72)) == "'goes on', 'half out', 'in doubt', 'long ago', 'published'");
}

TEST_CASE("a thread of another content that failed half out is known as well") {
    Shelf shelf;
    const auto now = shelf.rig.clock.now();
    const auto mine = std::pair(shelf.rig.content, shelf.rig.version);
    shelf.rig.content = ContentId("content-2");
    shelf.rig.version = VersionId("version-2");
    shelf.rig.write([&](store::Transaction& transaction) {
        Rig::add_content(transaction, shelf.rig.workspace, shelf.rig.content, shelf.rig.version);
    });
    shelf.put(shelf.rig.account, PostState::failed, "half out", now);
    shelf.put(shelf.rig.account, PostState::failed, "long ago", now - hours(48));
    std::tie(shelf.rig.content, shelf.rig.version) = mine;

    CHECK(shelf.others(hours(1)) == "'half out'");
}

TEST_CASE("what is out of a thread that another account has in hand is known as well") {
    Shelf shelf;
    const auto now = shelf.rig.clock.now();
    shelf.accounts.push_back(shelf.rig.add_account("other"));
    shelf.put(shelf.accounts.back(), PostState::publishing, "begun", now);
    shelf.rig.write([&](store::Transaction& transaction) {
        transaction.execute(
            R"(UPDATE post
SET wake_at = NULL
WHERE state = 'publishing')",
            {});
        transaction.execute(
            R"(UPDATE lane
SET post_id = (SELECT id FROM post WHERE state = 'publishing')
WHERE account_id = $1)",
            {shelf.accounts.back()});
    });

    CHECK(shelf.others(hours(1)) == "'begun'");
}

TEST_CASE("what went out of the same identity's other accounts is known as well") {
    Shelf shelf;
    const auto now = shelf.rig.clock.now();
    shelf.accounts.push_back(shelf.rig.add_account("other"));
    shelf.put(shelf.rig.account, PostState::published, "here", now);
    shelf.put(shelf.accounts.back(), PostState::published, "there", now);
    shelf.put(shelf.accounts.back(), PostState::unconfirmed, "in doubt there", now);

    CHECK(shelf.others(hours(1)) == "'here', 'in doubt there', 'there'");
}

TEST_CASE("what a person said was sent is known by the address they gave, also by none") {
    Shelf shelf;
    shelf.confirm("https://example.org/1");
    shelf.confirm("");

    CHECK(shelf.seen() == "'', 'https://example.org/1'");
    CHECK(shelf.others(hours(1)).empty());
}

TEST_CASE("what a person said of a thread's part counts no more once that is long ago") {
    Shelf shelf;
    shelf.put(shelf.rig.account, PostState::paused, "", shelf.rig.clock.now());
    shelf.rig.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE attempt SET ended_at = $1", {shelf.rig.clock.now() - hours(48)});
    });

    CHECK(shelf.seen().empty());
    CHECK(shelf.made(hours(72)).seen.size() == 1);
}

TEST_CASE("what a restore held back and a person saw is known without a step") {
    Shelf shelf;
    shelf.confirm("https://example.org/1", true);
    shelf.confirm("", true);

    CHECK(shelf.seen() == "'', 'https://example.org/1'");
}

}  // namespace
}  // namespace caas::delivery
