// A sign-in that runs out in the middle of a thread: it is renewed with the very server that gave
// it out, the thread goes on where it was, and no part is there twice. One pretend platform signs
// in and publishes here.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/delivery/attempt.h"
#include "core/flow/authorize.h"
#include "core/flow/plan.h"
#include "core/net/url.h"
#include "core/sandbox/site.h"
#include "tests/core/flow/run_engine.h"
#include "tests/fake/home.h"

namespace caas::flow {
namespace {

constexpr auto loopback = "http://127.0.0.1:8765/callback";

struct Rig {
    explicit Rig(std::string platform) : id(std::move(platform)) {
        home.http.handler = [this](const net::Request& request) {
            auto result = site.answer(request);
            const auto* response = std::get_if<net::Response>(&result);
            // A trade of tokens is never repeated either.
            const bool makes_part = request.is_create && response != nullptr &&
                                    request.url.find("/oauth") == std::string::npos &&
                                    response->status >= 200 && response->status < 300;
            if (makes_part && after_part)
                after_part(++parts);
            return result;
        };
    }

    platform::Account connect() {
        SignInOrder order;
        order.platform = id;
        order.name = "mine";
        order.redirect_uri = loopback;
        order.is_local = true;
        const auto begun = begin_sign_in(home.tools, home.owner, order);
        const auto back = site.platforms.find_sign_in(id)->approve(begun.authorize_url);
        return *finish_sign_in(home.tools, home.owner, begun.pending.id, back).account;
    }

    delivery::Post publish(const std::vector<std::string>& texts) {
        When when;
        when.in_seconds = 0;
        const auto post =
            make_posts(
                home.tools, home.owner, {home.add(texts).id.text(), std::nullopt, {"mine"}, when})
                .at(0);
        fake::run_engine(home);
        return home.store.read([&](store::Reader& reader) {
            return delivery::get_post(reader, home.owner.workspace, post.id);
        });
    }

    std::vector<std::string> seen() {
        std::vector<std::string> texts;
        for (const auto& post : site.platforms.find(id)->shown())
            texts.push_back(post.text);
        return texts;
    }

    sandbox::PretendAuthorization& sign_in() { return *site.platforms.find_sign_in(id); }

    std::string id;
    fake::Home home{{}, {{"sandbox.enabled", "--sandbox", "true"}}};
    sandbox::Site site{home.clock, {"http://127.0.0.1:8001", "salt"}, {}};
    int parts = 0;
    std::function<void(int)> after_part;  // with how many are out
};

const std::vector<std::string> thread{"One", "Two", "Three"};

TEST_CASE("X's token runs out in the middle of a thread, by its own time") {
    Rig rig("x");
    rig.connect();
    rig.after_part = [&](int parts) {
        if (parts == 1)
            rig.home.clock.advance(std::chrono::hours(2));
    };

    const auto post = rig.publish(thread);

    CAPTURE(post.message);
    CHECK(post.state == delivery::PostState::published);
    CHECK(rig.seen() == thread);
    CHECK(rig.sign_in().refreshes() == 1);
}

TEST_CASE("X's token runs out after each part of a thread, and is renewed each time") {
    Rig rig("x");
    rig.connect();
    rig.after_part = [&](int parts) {
        if (parts < 3)
            rig.home.clock.advance(std::chrono::hours(2));
    };

    const auto post = rig.publish(thread);

    CAPTURE(post.message);
    CHECK(post.state == delivery::PostState::published);
    CHECK(rig.seen() == thread);
    CHECK(rig.sign_in().refreshes() == 2);
}

TEST_CASE("LinkedIn's token runs out between a post and its comments, for a partner") {
    Rig rig("linkedin");
    rig.sign_in().set_partner(true);
    rig.connect();
    rig.after_part = [&](int parts) {
        if (parts == 1)
            rig.site.platforms.linkedin.arm(sandbox::PlatformFault::expired_token);
    };

    const auto post = rig.publish(thread);

    CAPTURE(post.message);
    CHECK(post.state == delivery::PostState::published);
    CHECK(rig.seen() == thread);
    CHECK(rig.sign_in().refreshes() == 1);
}

TEST_CASE("who has no refresh token at LinkedIn is asked to sign in, and the thread waits") {
    Rig rig("linkedin");
    const auto account = rig.connect();
    rig.after_part = [&](int parts) {
        if (parts == 1)
            rig.site.platforms.linkedin.arm(sandbox::PlatformFault::expired_token);
    };

    const auto post = rig.publish(thread);

    CAPTURE(post.message);
    CHECK(post.state == delivery::PostState::paused);
    CHECK(rig.seen() == std::vector<std::string>{"One"});
    const auto state = rig.home.store.read(
        [&](store::Reader& reader) { return platform::load_account(reader, account.id).state; });
    CHECK(state == platform::AccountState::needs_sign_in);
}

TEST_CASE("a sign-in that was taken back in the middle of a thread stops it there") {
    Rig rig("x");
    rig.connect();
    rig.after_part = [&](int parts) {
        if (parts == 2)
            rig.sign_in().revoke_all();
    };

    const auto post = rig.publish(thread);

    CAPTURE(post.message);
    CHECK(post.state == delivery::PostState::paused);
    CHECK(rig.seen() == std::vector<std::string>{"One", "Two"});
}

}  // namespace
}  // namespace caas::flow
