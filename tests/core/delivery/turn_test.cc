#include "core/delivery/turn.h"

#include <doctest/doctest.h>

#include "tests/core/delivery/rig.h"

namespace caas::delivery {
namespace {

using std::chrono::minutes;

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

}  // namespace
}  // namespace caas::delivery
