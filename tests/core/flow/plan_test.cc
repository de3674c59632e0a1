// From a version to posts: all or none, checked against each account's platform, each in its time.
#include "core/flow/plan.h"

#include <functional>
#include <span>
#include <utility>

#include <doctest/doctest.h>

#include "core/base/time_zone.h"
#include "core/delivery/attempt.h"
#include "core/platform/account.h"
#include "tests/fake/home.h"

namespace caas {
namespace {

struct Calendar {
    fake::Home home;
    content::Content content = home.add({"Hello from caas."});

    // An account of any platform, connected without asking it.
    platform::Account account(
        const std::string& platform,
        const std::string& name,
        std::optional<std::string> zone = std::nullopt,
        const std::string& config = "{}") {
        return home.store.write([&](store::Transaction& transaction) {
            platform::NewAccount asked;
            asked.workspace = home.owner.workspace;
            asked.platform = platform;
            asked.name = name;
            asked.zone = std::move(zone);
            asked.identity = {name, name, "https://example.org", config, {}};
            return platform::insert_account(
                transaction, home.ids, home.tools.vault, asked, home.clock.now());
        });
    }

    std::vector<delivery::Post> make(
        std::vector<std::string> accounts,
        const flow::When& when = {},
        std::optional<std::int64_t> version = std::nullopt) {
        return flow::make_posts(
            home.tools, home.owner, {content.id.text(), version, std::move(accounts), when});
    }

    delivery::Post repin(const PostId& post, std::int64_t version) {
        return home.store.write([&](store::Transaction& transaction) {
            return flow::repin_post(home.tools, transaction, home.owner.workspace, post, version);
        });
    }

    delivery::Post move(const PostId& post, const flow::When& when) {
        return home.store.write([&](store::Transaction& transaction) {
            return flow::move_post(home.tools, transaction, home.owner, post, when, true);
        });
    }
};

flow::When local(const std::string& text, std::optional<std::string> zone = std::nullopt) {
    flow::When when;
    when.local = text;
    when.zone = std::move(zone);
    return when;
}

flow::When at(Instant instant) {
    flow::When when;
    when.at = instant;
    return when;
}

// Chance that does something else when it is first asked: an order needs it for the id of its post,
// which is when it has read all it goes by and has not begun to write.
class Meddler final : public Random {
  public:
    explicit Meddler(Random& inner) : inner_(inner) {}

    void fill(std::span<std::uint8_t> bytes) override {
        if (meddle)
            std::exchange(meddle, {})();
        inner_.fill(bytes);
    }

    std::function<void()> meddle;

  private:
    Random& inner_;
};

TEST_CASE("what somebody changes while an order is planned counts") {
    Calendar it;
    const auto& home = it.home;
    const auto site = it.account("webhook", "site");
    Meddler chance(it.home.random);
    IdMaker ids(home.clock, chance);
    const flow::Tools tools{
        it.home.store,
        it.home.clock,
        chance,
        ids,
        it.home.http,
        home.settings,
        home.tools.vault,
        it.home.log,
        home.tools.share,
        home.tools.data,
        home.tools.plans};
    const auto make = [&](std::optional<std::int64_t> version = std::nullopt) {
        return flow::make_posts(tools, home.owner, {it.content.id.text(), version, {"site"}, {}});
    };

    SUBCASE("a new version goes out") {
        chance.meddle = [&] { it.home.edit(it.content, "Newer."); };
        CHECK(make().at(0).version_number == 2);
    }
    SUBCASE("the version that was asked for goes out all the same") {
        chance.meddle = [&] { it.home.edit(it.content, "Newer."); };
        CHECK(make(1).at(0).version_number == 1);
    }
    SUBCASE("an account that was paused keeps its post") {
        chance.meddle = [&] {
            it.home.clock.advance(Milliseconds(1));
            it.home.store.write([&](store::Transaction& transaction) {
                platform::set_state(
                    transaction, site.id, platform::AccountState::paused, "", home.clock.now());
            });
        };
        CHECK(make().at(0).state == delivery::PostState::paused);
    }
    SUBCASE("content that was deleted is not sent") {
        chance.meddle = [&] {
            it.home.store.write([&](store::Transaction& transaction) {
                content::remove(transaction, home.owner.workspace, home.clock.now(), it.content.id);
            });
        };
        CHECK(fake::code_of([&] { make(1); }) == "not_found");
        CHECK(it.home.count("post") == 0);
    }
    CHECK_FALSE(chance.meddle);
}

TEST_CASE("one order makes a post for each account, once for one named twice") {
    Calendar it;
    it.account("webhook", "site");

    const auto posts = it.make({"outbox", "site", "outbox", "site"});

    REQUIRE(posts.size() == 2);
    CHECK(posts[0].account_name == "outbox");
    CHECK(posts[1].account_name == "site");
    for (const auto& post : posts) {
        CHECK(post.state == delivery::PostState::scheduled);
        CHECK(post.due_at == it.home.clock.now());
        CHECK(post.wake_at == it.home.clock.now());
        CHECK(post.version == it.content.version.id);
        CHECK(post.parts == 1);
    }
    CHECK(it.home.count("post") == 2);
}

TEST_CASE("an order with one account that cannot take it makes no post at all") {
    Calendar it;
    it.account("webhook", "site");
    it.account("mastodon", "toots");
    it.content = it.home.add({std::string(501, 'a')});

    SUBCASE("a broken rule") {
        CHECK(fake::code_of([&] { it.make({"site", "toots"}); }) == "content_rejected");
    }
    SUBCASE("an account that is not there") {
        CHECK(fake::code_of([&] { it.make({"site", "nobody"}); }) == "not_found");
    }
    SUBCASE("no account") {
        CHECK(fake::code_of([&] { it.make({}); }) == "invalid");
    }
    SUBCASE("a version that is not there") {
        CHECK(fake::code_of([&] { it.make({"site"}, {}, 7); }) == "not_found");
    }
    CHECK(it.home.count("post") == 0);
}

TEST_CASE("a refusal says which part breaks which rule") {
    Calendar it;
    it.account("mastodon", "toots");
    it.content = it.home.add({"Fine.", std::string(501, 'a')});

    const auto error = fake::thrown_by([&] { it.make({"toots"}); });

    REQUIRE(error.code() == Code::content_rejected);
    REQUIRE_FALSE(error.details().empty());
    CHECK(error.details().front().pointer == "/parts/1");
    CHECK(error.details().front().rule == "mastodon.text.too_long");
    CHECK(std::string(error.what()).find("mastodon") != std::string::npos);
    const auto id = it.content.id.text();
    CHECK(
        error.hint() ==
        "see `caas lint " + id + " --platform mastodon`, then `caas content edit " + id + "`");
}

TEST_CASE("the limits are those of the account's own server") {
    Calendar it;
    it.account("mastodon", "roomy", std::nullopt, R"({"limits":{"text_limit":1000}})");
    it.account("mastodon", "tight", std::nullopt, R"({"limits":{"text_limit":10}})");
    it.content = it.home.add({std::string(900, 'a')});

    CHECK(it.make({"roomy"}).size() == 1);
    CHECK(fake::code_of([&] { it.make({"tight"}); }) == "content_rejected");
}

TEST_CASE("media that a platform insists on may be missing in a draft but not in a post") {
    fake::Home home;
    content::Body body;
    body.parts = {{"A picture would be here.", {}}};
    platform::Account account;
    account.workspace = home.owner.workspace;
    account.platform = "instagram";
    account.config = "{}";

    const auto report = home.store.read(
        [&](store::Reader& reader) { return flow::lint_for(home.tools, reader, body, account); });

    CHECK_FALSE(report.is_valid());
    CHECK(fake::code_of([&] {
              flow::require_valid(report, home.ids.make<ContentId>());
          }) == "content_rejected");
    const auto earlier = platform::lint(
        platform::get("instagram"),
        std::vector<platform::Part>{{"A picture would be here.", {}}},
        platform::MediaRule::may_come_later);
    CHECK(earlier.is_valid());
}

TEST_CASE("an account that is gone is a conflict") {
    Calendar it;

    const auto gone = it.account("webhook", "site");
    flow::disconnect_account(it.home.tools, it.home.owner, "site");
    CHECK(fake::code_of([&] { it.make({gone.id.text()}); }) == "conflict");
    CHECK(it.home.count("post") == 0);
}

TEST_CASE("a post for an account that rests is made as paused") {
    Calendar it;
    flow::pause_account(it.home.tools, it.home.owner, "outbox");

    const auto posts = it.make({"outbox"});

    CHECK(posts.at(0).state == delivery::PostState::paused);
    CHECK_FALSE(posts.at(0).wake_at);
}

TEST_CASE("a time without a zone is meant in the account's, else in the workspace's") {
    Calendar it;
    it.account("webhook", "berlin", "Europe/Berlin");
    it.home.store.write([&](store::Transaction& transaction) {
        access::change_workspace(
            transaction,
            it.home.owner.organization,
            it.home.owner.workspace,
            std::nullopt,
            "America/New_York");
    });

    const auto posts = it.make({"berlin", "outbox"}, local("2026-12-01 09:00"));
    const auto said = it.make({"berlin"}, local("2026-12-01 09:00", "Asia/Tokyo"));

    CHECK(to_rfc3339(posts.at(0).due_at) == "2026-12-01T08:00:00.000Z");
    CHECK(posts.at(0).zone == "Europe/Berlin");
    CHECK(posts.at(0).local_time == "2026-12-01 09:00");
    CHECK(to_rfc3339(posts.at(1).due_at) == "2026-12-01T14:00:00.000Z");
    CHECK(posts.at(1).zone == "America/New_York");
    CHECK(to_rfc3339(said.at(0).due_at) == "2026-12-01T00:00:00.000Z");
    CHECK(posts.at(0).time_note.empty());
}

TEST_CASE("a post is moved to a time in the account's zone, whichever it was scheduled in") {
    Calendar it;
    it.account("webhook", "berlin", "Europe/Berlin");
    const auto own = it.make({"berlin"}, local("2026-12-01 09:00", "Asia/Tokyo")).at(0);
    const auto other = it.make({"outbox"}, local("2026-12-01 09:00", "Asia/Tokyo")).at(0);

    const auto moved = it.move(own.id, local("2026-12-02 10:00"));
    CHECK(to_rfc3339(moved.due_at) == "2026-12-02T09:00:00.000Z");
    CHECK(moved.zone == "Europe/Berlin");
    const auto in_workspace = it.move(other.id, local("2026-12-02 10:00"));
    CHECK(to_rfc3339(in_workspace.due_at) == "2026-12-02T10:00:00.000Z");
    CHECK(in_workspace.zone == "UTC");
    const auto said = it.move(own.id, local("2026-12-02 10:00", "Asia/Tokyo"));
    CHECK(to_rfc3339(said.due_at) == "2026-12-02T01:00:00.000Z");
    flow::When later;
    later.in_seconds = 3600;
    CHECK(it.move(own.id, later).zone == "Asia/Tokyo");
}

TEST_CASE("a local time that does not exist or happens twice is noted") {
    Calendar it;

    const auto skipped = it.make({"outbox"}, local("2027-03-28 02:30", "Europe/Berlin")).at(0);
    const auto twice = it.make({"outbox"}, local("2027-10-31 02:30", "Europe/Berlin")).at(0);

    CHECK(to_rfc3339(skipped.due_at) == "2027-03-28T01:30:00.000Z");
    CHECK(skipped.time_note == "moved_forward");
    CHECK(to_rfc3339(twice.due_at) == "2027-10-31T00:30:00.000Z");
    CHECK(twice.time_note == "first_of_two");
}

TEST_CASE("times are now, in a while, or at an instant") {
    Calendar it;
    const auto now = it.home.clock.now();
    flow::When later;
    later.in_seconds = 7200;

    CHECK(flow::due_time({}, "UTC", now).at == now);
    CHECK(flow::due_time(later, "UTC", now).at == now + std::chrono::hours(2));
    CHECK(flow::due_time(at(now + Milliseconds(5)), "UTC", now).at == now + Milliseconds(5));
}

TEST_CASE("a time in the past or beyond five years is refused in words") {
    Calendar it;
    const auto now = it.home.clock.now();

    // A moment ago is now for somebody who typed it.
    CHECK(flow::due_time(at(now - std::chrono::seconds(59)), "UTC", now).at < now);
    const auto past = fake::thrown_by(
        [&] { flow::due_time(at(now - std::chrono::seconds(61)), "Europe/Berlin", now); });
    CHECK(past.code() == Code::invalid);
    CHECK(std::string(past.what()) == "The time 2026-11-22 10:58 CET is in the past");
    CHECK(past.hint() == "it is 2026-11-22 11:00 CET now");
    const auto far = at(now + std::chrono::hours(24 * 366 * 5 + 1));
    CHECK(
        fake::thrown_by([&] { flow::due_time(far, "UTC", now); }).details().front().rule ==
        "range");
    for (const auto* text : {"tomorrow", "2026-13-01 09:00", "2026-02-30 09:00", "", "25:00"}) {
        CAPTURE(text);
        CHECK(fake::code_of([&] { flow::due_time(local(text), "UTC", now); }) == "invalid");
    }
    CHECK(fake::code_of([&] {
              flow::due_time(local("2026-12-01 09:00", "Mars/Olympus"), "UTC", now);
          }) == "invalid");
    CHECK(it.home.count("post") == 0);
}

TEST_CASE("a post keeps its version when the content goes on") {
    Calendar it;
    const auto first = it.make({"outbox"}).at(0);
    it.home.edit(it.content, "Second.");
    const auto second = it.make({"outbox"}).at(0);
    const auto named = it.make({"outbox"}, {}, 1).at(0);

    CHECK(first.version_number == 1);
    CHECK(second.version_number == 2);
    CHECK(named.version_number == 1);
    const auto later = it.home.store.read([&](store::Reader& reader) {
        return delivery::get_post(reader, it.home.owner.workspace, first.id);
    });
    CHECK(later.version == it.content.version.id);
}

TEST_CASE("another version can be pinned until the sending begins") {
    Calendar it;
    const auto post = it.make({"outbox"}).at(0);
    it.home.edit(it.content, "Second.");

    const auto pinned = it.repin(post.id, 2);
    CHECK(pinned.version_number == 2);
    CHECK(fake::code_of([&] { it.repin(post.id, 9); }) == "not_found");

    it.home.store.write([&](store::Transaction& transaction) {
        auto after = pinned;
        delivery::enter(after, delivery::PostState::publishing, it.home.clock.now());
        delivery::save(transaction, pinned, after, delivery::Event::claim);
    });
    CHECK(fake::code_of([&] { it.repin(post.id, 1); }) == "conflict");
}

TEST_CASE("a pinned version has to keep the rules of the platform") {
    Calendar it;
    it.account("mastodon", "toots");
    const auto post = it.make({"toots"}).at(0);
    it.home.edit(it.content, std::string(501, 'a'));

    CHECK(fake::code_of([&] { it.repin(post.id, 2); }) == "content_rejected");
}

TEST_CASE("the content and accounts of another workspace are not there") {
    Calendar it;
    const auto stranger = it.home.foreign();

    CHECK(fake::code_of([&] {
              flow::make_posts(
                  it.home.tools, stranger, {it.content.id.text(), std::nullopt, {"outbox"}, {}});
          }) == "not_found");
}

}  // namespace
}  // namespace caas
