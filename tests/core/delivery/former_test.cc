// Whether a database that a backup takes the place of knows what became of posts since.
#include "core/delivery/former.h"

#include <doctest/doctest.h>

#include "core/delivery/hold_back.h"
#include "tests/core/delivery/rig.h"

namespace caas::delivery {
namespace {

using std::chrono::hours;

struct Former : Rig {
    Instant made_at = clock.now();  // of the backup
    PostId post = add(draft());

    bool knows() { return knows_since(&reader(), made_at); }

    // A person changed a text an hour after the backup.
    void work() {
        write([&](store::Transaction& transaction) {
            transaction.execute("UPDATE content SET updated_at = $1", {made_at + hours(1)});
        });
    }

    void copy_away() {
        write([&](store::Transaction& transaction) {
            note_copied_away(transaction, made_at + hours(2));
        });
    }
};

TEST_CASE("a database that was worked with after the backup knows what was sent since") {
    Former former;

    former.work();

    CHECK(former.knows());
}

TEST_CASE(
    "a database in which nothing is later than the backup does not know what was sent since") {
    Former former;
    Rig restored;

    CHECK_FALSE(former.knows());
    CHECK_FALSE(knows_since(nullptr, former.made_at));
    CHECK_FALSE(posts_made_since(&former.reader(), restored.reader(), former.made_at));
}

TEST_CASE("a database that was copied into another one does not know what that one sent") {
    Former former;
    Rig restored;
    former.work();

    former.copy_away();
    former.copy_away();

    CHECK_FALSE(former.knows());
    CHECK_FALSE(posts_made_since(&former.reader(), restored.reader(), former.made_at));
}

TEST_CASE("a copy that goes on in its original's stead knows what it sent") {
    Former former;
    former.work();
    former.copy_away();

    former.write(forget_copied_away);

    CHECK(former.knows());
}

TEST_CASE("a post that waits in a database that was left is counted as one nobody knows of") {
    Rig backup;
    Former former;
    auto later = backup.draft();
    later.id = PostId("post-later");
    later.due_at = backup.clock.now() + hours(9);
    backup.add(later);
    former.add(later);
    former.work();
    former.copy_away();

    const auto held = backup.write([&](store::Transaction& transaction) {
        const auto now = backup.clock.now() + hours(2);
        return hold_back(transaction, former.made_at, now, &former.reader());
    });

    CHECK(held.count == 0);
    CHECK(held.unchecked == 1);
}

}  // namespace
}  // namespace caas::delivery
