#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "core/delivery/attempt.h"
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
            Attempt attempt;
            attempt.id = rig.ids.make<AttemptId>();
            attempt.post = id;
            attempt.step = "create";
            attempt.state = AttemptState::done;
            attempt.publishes = true;
            attempt.engine = EngineId("engine");
            attempt.remote_id = remote_id;
            insert_attempt(transaction, attempt);
        });
    }

    // In the order of the alphabet.
    std::string others(Milliseconds reach) {
        const auto post = rig.post(own);
        auto made = made_by_others(rig.reader(), post, rig.clock.now() - reach);
        std::ranges::sort(made);
        std::string out;
        for (const auto& one : made)
            out += (out.empty() ? "" : ", ") + one;
        return out;
    }

    Rig rig;
    const PostId own = rig.add_post();
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

    CHECK(shelf.others(hours(1)) == "goes on, half out, in doubt, published");
    CHECK(shelf.others(hours(72)) == "goes on, half out, in doubt, long ago, published");
}

}  // namespace
}  // namespace caas::delivery
