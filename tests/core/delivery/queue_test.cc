#include "core/delivery/queue.h"

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/core/delivery/rig.h"

namespace caas::delivery {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("the list goes newest first, page by page, without loss or repeat") {
    Rig rig;
    std::vector<PostId> made;
    for (int i = 0; i < 7; ++i) {
        made.push_back(rig.add_post());
        rig.clock.advance(seconds(1));
    }

    std::vector<PostId> listed;
    store::Page page{3, {}};
    do {
        const auto slice = list_posts(rig.reader(), rig.workspace, {}, page);
        for (const auto& post : slice.items)
            listed.push_back(post.id);
        page.cursor = slice.next_cursor.value_or("");
    } while (!page.cursor.empty());

    CHECK(listed == std::vector<PostId>(made.rbegin(), made.rend()));
}

TEST_CASE("the list by due time keeps posts of one instant apart") {
    Rig rig;
    for (int i = 0; i < 5; ++i)
        rig.add_post();
    Filter filter;
    filter.order = Order::due;

    const auto first = list_posts(rig.reader(), rig.workspace, filter, {3, {}});
    const auto second =
        list_posts(rig.reader(), rig.workspace, filter, {3, first.next_cursor.value()});

    CHECK(first.items.size() == 3);
    CHECK(second.items.size() == 2);
    CHECK(second.items[0].id > first.items[2].id);
    CHECK_FALSE(second.next_cursor);
}

TEST_CASE("the list is filtered by state, account, content and time") {
    Rig rig;
    const auto other = rig.add_account("other");
    const auto plain = rig.add_post();
    auto elsewhere = rig.draft();
    elsewhere.account = other;
    elsewhere.due_at += minutes(10);
    rig.add(elsewhere);
    rig.force(plain, PostState::failed);
    const auto count = [&](const Filter& filter) {
        return list_posts(rig.reader(), rig.workspace, filter, {}).items.size();
    };

    CHECK(count({}) == 2);
    CHECK(count({.state = PostState::failed}) == 1);
    CHECK(count({.account = other}) == 1);
    CHECK(count({.content = rig.content}) == 2);
    CHECK(count({.content = ContentId("none")}) == 0);
    CHECK(count({.from = rig.clock.now() + minutes(1)}) == 1);
    CHECK(count({.to = rig.clock.now() + minutes(1)}) == 1);
}

TEST_CASE("another workspace sees nothing") {
    Rig rig;
    const auto id = rig.add_post();

    CHECK(list_posts(rig.reader(), rig.other_workspace, {}, {}).items.empty());
    CHECK(queue_facts(rig.reader(), rig.other_workspace, rig.clock.now()).waiting == 0);
    CHECK_THROWS_AS(get_post(rig.reader(), rig.other_workspace, id), Error);
    CHECK_THROWS_AS(resolve_post(rig.reader(), rig.other_workspace, id.text()), Error);
}

TEST_CASE("an id is found by its beginning or end") {
    Rig rig;
    const auto id = rig.add_post();
    rig.clock.advance(std::chrono::hours(24 * 365));
    rig.add_post();
    const auto& text = id.text();

    CHECK(resolve_post(rig.reader(), rig.workspace, text) == id);
    CHECK(resolve_post(rig.reader(), rig.workspace, text.substr(text.size() - 8)) == id);
    CHECK(resolve_post(rig.reader(), rig.workspace, text.substr(0, 8)) == id);
    CHECK_THROWS_AS(resolve_post(rig.reader(), rig.workspace, "abc"), Error);
    CHECK_THROWS_AS(resolve_post(rig.reader(), rig.workspace, "%%%%"), Error);
    CHECK_THROWS_AS(resolve_post(rig.reader(), rig.workspace, "ffffffff"), Error);
}

TEST_CASE("a beginning that fits several is refused") {
    Rig rig;
    const auto id = rig.add_post();
    rig.add_post();

    CHECK_THROWS_AS(resolve_post(rig.reader(), rig.workspace, id.text().substr(0, 8)), Error);
}

TEST_CASE("the queue's numbers tell what waits and how late it is") {
    Rig rig;
    rig.add_post();
    auto later = rig.draft();
    later.due_at += minutes(10);
    rig.add(later);
    rig.clock.advance(seconds(90));

    for (const auto& facts :
         {queue_facts(rig.reader(), rig.clock.now()),
          queue_facts(rig.reader(), rig.workspace, rig.clock.now())}) {
        CHECK(facts.waiting == 2);
        CHECK(facts.due == 1);
        CHECK(facts.in_hand == 0);
        CHECK(facts.lateness == seconds(90));
        CHECK(facts.next_due == later.due_at - minutes(10));
    }
}

TEST_CASE("an empty queue is not late") {
    Rig rig;

    const auto facts = queue_facts(rig.reader(), rig.clock.now());

    CHECK(facts.waiting == 0);
    CHECK_FALSE(facts.next_due);
    CHECK(facts.lateness == seconds(0));
}

}  // namespace
}  // namespace caas::delivery
