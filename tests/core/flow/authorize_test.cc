// Connecting accounts with a browser, against a pretend X.
#include "core/flow/authorize.h"

#include "core/flow/connect.h"
#include "core/flow/sign_in_lost.h"
#include "tests/core/flow/sign_in_rig.h"

namespace caas::flow {
namespace {

using platform::AccountState;
using platform::SignInState;
using Rig = SignInRig;

std::string query_of(const std::string& url) {
    return net::parse_url(url)->query;
}

std::string value_of(const std::string& url, std::string_view name) {
    for (const auto& [key, value] : net::form_decode(query_of(url))) {
        if (key == name)
            return value;
    }
    return "";
}

TEST_CASE("an account of X is connected by what the browser brings back to this machine") {
    Rig it;
    const auto begun = it.begin();
    CHECK(begun.pending.state == SignInState::waiting);
    CHECK(begun.pending.expires_at - it.home.clock.now() == std::chrono::minutes(10));

    const auto step = it.finish(begun, it.x.approve(begun.authorize_url));

    REQUIRE(step.account.has_value());
    CHECK(step.pending.state == SignInState::done);
    CHECK(step.account->state == AccountState::active);
    CHECK(step.account->name == "sandbox");
    CHECK(step.account->remote_id == "2244994945");
    CHECK(step.account->scopes == "tweet.read tweet.write users.read media.write offline.access");
    const auto access = it.open(step.account->id);
    CHECK(it.x.is_valid(access.credentials.access.reveal()));
    CHECK_FALSE(access.credentials.refresh.empty());
    CHECK(access.credentials.expires_at == it.home.clock.now() + std::chrono::hours(2));
    CHECK(access.base_url == "https://api.x.com");
    CHECK(access.application.client_id == "x-client");
    CHECK(it.renewal(step.account->id)->refresh_at.has_value());
}

TEST_CASE("the page is asked with PKCE, a state of its own and only the scopes that are needed") {
    Rig it;
    const auto one = it.begin().authorize_url;
    const auto other = it.begin().authorize_url;

    CHECK(one.starts_with("https://x.com/i/oauth2/authorize?"));
    CHECK(value_of(one, "code_challenge_method") == "S256");
    CHECK(value_of(one, "code_challenge").size() == 43);
    CHECK(value_of(one, "redirect_uri") == loopback);
    CHECK(value_of(one, "scope") == "tweet.read tweet.write users.read media.write offline.access");
    CHECK(value_of(one, "state").size() >= 43);
    CHECK(value_of(one, "state") != value_of(other, "state"));
    CHECK(value_of(one, "code_challenge") != value_of(other, "code_challenge"));
}

TEST_CASE("state, verifier, code and tokens are nowhere on the disk in clear") {
    Rig it;
    const auto begun = it.begin();
    const auto back = it.x.approve(begun.authorize_url);
    it.finish(begun, back);

    CHECK_FALSE(it.is_on_disk(value_of(begun.authorize_url, "state")));
    std::string verifier;
    for (const auto& request : it.home.http.asked) {
        for (const auto& [key, value] : net::form_decode(request.body)) {
            if (key == "code_verifier")
                verifier = value;
        }
    }
    REQUIRE_FALSE(verifier.empty());
    CHECK_FALSE(it.is_on_disk(verifier));
    for (const auto& secret : it.x.given())
        CHECK_FALSE(it.is_on_disk(secret));
    CHECK_FALSE(it.is_on_disk("x-client-secret"));
}

TEST_CASE("an answer works once, for the one who began, and for ten minutes") {
    Rig it;
    auto begun = it.begin();
    const auto back = it.x.approve(begun.authorize_url);
    const auto eve = it.home.foreign();
    CHECK(fake::code_of([&] {
              finish_sign_in(it.home.tools, eve, begun.pending.id, back);
          }) == "not_found");
    CHECK(it.finish(begun, back).pending.state == SignInState::done);
    CHECK(fake::code_of([&] { it.finish(begun, back); }) == "conflict");
    CHECK(it.home.count("account") == 2);

    begun = it.begin();
    it.home.clock.advance(std::chrono::minutes(10));
    CHECK(
        fake::code_of([&] { it.finish(begun, it.x.approve(begun.authorize_url)); }) == "not_found");
    CHECK(
        show_sign_in(it.home.tools, it.home.owner, begun.pending.id).pending.state ==
        SignInState::failed);
}

TEST_CASE("an answer that belongs to another sign-in is refused and still good for its own") {
    Rig it;
    const auto one = it.begin();
    const auto other = it.begin();
    const auto back = it.x.approve(other.authorize_url);

    CHECK(fake::code_of([&] { it.finish(one, back); }) == "invalid");
    CHECK(it.finish(other, back).pending.state == SignInState::done);
}

TEST_CASE("a pasted code alone will do, and nonsense may be pasted again") {
    Rig it;
    const auto begun = it.begin();
    const auto asked = it.home.http.asked.size();
    for (const auto* nonsense :
         {"http://127.0.0.1:8765/callback", "garbage", "so many words that are no code at all"}) {
        const auto error = fake::thrown_by([&] { it.finish(begun, nonsense); });
        CHECK(error.code() == Code::invalid);
        CHECK(std::string(error.what()) == "That is no address with code= and state=");
    }
    CHECK(it.home.http.asked.size() == asked);
    const auto code = value_of(it.x.approve(begun.authorize_url), "code");
    CHECK(it.finish(begun, code + "\n").pending.state == SignInState::done);
}

TEST_CASE("who refuses at the platform, or comes back too late, is told so and connects nothing") {
    Rig it;
    auto begun = it.begin();
    const auto error = fake::thrown_by([&] { it.finish(begun, it.x.deny(begun.authorize_url)); });
    CHECK(error.code() == Code::platform_sign_in);
    CHECK(std::string(error.what()) == "It was refused at X");
    const auto step = show_sign_in(it.home.tools, it.home.owner, begun.pending.id);
    CHECK(step.pending.state == SignInState::failed);
    CHECK(step.pending.message == "It was refused at X");

    begun = it.begin();
    const auto back = it.x.approve(begun.authorize_url);
    it.home.clock.advance(std::chrono::seconds(30));
    CHECK(fake::code_of([&] { it.finish(begun, back); }) == "platform_sign_in");
    CHECK(it.home.count("account") == 1);
}

TEST_CASE("a platform that cannot be reached fails the sign-in in plain words") {
    Rig it;
    const auto begun = it.begin();
    const auto back = it.x.approve(begun.authorize_url);
    it.x.queue(sandbox::PlatformFault::lost_after);
    CHECK(fake::code_of([&] { it.finish(begun, back); }) == "platform_unavailable");
    CHECK(
        show_sign_in(it.home.tools, it.home.owner, begun.pending.id).pending.code ==
        "platform_unavailable");
    // The code was never sent twice.
    CHECK(it.x.requests() == 1);
}

TEST_CASE("an application that the platform does not accept is the operator's matter") {
    Rig it(Variables{{"CAAS_PLATFORMS_X_CLIENT_SECRET", "wrong"}});
    const auto begun = it.begin();
    const auto error =
        fake::thrown_by([&] { it.finish(begun, it.x.approve(begun.authorize_url)); });
    CHECK(error.code() == Code::platform_refused);
    CHECK(error.hint().find("platforms.x.client_secret") != std::string::npos);
}

TEST_CASE("without an application nothing begins, and what to do is said") {
    fake::Home home;
    SignInOrder order;
    order.platform = "x";
    order.redirect_uri = loopback;
    const auto error = fake::thrown_by([&] { begin_sign_in(home.tools, home.owner, order); });
    CHECK(error.code() == Code::invalid);
    CHECK(error.hint().find("developer.x.com") != std::string::npos);
    CHECK(error.hint().find("[platforms.x]") != std::string::npos);
}

TEST_CASE("browsers are sent back to this machine or to the daemon and nowhere else") {
    Rig it;
    for (const auto* elsewhere :
         {"https://evil.example/callback",
          "http://evil.example/callback",
          "https://127.0.0.1:1/callback",
          "urn:ietf:wg:oauth:2.0:oob"})
        CHECK(fake::code_of([&] { it.begin(elsewhere); }) == "invalid");
    const auto error = fake::thrown_by([&] { it.begin(""); });
    CHECK(error.details().at(0).rule == "redirect_uri.required");
}

struct Public : Rig {
    Public() : Rig(Variables{{"CAAS_HTTP_PUBLIC_URL", public_url}}) {}

    Landed land(const std::string& back, const std::string& cookie = "") {
        return land_sign_in(home.tools, "x", query_of(back), cookie);
    }
};

TEST_CASE("a browser that comes back to the daemon must confirm for whom the account is") {
    Public it;
    const auto begun = it.begin("");
    CHECK(begun.pending.redirect_uri == public_url + std::string("/api/v1/oauth/x/callback"));

    const auto landed = it.land(it.x.approve(begun.authorize_url));

    CHECK(landed.step.pending.state == SignInState::choosing);
    CHECK(landed.step.pending.is_for_page);
    CHECK(landed.person == "ana@example.org");
    CHECK(landed.workspace == "ana");
    REQUIRE(landed.step.pending.choices.size() == 1);
    CHECK(landed.step.pending.choices.at(0).handle == "sandbox");
    CHECK(it.home.count("account") == 1);
    // Whoever began cannot go on by themselves: the browser may be somebody else's.
    CHECK(fake::code_of([&] {
              choose_sign_in(it.home.tools, it.home.owner, begun.pending.id, "2244994945");
          }) == "conflict");
    CHECK_FALSE(it.is_on_disk(landed.confirmation.reveal()));

    const auto step = confirm_sign_in(it.home.tools, landed.confirmation.reveal(), "2244994945");
    CHECK(step.pending.state == SignInState::done);
    CHECK(step.account->name == "sandbox");
    CHECK(fake::code_of([&] {
              confirm_sign_in(it.home.tools, landed.confirmation.reveal(), "2244994945");
          }) == "not_found");
}

TEST_CASE("the browser of the one who began need not confirm") {
    Public it;
    const auto begun = it.begin("");
    const auto landed = it.land(it.x.approve(begun.authorize_url), begun.browser.reveal());
    CHECK(landed.step.pending.state == SignInState::done);
    CHECK(show_sign_in(it.home.tools, it.home.owner, begun.pending.id).account->name == "sandbox");
}

TEST_CASE("who refuses on the page of the daemon connects nothing, and the tokens are forgotten") {
    Public it;
    const auto begun = it.begin("");
    const auto landed = it.land(it.x.approve(begun.authorize_url));
    CHECK(
        confirm_sign_in(it.home.tools, landed.confirmation.reveal(), "").pending.state ==
        SignInState::failed);
    CHECK(it.home.count("account") == 1);
    CHECK(it.home.store.read([](store::Reader& reader) {
        return reader.query("SELECT count(*) FROM oauth_sign_in WHERE secret IS NOT NULL", {})
            .front()
            .integer(0);
    }) == 0);
}

TEST_CASE("the daemon takes a state once, knows only its own, and not those of other ways back") {
    Public it;
    const auto begun = it.begin("");
    const auto back = it.x.approve(begun.authorize_url);
    it.land(back);
    CHECK(fake::code_of([&] { it.land(back); }) == "not_found");
    CHECK(fake::code_of([&] { it.land("https://h/?code=c&state=made-up"); }) == "not_found");
    CHECK(fake::code_of([&] { it.land("https://h/?code=c"); }) == "not_found");
    // One that was to come back to somebody's machine.
    const auto own = it.begin(loopback);
    CHECK(fake::code_of([&] { it.land(it.x.approve(own.authorize_url)); }) == "not_found");
}

TEST_CASE("who may connect accounts no more when the browser comes back connects nothing") {
    Public it;
    const auto begun = it.begin("");
    it.home.store.write([&](store::Transaction& transaction) {
        access::set_member(
            transaction,
            it.home.clock.now(),
            it.home.owner.organization,
            it.home.owner.person,
            access::Role::viewer);
    });
    CHECK(fake::code_of([&] {
              it.land(it.x.approve(begun.authorize_url), begun.browser.reveal());
          }) == "forbidden");
    CHECK(it.home.count("account") == 1);
}

TEST_CASE("connecting again takes the account up again with what is new") {
    Rig it;
    const auto first = it.connect("work");
    const auto before = it.open(first.id).credentials.access;
    const auto again = it.connect("work");
    CHECK(again.id == first.id);
    CHECK_FALSE(it.open(first.id).credentials.access == before);
}

TEST_CASE("connecting again without a name takes up the account that lost its sign-in") {
    Rig it;
    const auto work = it.connect("work");
    const auto post = it.schedule("work");
    it.home.store.write([&](store::Transaction& transaction) {
        lose_sign_in(it.home.tools, transaction, work.id, "expired");
    });
    REQUIRE(it.state_of(post.id) == delivery::PostState::paused);

    const auto again = it.connect();

    CHECK(again.id == work.id);
    CHECK(again.name == "work");
    CHECK(again.state == AccountState::active);
    CHECK(it.state_of(post.id) == delivery::PostState::scheduled);
}

TEST_CASE("what asks for a new sign-in names the account, as a shell takes it") {
    Rig it;
    const auto account = it.connect("The shop");
    it.x.revoke_all();
    const auto command = "caas account connect x --name 'The shop'";
    const auto hint_of = [](auto action) { return fake::thrown_by(action).hint(); };
    const auto check = [&] { check_account(it.home.tools, it.home.owner, "The shop"); };

    CHECK(hint_of(check).ends_with(command));
    CHECK(it.account(account.id).state == AccountState::needs_sign_in);
    CHECK(hint_of(check).ends_with(command));
    CHECK(hint_of([&] {
              resume_account(it.home.tools, it.home.owner, "The shop");
          }).ends_with(command));
    const auto mails = it.mails();
    REQUIRE(mails.size() == 1);
    CHECK(mails.at(0).text.find(command) != std::string::npos);
}

TEST_CASE("a handle that names an account of another platform gets the platform behind it") {
    Rig it;
    it.home.store.write([](store::Transaction& transaction) {
        transaction.execute("UPDATE account SET name = 'sandbox' WHERE name = 'outbox'", {});
    });
    CHECK(it.connect().name == "sandbox-x");
    // And keeps it.
    CHECK(it.connect().name == "sandbox-x");
}

TEST_CASE("a check says who it is, what was not allowed and until when it is valid") {
    Rig it;
    it.x.set_granted({"tweet.read", "users.read", "offline.access"});
    const auto account = it.connect();
    const auto checked = check_account(it.home.tools, it.home.owner, account.name);
    CHECK(checked.identity.handle == "sandbox");
    CHECK(checked.missing_scopes == std::vector<std::string>{"tweet.write", "media.write"});
    CHECK(checked.is_renewed);
    CHECK(checked.expires_at == it.home.clock.now() + std::chrono::hours(2));
    CHECK_FALSE(checked.ends_at.has_value());
}

TEST_CASE("a check renews what is too old, once") {
    Rig it;
    const auto account = it.connect();
    it.home.clock.advance(std::chrono::hours(3));
    CHECK(check_account(it.home.tools, it.home.owner, account.name).is_renewed);
    CHECK(it.x.refreshes() == 1);
    CHECK(it.account(account.id).state == AccountState::active);
}

TEST_CASE(
    "disconnecting takes the permission back at the platform, and does not need it to answer") {
    Rig it;
    auto account = it.connect("one");
    const auto token = it.open(account.id).credentials.access.reveal();
    disconnect_account(it.home.tools, it.home.owner, "one");
    CHECK_FALSE(it.x.is_valid(token));

    account = it.connect("two");
    it.x.queue(sandbox::PlatformFault::unreachable);
    disconnect_account(it.home.tools, it.home.owner, "two");
    CHECK(it.account(account.id).state == AccountState::disconnected);
}

}  // namespace
}  // namespace caas::flow
