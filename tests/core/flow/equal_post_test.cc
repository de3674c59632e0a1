// Two posts with the same words: what became of one says nothing of the other. On a pretend
// Mastodon, which takes the same words as often as they come, and a pretend LinkedIn, which does
// not.
#include <doctest/doctest.h>

#include "core/delivery/change.h"
#include "core/delivery/post.h"
#include "core/flow/plan.h"
#include "core/platform/account.h"
#include "core/sandbox/platform_sandbox.h"
#include "tests/core/flow/run_engine.h"
#include "tests/fake/home.h"

namespace caas {
namespace {

using delivery::PostState;
using sandbox::PlatformFault;

// On a server that is not known to honour keys.
platform::NewAccount on_mastodon() {
    platform::NewAccount wanted;
    wanted.platform = "mastodon";
    wanted.identity.remote_id = "109000000000000001";
    wanted.identity.handle = "sandbox";
    wanted.identity.base_url = "https://mastodon.sandbox";
    wanted.identity.credentials.access = Secret("sandbox-token");
    return wanted;
}

// A member's, whose posts nobody can list; what is in doubt is sent again.
platform::NewAccount on_linkedin() {
    using sandbox::PretendLinkedin;
    platform::NewAccount wanted;
    wanted.platform = "linkedin";
    wanted.on_unknown = platform::OnUnknown::resend;
    wanted.identity.remote_id = PretendLinkedin::member;
    wanted.identity.handle = "Ana";
    wanted.identity.base_url = "https://linkedin.sandbox";
    wanted.identity.credentials.access = Secret(std::string(PretendLinkedin::member_token));
    return wanted;
}

struct Studio {
    explicit Studio(const platform::NewAccount& wanted = on_mastodon())
        : platforms(home.clock, Secret("of-a-test")) {
        home.http.handler = [this](const net::Request& request) { return platforms.send(request); };
        connect(wanted, "words");
    }

    void connect(platform::NewAccount wanted, const std::string& name) {
        wanted.workspace = home.owner.workspace;
        wanted.name = name;
        wanted.identity.config = "{}";
        home.store.write([&](store::Transaction& transaction) {
            return platform::insert_account(
                transaction, home.ids, home.tools.vault, wanted, home.clock.now());
        });
    }

    delivery::Post publish(const std::string& text, const std::string& account = "words") {
        flow::When when;
        when.in_seconds = 0;
        const auto post =
            flow::make_posts(
                home.tools, home.owner, {home.add({text}).id.text(), std::nullopt, {account}, when})
                .at(0);
        return after_run(post.id);
    }

    // How it is when what is due was carried.
    delivery::Post after_run(const PostId& post) {
        fake::run_engine(home);
        return home.store.read([&](store::Reader& reader) {
            return delivery::get_post(reader, home.owner.workspace, post);
        });
    }

    fake::Home home;
    sandbox::PlatformSandbox platforms;
};

TEST_CASE("a post that never arrived is not taken for an equal one that went out before") {
    Studio studio;
    REQUIRE(studio.publish("We meet at noon").state == PostState::published);
    studio.platforms.mastodon.queue(PlatformFault::lost_before);

    const auto second = studio.publish("We meet at noon");

    CHECK(second.state == PostState::unconfirmed);
    CHECK(second.url.empty());
    CHECK(studio.platforms.mastodon.statuses().size() == 1);
}

TEST_CASE("a post that arrived is found beside an equal one that went out before") {
    Studio studio;
    const auto first = studio.publish("We meet at noon");
    studio.platforms.mastodon.queue(PlatformFault::lost_after);

    const auto second = studio.publish("We meet at noon");

    CHECK(second.state == PostState::published);
    CHECK(second.remote_id != first.remote_id);
    CHECK(studio.platforms.mastodon.statuses().size() == 2);
}

// A person said that it was sent, and not where it is.
void confirm_somewhere(Studio& studio, const std::string& text) {
    studio.platforms.mastodon.queue(PlatformFault::lost_before);
    const auto post = studio.publish(text);
    REQUIRE(post.state == PostState::unconfirmed);
    studio.home.store.write([&](store::Transaction& transaction) {
        return delivery::reconcile_sent(
            transaction, studio.home.owner.workspace, post.id, "", studio.home.clock.now());
    });
}

TEST_CASE("a post that arrived is found, whatever else a person said was sent somewhere") {
    Studio studio;
    confirm_somewhere(studio, "We met at nine");
    studio.platforms.mastodon.queue(PlatformFault::lost_after);

    CHECK(studio.publish("We meet at noon").state == PostState::published);
}

TEST_CASE("an equal post may be what a person said was sent somewhere") {
    Studio studio;
    confirm_somewhere(studio, "We meet at noon");
    studio.platforms.mastodon.queue(PlatformFault::lost_after);

    CHECK(studio.publish("We meet at noon").state == PostState::unconfirmed);
}

TEST_CASE("a post is not taken for an equal one of the same identity under another name") {
    Studio studio;
    studio.connect(on_mastodon(), "again");
    REQUIRE(studio.publish("We meet at noon").state == PostState::published);
    studio.platforms.mastodon.queue(PlatformFault::lost_before);

    const auto second = studio.publish("We meet at noon", "again");

    CHECK(second.state == PostState::unconfirmed);
    CHECK(second.url.empty());
    CHECK(studio.platforms.mastodon.statuses().size() == 1);
}

TEST_CASE("a post that LinkedIn refuses for an equal one of ours does not get its address") {
    Studio studio(on_linkedin());
    const auto first = studio.publish("We meet at noon");
    REQUIRE(first.state == PostState::published);
    studio.platforms.linkedin.queue(PlatformFault::lost_before);
    auto second = studio.publish("We meet at noon");

    // Looked for again, then sent again and refused.
    for (int minute = 0; minute < 3; ++minute) {
        studio.home.clock.advance(std::chrono::minutes(1));
        second = studio.after_run(second.id);
    }

    CHECK(second.tries > 0);
    CHECK(second.state == PostState::unconfirmed);
    CHECK(second.url.empty());
    CHECK(studio.platforms.linkedin.posts().size() == 1);
}

}  // namespace
}  // namespace caas
