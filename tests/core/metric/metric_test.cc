// When numbers are asked for, and how they are kept.
#include <doctest/doctest.h>

#include "core/metric/round.h"
#include "core/metric/sample.h"
#include "core/store/store.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/folder.h"

namespace caas::metric {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// A store with one workspace, and posts that were published.
class Rig {
  public:
    Rig() : store(database_.connector(), clock) {
        store.write([&](store::Transaction& t) {
            t.execute(
                "INSERT INTO organization (id, name, slug, created_at) VALUES ('o', 'O', 'o', 0)",
                {});
            for (const auto& id : {workspace, elsewhere})
                t.execute(
                    "INSERT INTO workspace (id, organization_id, name, zone, created_at) "
                    "VALUES ($1, 'o', $1, 'UTC', 0)",
                    {id});
            t.execute(
                R"(INSERT INTO account (id, workspace_id, platform, name, handle, remote_id,
    base_url, config, state, catch_up_ms, on_unknown, created_at, updated_at)
VALUES ('a', $1, 'test', 'a', 'a', 'a', '', '{}', 'active', 0, 'ask', 0, 0))",
                {workspace});
            t.execute(
                "INSERT INTO content (id, workspace_id, title, latest, created_at, updated_at) "
                "VALUES ('c', $1, 'C', 1, 0, 0)",
                {workspace});
            t.execute(
                R"(INSERT INTO version (id, workspace_id, content_id, number, body, digest, origin,
    created_at)
VALUES ('v', $1, 'c', 1, '{}', '', 'written', 0))",
                {workspace});
        });
    }

    PostId add_post(const std::string& name) {
        const PostId id(name);
        store.write([&](store::Transaction& t) {
            t.execute(
                R"(INSERT INTO post (id, workspace_id, account_id, content_id, version_id, platform,
    state, due_at, tries, looks, parts, parts_published, created_at, updated_at, settled_at)
VALUES ($1, $2, 'a', 'c', 'v', 'test', 'published', 0, 0, 0, 1, 1, 0, 0, 0))",
                {id, workspace});
        });
        return id;
    }

    PostId enroll(const std::string& name) {
        auto id = add_post(name);
        store.write([&](store::Transaction& t) {
            metric::enroll(t, id, workspace, clock.now(), clock.now());
        });
        return id;
    }

    std::vector<Round> claim(int most = 10) {
        return store.write(
            [&](store::Transaction& t) { return claim_rounds(t, clock.now(), most); });
    }

    std::optional<Milliseconds> wait() {
        const auto next = store.read(next_round);
        return next ? std::optional(std::chrono::duration_cast<Milliseconds>(*next - clock.now()))
                    : std::nullopt;
    }

    std::vector<Sample> samples(const WorkspaceId& of, const PostId& post, int most = 10) {
        return store.read(
            [&](store::Reader& reader) { return list_samples(reader, of, post, most); });
    }

    fake::FakeClock clock;
    const WorkspaceId workspace{"w"};
    const WorkspaceId elsewhere{"e"};

  private:
    fake::Folder folder_;
    fake::Database database_{folder_.path()};

  public:
    store::Store store;
};

TEST_CASE("a young post is asked for often, an old one seldom, after a month no more") {
    Milliseconds before{};
    for (int number = 0; age_at(number); ++number) {
        CHECK(*age_at(number) > 2 * before);
        before = *age_at(number) - before;
    }
    CHECK(age_at(0) == minutes(10));
    CHECK_FALSE(age_at(8).has_value());
    CHECK_FALSE(age_at(-1).has_value());
}

TEST_CASE("what was missed while nobody looked is not made up for") {
    const Instant published{};

    CHECK(round_after(0, published, published) == 0);
    CHECK(round_after(0, published, published + minutes(30)) == 0);
    CHECK(round_after(0, published, published + hours(2)) == 1);
    CHECK(round_after(3, published, published + hours(2)) == 3);
    CHECK(round_after(0, published, published + hours(2000)) == 7);
    CHECK_FALSE(round_after(8, published, published).has_value());
}

TEST_CASE("rounds follow one another as the post grows older") {
    Rig it;
    const auto post = it.enroll("p");
    CHECK(it.wait() == minutes(10));
    CHECK(it.claim().empty());

    it.clock.advance(minutes(10));
    const auto rounds = it.claim();
    REQUIRE(rounds.size() == 1);
    CHECK(rounds[0].post == post);
    it.store.write([&](store::Transaction& t) { finish_round(t, rounds[0], it.clock.now()); });

    CHECK(it.wait() == minutes(50));
}

TEST_CASE("a round is one caller's, until its time is over") {
    Rig it;
    it.enroll("p");
    it.enroll("q");
    it.clock.advance(minutes(10));

    CHECK(it.claim(1).size() == 1);
    CHECK(it.claim().size() == 1);
    CHECK(it.claim().empty());
    it.clock.advance(minutes(2));
    CHECK(it.claim().size() == 2);
}

TEST_CASE("a round is held for as long as it takes, unless another has taken it up") {
    Rig it;
    it.enroll("p");
    it.clock.advance(minutes(10));
    auto round = it.claim().at(0);
    const auto hold = [&] {
        return it.store.write(
            [&](store::Transaction& t) { return hold_round(t, round, it.clock.now()); });
    };
    CHECK(is_held(round, it.clock.now()));

    it.clock.advance(minutes(3));
    CHECK_FALSE(is_held(round, it.clock.now()));
    CHECK(hold());
    CHECK(is_held(round, it.clock.now()));
    CHECK(it.claim().empty());

    it.clock.advance(minutes(3));
    REQUIRE(it.claim().size() == 1);
    CHECK_FALSE(hold());
}

TEST_CASE("a round that fails three times is given up for the next one") {
    Rig it;
    it.enroll("p");
    it.clock.advance(minutes(10));
    for (int tries = 0; tries < 3; ++tries) {
        const auto rounds = it.claim();
        REQUIRE(rounds.size() == 1);
        CHECK(rounds[0].number == 0);
        CHECK(rounds[0].tries == tries);
        it.store.write([&](store::Transaction& t) {
            postpone_round(t, rounds[0], it.clock.now() + minutes(5), "away", it.clock.now());
        });
        if (tries < 2)
            it.clock.advance(minutes(5));
    }
    CHECK(it.wait() == minutes(40));
    it.clock.advance(minutes(40));
    CHECK(it.claim().at(0).number == 1);
}

TEST_CASE("a post that ends is asked for no more, and none is enrolled twice") {
    Rig it;
    const auto post = it.enroll("p");
    it.store.write([&](store::Transaction& t) {
        end_rounds(t, post, "gone");
        enroll(t, post, it.workspace, it.clock.now(), it.clock.now());
    });
    CHECK_FALSE(it.wait().has_value());
}

TEST_CASE("a post that was published long ago is not asked for at all") {
    Rig it;
    const auto post = it.add_post("old");
    it.store.write([&](store::Transaction& t) {
        enroll(t, post, it.workspace, it.clock.now() - hours(800), it.clock.now());
    });
    CHECK_FALSE(it.wait().has_value());
}

TEST_CASE("samples are listed newest first, parts in order, for their workspace only") {
    Rig it;
    const auto post = it.add_post("p");
    const auto first = it.clock.now();
    const auto keep = [&](int part, const Numbers& numbers) {
        it.store.write([&](store::Transaction& t) {
            keep_sample(t, post, it.workspace, {it.clock.now(), part, numbers});
        });
    };
    keep(0, {{"likes", 1}});
    it.clock.advance(hours(1));
    keep(1, {{"likes", 2}, {"replies", 0}});
    keep(0, {{"likes", 5}});

    const auto all = it.samples(it.workspace, post);

    REQUIRE(all.size() == 3);
    CHECK(all[0].part == 0);
    CHECK(all[0].numbers == Numbers{{"likes", 5}});
    CHECK(all[1].part == 1);
    CHECK(all[1].numbers == Numbers{{"likes", 2}, {"replies", 0}});
    CHECK(all[2].taken_at == first);
    CHECK(it.samples(it.workspace, post, 1).size() == 2);
    CHECK(it.samples(it.elsewhere, post).empty());
}

TEST_CASE("how far published posts were looked through is remembered") {
    Rig it;
    CHECK_FALSE(it.store.read(enrolled_until).has_value());
    it.store.write([&](store::Transaction& t) {
        set_enrolled_until(t, it.clock.now());
        set_enrolled_until(t, it.clock.now() + hours(1));
    });
    CHECK(it.store.read(enrolled_until) == it.clock.now() + hours(1));
}

}  // namespace
}  // namespace caas::metric
