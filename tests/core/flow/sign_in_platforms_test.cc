// Connecting LinkedIn, Instagram, Threads, Facebook and Mastodon with a browser.
#include <nlohmann/json.hpp>

#include "core/flow/authorize.h"
#include "core/flow/connect.h"
#include "tests/core/flow/sign_in_rig.h"

namespace caas::flow {
namespace {

using namespace std::chrono_literals;
using platform::AccountState;
using platform::SignInState;

// All applications, a public address, and one pretend platform.
template <typename Platform>
struct Rig {
    template <typename... More>
    explicit Rig(std::string id, More... more)
        : platform_id(std::move(id)), home(variables(platform_id)), server(home.clock, more...) {
        callback = std::string(public_url) + "/api/v1/oauth/" + platform_id + "/callback";
        server.add_client("client", "client-secret", {callback, loopback});
        home.http.handler = [this](const net::Request& request) { return server.handle(request); };
        home.store.write([&](store::Transaction& transaction) {
            access::set_email(transaction, home.owner.person, "ana@example.org");
        });
    }

    static std::map<std::string, std::string> variables(std::string id) {
        for (auto& c : id)
            c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        std::map<std::string, std::string> out{{"CAAS_HTTP_PUBLIC_URL", public_url}};
        if (id != "MASTODON") {
            out["CAAS_PLATFORMS_" + id + "_CLIENT_ID"] = "client";
            out["CAAS_PLATFORMS_" + id + "_CLIENT_SECRET"] = "client-secret";
        }
        return out;
    }

    BegunSignIn begin(
        const std::string& kind = "",
        const std::string& redirect_uri = "",
        const std::string& identity = "") {
        SignInOrder order;
        order.identity = identity;
        order.platform = platform_id;
        order.kind = kind;
        order.redirect_uri = redirect_uri;
        order.is_local = true;
        order.base_url = base_url;
        return begin_sign_in(home.tools, home.owner, order);
    }

    SignInStep finish(const BegunSignIn& begun) {
        return finish_sign_in(
            home.tools, home.owner, begun.pending.id, server.approve(begun.authorize_url));
    }

    platform::Access open(const AccountId& id) {
        return home.store.read(
            [&](store::Reader& reader) { return open_account(home.tools, reader, id); });
    }

    std::vector<notice::Mail> mails() {
        notice::deliver_mail(
            {home.store, mailer, home.tools.vault, home.clock, home.random, home.log});
        return mailer.taken;
    }

    Checked check(const std::string& name) { return check_account(home.tools, home.owner, name); }

    AccountState check_state(const AccountId& id) {
        return home.store.read(
            [&](store::Reader& reader) { return platform::load_account(reader, id).state; });
    }

    std::string platform_id;
    std::string base_url;
    std::string callback;
    fake::Home home;
    Platform server;
    KeptMail mailer;
};

using LinkedIn = Rig<sandbox::PretendLinkedInSignIn>;
using Meta = Rig<sandbox::PretendMetaSignIn>;
using Facebook = Rig<sandbox::PretendFacebookSignIn>;
using Mastodon = Rig<sandbox::PretendMastodonSignIn>;

TEST_CASE("a person on LinkedIn is asked for no right over organizations, and PKCE is not sent") {
    LinkedIn it("linkedin");
    const auto begun = it.begin();
    CHECK(begun.authorize_url.find("code_challenge") == std::string::npos);
    CHECK(begun.authorize_url.find("organization") == std::string::npos);
    CHECK(begun.authorize_url.find("w_member_social") != std::string::npos);

    const auto account = *it.finish(begun).account;

    CHECK(account.remote_id == "urn:li:person:782bbtaQ");
    CHECK(account.handle == "Ana Sandbox");
    const auto access = it.open(account.id);
    CHECK(access.base_url == "https://api.linkedin.com");
    CHECK(access.application.api_version == "202609");
    CHECK(access.credentials.refresh.empty());
    CHECK(it.check(account.name).missing_scopes.empty());
}

TEST_CASE("an organization on LinkedIn is chosen among those the person may post for") {
    LinkedIn it("linkedin");
    const auto begun = it.begin("organization");
    const auto step = it.finish(begun);
    CHECK(step.pending.state == SignInState::choosing);
    REQUIRE(step.pending.choices.size() == 2);
    CHECK(step.pending.choices.at(0).handle == "Acme");
    CHECK(step.pending.choices.at(1).handle == "urn:li:organization:2000");
    CHECK(fake::code_of([&] {
              choose_sign_in(
                  it.home.tools, it.home.owner, begun.pending.id, "urn:li:organization:3000");
          }) == "invalid");

    const auto done =
        choose_sign_in(it.home.tools, it.home.owner, begun.pending.id, "urn:li:organization:1000");
    CHECK(done.account->name == "Acme");
    const auto checked = it.check("Acme");
    CHECK(checked.identity.remote_id == "urn:li:organization:1000");
    CHECK(checked.missing_scopes.empty());
    CHECK(fake::code_of([&] { it.begin("company"); }) == "invalid");
}

TEST_CASE("a choice that was offered before the program was replaced can still be made") {
    LinkedIn it("linkedin");
    const auto begun = it.begin("organization");
    REQUIRE(it.finish(begun).pending.state == SignInState::choosing);
    // As it was sealed by a program that kept nothing beside the identities.
    it.home.store.write([&](store::Transaction& transaction) {
        const auto place = "sign_in/" + begun.pending.id.text() + "/secret";
        const auto sealed =
            transaction.query("SELECT secret FROM oauth_sign_in WHERE id = $1", {begun.pending.id})
                .at(0)
                .text(0);
        const auto& vault = it.home.tools.vault();
        const auto plain = json::parse(vault.open(sealed, place).reveal(), "what was sealed");
        transaction.execute(
            "UPDATE oauth_sign_in SET secret = $2 WHERE id = $1",
            {begun.pending.id, vault.seal(json::dump(plain.at("identities")), place)});
    });

    const auto done =
        choose_sign_in(it.home.tools, it.home.owner, begun.pending.id, "urn:li:organization:1000");

    CHECK(done.account->name == "Acme");
    CHECK(it.check("Acme").identity.remote_id == "urn:li:organization:1000");
}

TEST_CASE(
    "where LinkedIn renews nothing, people are told 14, 7 and 1 days before, and at the end") {
    LinkedIn it("linkedin");
    const auto account = *it.finish(it.begin()).account;
    const auto end = *it.open(account.id).credentials.expires_at;
    std::vector<Milliseconds> told_before;
    auto again = keep_signed_in(it.home.tools).again;
    while (again) {
        it.home.clock.advance(*again - it.home.clock.now());
        const auto kept = keep_signed_in(it.home.tools);
        if (kept.told > 0)
            told_before.push_back(end - it.home.clock.now());
        again = kept.again;
    }
    CHECK(told_before == std::vector<Milliseconds>{24h * 14, 24h * 7, 24h, 0ms});
    const auto mails = it.mails();
    REQUIRE(mails.size() == 4);
    CHECK(mails.at(0).subject == "The sign-in of Ana Sandbox to LinkedIn ends in 14 days");
    CHECK(mails.at(2).subject == "The sign-in of Ana Sandbox to LinkedIn ends in 1 day");
    CHECK(mails.at(3).subject == "LinkedIn asks for a new sign-in: Ana Sandbox");
    CHECK(it.check_state(account.id) == AccountState::needs_sign_in);
}

TEST_CASE("a daemon that slept through warnings gives the last one only") {
    LinkedIn it("linkedin");
    it.finish(it.begin());
    it.home.clock.advance(24h * 55);
    CHECK(keep_signed_in(it.home.tools).told == 1);
    CHECK(keep_signed_in(it.home.tools).told == 0);
    REQUIRE(it.mails().size() == 1);
    CHECK(it.mails().at(0).subject.find("7 days") != std::string::npos);
}

TEST_CASE("a partner of LinkedIn renews, with the same refresh token until that one ends") {
    LinkedIn it("linkedin");
    it.server.set_partner(true);
    const auto account = *it.finish(it.begin()).account;
    CHECK(it.check(account.name).is_renewed);
    const auto again = *keep_signed_in(it.home.tools).again;
    CHECK(again - it.home.clock.now() >= 24h * 42);
    it.home.clock.advance(again - it.home.clock.now());
    CHECK(keep_signed_in(it.home.tools).renewed == 1);
}

TEST_CASE("a version of LinkedIn's API that has died is said with its setting") {
    LinkedIn it("linkedin");
    const auto begun = it.begin("organization");
    it.server.set_version("202701");
    const auto error = fake::thrown_by([&] { it.finish(begun); });
    CHECK(error.code() == Code::platform_refused);
    CHECK(std::string(error.what()).find("202609") != std::string::npos);
    CHECK(error.hint().find("platforms.linkedin.api_version") != std::string::npos);
}

TEST_CASE("Instagram and Threads give a token of sixty days, which renews itself") {
    for (const bool is_instagram : {true, false}) {
        CAPTURE(is_instagram);
        Meta it(
            is_instagram ? "instagram" : "threads",
            is_instagram ? sandbox::PretendMetaSignIn::Kind::instagram
                         : sandbox::PretendMetaSignIn::Kind::threads);
        const auto begun = it.begin();
        CHECK(begun.authorize_url.find("%2C") != std::string::npos);
        const auto account = *it.finish(begun).account;
        CHECK(account.handle == (is_instagram ? "sandbox.gram" : "sandbox.threads"));
        const auto old = it.open(account.id).credentials;
        CHECK(old.expires_at == it.home.clock.now() + 24h * 60);
        CHECK(it.server.is_valid(old.access.reveal()));
        CHECK(it.check(account.name).missing_scopes.empty());

        const auto again = *keep_signed_in(it.home.tools).again;
        CHECK(again - it.home.clock.now() >= 24h * 42);
        it.home.clock.advance(again - it.home.clock.now());
        // An answer that is lost costs nothing: the old one still works.
        it.server.queue(sandbox::PlatformFault::lost_after);
        keep_signed_in(it.home.tools);
        it.home.clock.advance(10min);
        CHECK(keep_signed_in(it.home.tools).renewed == 1);
        CHECK_FALSE(it.open(account.id).credentials.access == old.access);

        it.server.revoke_all();
        CHECK(fake::code_of([&] { it.check(account.name); }) == "platform_sign_in");
        CHECK(it.check_state(account.id) == AccountState::needs_sign_in);
    }
}

TEST_CASE("Meta sends browsers back to https only, and that is said before anything is asked") {
    Meta it("threads", sandbox::PretendMetaSignIn::Kind::threads);
    const auto error = fake::thrown_by([&] { it.begin("", loopback); });
    CHECK(error.details().at(0).rule == "redirect_uri.https");
    CHECK(it.home.http.asked.empty());
}

TEST_CASE("a page on Facebook is chosen, with its own token and no end") {
    Facebook it("facebook");
    const auto begun = it.begin();
    CHECK(begun.authorize_url.starts_with("https://www.facebook.com/v26.0/dialog/oauth?"));
    const auto step = it.finish(begun);
    REQUIRE(step.pending.choices.size() == 2);
    CHECK(step.pending.choices.at(0).handle == "Acme");
    CHECK(step.pending.choices.at(1).handle == "Beta");

    const auto done = choose_sign_in(it.home.tools, it.home.owner, begun.pending.id, "1000");

    CHECK(done.account->handle == "Acme");
    const auto access = it.open(done.account->id);
    CHECK_FALSE(access.credentials.expires_at.has_value());
    CHECK_FALSE(keep_signed_in(it.home.tools).again.has_value());
    const auto checked = it.check("Acme");
    CHECK(checked.missing_scopes.empty());
    CHECK(checked.account.scopes.find("email") == std::string::npos);
    it.server.revoke_all();
    CHECK(fake::code_of([&] { it.check("Acme"); }) == "platform_sign_in");
}

TEST_CASE("of several pages on Facebook the page of the daemon offers the one that was asked for") {
    Facebook it("facebook");
    const auto land = [&](const std::string& identity) {
        const auto begun = it.begin("", "", identity);
        const auto back = net::parse_url(it.server.approve(begun.authorize_url));
        return land_sign_in(it.home.tools, "facebook", back->query, "");
    };

    for (const auto* named : {"Beta", "2000"}) {
        const auto landed = land(named);
        REQUIRE(landed.step.pending.choices.size() == 1);
        CHECK(landed.step.pending.choices.front().handle == "Beta");
        CHECK(fake::code_of([&] {
                  confirm_sign_in(it.home.tools, landed.confirmation.reveal(), "1000");
              }) == "invalid");
    }
    const auto error = fake::thrown_by([&] { land("Gamma"); });
    CHECK(error.code() == Code::invalid);
    CHECK(std::string(error.what()).find("`Gamma`") != std::string::npos);
    CHECK(std::string(error.what()).find("Acme, Beta") != std::string::npos);
}

TEST_CASE(
    "a code that Facebook does not take, and an application it does not know, are told apart") {
    Facebook it("facebook");
    auto begun = it.begin();
    const auto back = it.server.approve(begun.authorize_url);
    it.home.clock.advance(9min);
    it.server.add_client("client", "another secret", {it.callback});
    CHECK(fake::code_of([&] {
              finish_sign_in(it.home.tools, it.home.owner, begun.pending.id, back);
          }) == "platform_refused");
    it.server.add_client("client", "client-secret", {it.callback});
    begun = it.begin();
    CHECK(fake::code_of([&] {
              finish_sign_in(it.home.tools, it.home.owner, begun.pending.id, "made-up-by-nobody");
          }) == "platform_sign_in");
}

TEST_CASE("caas registers itself once at an instance of Mastodon and revokes what it was given") {
    Mastodon it("mastodon");
    it.base_url = "mastodon.example";
    const auto begun = it.begin("", loopback);
    CHECK(begun.authorize_url.starts_with("https://mastodon.example/oauth/authorize?"));
    CHECK(begun.authorize_url.find("code_challenge=") != std::string::npos);
    const auto account = *it.finish(begun).account;
    CHECK(account.handle == "sandbox@mastodon.example");
    CHECK(account.base_url == "https://mastodon.example");
    CHECK_FALSE(account.secret_expires_at.has_value());
    it.begin("", loopback);
    CHECK(it.server.applications() == 1);
    it.base_url = "https://mastodon.example/";
    it.begin("", loopback);
    CHECK(it.server.applications() == 1);
    CHECK(it.check(account.name).missing_scopes.empty());

    const auto token = it.open(account.id).credentials.access.reveal();
    CHECK(it.server.is_valid(token));
    disconnect_account(it.home.tools, it.home.owner, account.name);
    CHECK_FALSE(it.server.is_valid(token));
}

TEST_CASE("somebody elsewhere cannot send the daemon to an instance in its own network") {
    Mastodon it("mastodon");
    SignInOrder order;
    order.platform = "mastodon";
    order.base_url = "https://mastodon.example";
    const auto begun = begin_sign_in(it.home.tools, it.home.remote(), order);
    REQUIRE_FALSE(it.home.http.asked.empty());
    CHECK(it.home.http.asked.back().only_public_addresses);
    const auto account = *it.finish(begun).account;
    CHECK(it.home.http.asked.back().only_public_addresses);
    CHECK(account.config.find("public_only") != std::string::npos);
}

}  // namespace
}  // namespace caas::flow
