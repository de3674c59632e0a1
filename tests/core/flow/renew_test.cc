// Staying signed in: renewed ahead, one program at a time, and never given up on a guess.
#include "core/flow/renew.h"

#include <nlohmann/json.hpp>

#include "core/flow/connect.h"
#include "core/flow/doors.h"
#include "core/sandbox/platform_sandbox.h"
#include "tests/core/flow/sign_in_rig.h"

namespace caas::flow {
namespace {

using namespace std::chrono_literals;
using platform::AccountState;
using sandbox::PlatformFault;
using Rig = SignInRig;

TEST_CASE("a token is renewed after three quarters of its life and not before") {
    Rig it;
    const auto account = it.connect();
    const auto old = it.open(account.id).credentials;
    const auto due = *it.keep().again;
    const auto life = due - it.home.clock.now();
    CHECK(life >= 84min);  // 70 % of two hours
    CHECK(life <= 96min);  // 80 %

    it.home.clock.advance(life - 1ms);
    CHECK(it.keep().renewed == 0);
    it.home.clock.advance(1ms);
    CHECK(it.keep().renewed == 1);

    const auto fresh = it.open(account.id).credentials;
    CHECK_FALSE(fresh.access == old.access);
    CHECK_FALSE(fresh.refresh == old.refresh);
    CHECK(fresh.expires_at == it.home.clock.now() + 2h);
    CHECK(it.x.is_valid(fresh.access.reveal()));
    CHECK(it.x.refreshes() == 1);
    CHECK(*it.keep().again > it.home.clock.now() + 1h);
}

TEST_CASE("accounts that were connected together are not renewed together") {
    Rig it;
    std::set<Instant> times;
    for (const auto* name : {"one", "two", "three", "four"})
        times.insert(*it.renewal(it.connect(name).id)->refresh_at);
    CHECK(times.size() == 4);
}

TEST_CASE("for a week of renewals an account stays signed in, each refresh token used once") {
    Rig it;
    const auto account = it.connect();
    const auto end = it.home.clock.now() + 24h * 7;
    int renewed = 0;
    while (it.home.clock.now() < end)
        renewed += it.keep_next().renewed;
    CHECK(renewed > 100);
    CHECK(it.x.refreshes() == renewed);
    CHECK(it.account(account.id).state == AccountState::active);
    CHECK(it.x.is_valid(it.open(account.id).credentials.access.reveal()));
}

TEST_CASE("while one program renews, another does not, and takes what the first got") {
    Rig it;
    const auto account = it.connect();
    const auto old = it.open(account.id);
    const platform::Tools seams{it.home.http, it.home.clock, it.home.random};
    const auto& driver = platform::get("x");
    std::string second;
    bool is_nested = false;

    // Does something in the midst of the first one's call.
    struct Nested final : net::HttpClient {
        std::function<void()> during;
        net::HttpClient* http = nullptr;

        net::Result send(const net::Request& request) override {
            if (during)
                std::exchange(during, {})();
            return http->send(request);
        }
    };

    Nested nested;
    nested.http = &it.home.http;
    nested.during = [&] {
        is_nested = true;
        second = fake::code_of([&] { renew(it.home.tools, driver, old, seams); });
        CHECK(it.keep().renewed == 0);
    };

    const auto fresh = renew(it.home.tools, driver, old, {nested, it.home.clock, it.home.random});

    CHECK(is_nested);
    CHECK(second == "platform_unavailable");
    CHECK(it.x.refreshes() == 1);
    // Who comes later with the old one is given the new one, and nobody is asked.
    CHECK(renew(it.home.tools, driver, old, seams).credentials.access == fresh.credentials.access);
    CHECK(it.x.refreshes() == 1);
}

TEST_CASE("whatever fails in passing never disconnects, and is tried again a while later") {
    for (const auto fault :
         {PlatformFault::unreachable,
          PlatformFault::lost_before,
          PlatformFault::error_before,
          PlatformFault::rate_limit}) {
        CAPTURE(sandbox::name(fault));
        Rig it;
        const auto account = it.connect();
        const auto old = it.open(account.id).credentials.refresh;
        it.x.set_always(fault);
        it.keep_next();
        for (int i = 0; i < 20; ++i) {
            const auto before = it.home.clock.now();
            it.keep_next();
            CHECK(it.home.clock.now() - before <= 10min);
            CHECK(it.account(account.id).state == AccountState::active);
            CHECK(it.open(account.id).credentials.refresh == old);
        }
        it.x.set_always(PlatformFault::none);
        CHECK(it.keep_next().renewed == 1);
        CHECK(it.account(account.id).state == AccountState::active);
        CHECK(it.mails().empty());
    }
}

TEST_CASE("an answer of X that is lost is asked for once more, then a person is, in clear words") {
    for (const auto fault :
         {PlatformFault::lost_after,
          PlatformFault::late,
          PlatformFault::error_after,
          PlatformFault::proxy_page,
          PlatformFault::cut_off}) {
        CAPTURE(sandbox::name(fault));
        Rig it;
        const auto account = it.connect("work");
        const auto old = it.open(account.id).credentials.refresh;
        it.x.queue(fault);

        it.keep_next();
        CHECK(it.account(account.id).state == AccountState::active);
        CHECK(it.open(account.id).credentials.refresh == old);
        CHECK(it.renewal(account.id)->begun_at.has_value());

        CHECK(it.keep_next().told == 1);
        CHECK(it.x.refreshes() == 2);
        const auto now = it.account(account.id);
        CHECK(now.state == AccountState::needs_sign_in);
        CHECK(now.state_reason->find("was lost on its way") != std::string::npos);
        CHECK(now.state_reason->find("only once") != std::string::npos);
        CHECK_FALSE(it.keep().again.has_value());
        const auto mails = it.mails();
        REQUIRE(mails.size() == 1);
        CHECK(mails.at(0).to == "ana@example.org");
        CHECK(mails.at(0).subject == "X asks for a new sign-in: work");
        CHECK(mails.at(0).text.find("caas account connect x --name work") != std::string::npos);
        CHECK(mails.at(0).text.find("was lost on its way") != std::string::npos);
    }
}

TEST_CASE("a program that dies in the midst of a renewal leaves the mark, and another goes on") {
    Rig it;
    const auto account = it.connect();
    // It died after the question and before the answer was kept: X has spent the token.
    const auto old = it.open(account.id);
    it.home.store.write([&](store::Transaction& transaction) {
        CHECK(platform::hold_renewal(transaction, account.id, it.home.clock.now(), renewal_span));
    });
    platform::get("x").refresh(old, {it.home.http, it.home.clock, it.home.random});

    it.home.clock.advance(2h);
    it.keep();
    CHECK(it.account(account.id).state == AccountState::needs_sign_in);
    CHECK(it.account(account.id).state_reason->find("was lost") != std::string::npos);
}

TEST_CASE("a program that dies before it asks costs nothing") {
    Rig it;
    const auto account = it.connect();
    it.home.clock.advance(100min);
    it.home.store.write([&](store::Transaction& transaction) {
        CHECK(platform::hold_renewal(transaction, account.id, it.home.clock.now(), renewal_span));
    });
    CHECK(it.keep().renewed == 0);
    it.home.clock.advance(renewal_span);
    CHECK(it.keep().renewed == 1);
}

TEST_CASE("a revoked sign-in pauses the account, keeps its queue and tells the owner") {
    Rig it;
    const auto account = it.connect("work");
    const auto post = it.schedule("work").id;
    it.x.revoke_all();

    CHECK(it.keep_next().told == 1);
    CHECK(it.state_of(post) == delivery::PostState::paused);

    const auto now = it.account(account.id);
    CHECK(now.state == AccountState::needs_sign_in);
    CHECK(now.state_reason->find("no longer accepts the sign-in") != std::string::npos);
    CHECK(now.state_reason->find("lost") == std::string::npos);
    REQUIRE(it.mails().size() == 1);
    CHECK(it.mails().at(0).text.find("not out yet (1) wait") != std::string::npos);
    // Nothing more is asked of X, and nothing more is told, until somebody signs in again.
    const int asked = it.x.requests();
    it.home.clock.advance(12h);
    it.keep();
    CHECK(it.x.requests() == asked);
    CHECK(it.mails().size() == 1);

    CHECK(it.connect("work").id == account.id);
    CHECK(it.account(account.id).state == AccountState::active);
    CHECK(it.state_of(post) == delivery::PostState::scheduled);
    CHECK(it.keep_next().renewed == 1);
}

TEST_CASE("an application that is not accepted any more is no reason to disconnect people") {
    Rig it;
    const auto account = it.connect();
    it.x.add_client("x-client", "a new secret", {loopback});
    it.keep_next();
    it.keep_next();
    CHECK(it.account(account.id).state == AccountState::active);
    it.x.add_client("x-client", "x-client-secret", {loopback});
    CHECK(it.keep_next().renewed == 1);
}

TEST_CASE("without a refresh token the sign-in lasts as long as its token, and then asks") {
    Rig it;
    it.x.set_granted({"tweet.read", "tweet.write", "users.read", "media.write"});
    const auto account = it.connect();
    CHECK(it.open(account.id).credentials.refresh.empty());
    it.home.clock.advance(2h - 1s);
    it.keep();
    CHECK(it.account(account.id).state == AccountState::active);
    it.home.clock.advance(1s);
    CHECK(it.keep().told == 1);
    CHECK(it.account(account.id).state == AccountState::needs_sign_in);
    CHECK(it.x.refreshes() == 0);
}

TEST_CASE("a person who signs in while a renewal is under way wins") {
    for (const auto fault : {PlatformFault::none, PlatformFault::lost_after}) {
        CAPTURE(sandbox::name(fault));
        Rig it;
        const auto account = it.connect("work");
        it.home.clock.advance(100min);
        std::optional<Secret> newest;
        it.before = [&](const net::Request& request) {
            if (newest || request.body.find("refresh_token") == std::string::npos)
                return;
            newest = Secret("under way");
            platform::Identity identity;
            identity.remote_id = account.remote_id;
            identity.handle = account.handle;
            identity.config = "{}";
            identity.credentials.access = Secret("by hand");
            identity.credentials.refresh = Secret("by hand too");
            it.home.store.write([&](store::Transaction& transaction) {
                keep_account(
                    it.home.tools,
                    transaction,
                    it.home.owner,
                    {"x", "work", std::nullopt},
                    identity);
            });
            it.x.queue(fault);
        };
        it.keep();
        CHECK(newest.has_value());
        CHECK(it.account(account.id).state == AccountState::active);
        CHECK(it.open(account.id).credentials.access.reveal() == "by hand");
    }
}

TEST_CASE("an account that a person paused is renewed as well, and stays paused when it is lost") {
    Rig it;
    const auto account = it.connect("work");
    pause_account(it.home.tools, it.home.owner, "work");
    CHECK(it.keep_next().renewed == 1);
    it.x.revoke_all();
    CHECK(it.keep_next().told == 1);
    CHECK(it.account(account.id).state == AccountState::paused);
    CHECK(it.mails().size() == 1);
}

TEST_CASE("a lost answer of Bluesky is asked for again while the old token still gives it") {
    fake::Home home;
    sandbox::PlatformSandbox platforms(home.clock, Secret("unused"));
    platforms.bluesky.add_account("ana.example.org", "abcd-efgh-ijkl-mnop");
    home.http.handler = [&](const net::Request& request) { return platforms.send(request); };
    ConnectOrder order;
    order.platform = "bluesky";
    order.identifier = "ana.example.org";
    order.secret = Secret("abcd-efgh-ijkl-mnop");
    order.is_local = true;
    const auto account = connect_account(home.tools, home.owner, order);
    const auto due = *keep_signed_in(home.tools).again;
    CHECK(due - home.clock.now() >= 84min);
    home.clock.advance(due - home.clock.now());
    platforms.bluesky.queue(PlatformFault::lost_after);

    const auto lost = keep_signed_in(home.tools);
    CHECK(lost.renewed == 0);
    // The old token works two hours more (PDS 0.4.217); we are back long before that.
    CHECK(*lost.again - home.clock.now() <= 10min);
    home.clock.advance(*lost.again - home.clock.now());
    CHECK(keep_signed_in(home.tools).renewed == 1);
    CHECK(
        check_account(home.tools, home.owner, account.name).account.state == AccountState::active);
}

TEST_CASE("what cannot even be begun is put off and does not keep anybody busy") {
    Rig it;
    const auto account = it.connect();
    it.home.clock.advance(100min);
    it.home.store.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE account SET secret = 'v1.nobody.AAAA' WHERE id = $1", {account.id});
    });
    const auto kept = it.keep();
    CHECK(kept.renewed == 0);
    REQUIRE(kept.again.has_value());
    CHECK(*kept.again > it.home.clock.now());
    CHECK(it.account(account.id).state == AccountState::active);
}

TEST_CASE("an engine renews through the same door") {
    Rig it;
    const auto account = it.connect();
    int mailed = 0;
    const auto doors = make_doors(it.home.tools, [&] { ++mailed; });
    const auto old = it.open(account.id);
    const platform::Tools seams{it.home.http, it.home.clock, it.home.random};
    const auto fresh = doors.renew(platform::get("x"), old, seams);
    CHECK(it.open(account.id).credentials.access == fresh.access);

    it.home.store.write([&](store::Transaction& transaction) {
        doors.stop(transaction, account.id, {true, "x.http_401", "X says: Unauthorized"});
    });
    CHECK(mailed == 1);
    CHECK(it.account(account.id).state == AccountState::needs_sign_in);
    CHECK(it.mails().size() == 1);
}

}  // namespace
}  // namespace caas::flow
