// The pretend authorization servers are as strict as the real ones.
#include "core/sandbox/authorization.h"

#include <doctest/doctest.h>

#include "core/net/oauth.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"

namespace caas::sandbox {
namespace {

using net::OauthRefusal;
using net::TokenAnswer;

constexpr auto redirect = "http://127.0.0.1:8765/callback";
const net::OauthClient client{"id", Secret("secret"), net::ClientProof::basic};

struct Site {
    Site() { x.add_client("id", "secret", {redirect}); }

    net::AuthorizePage page() const {
        return {
            "https://x.example/i/oauth2/authorize",
            "id",
            redirect,
            "tweet.read offline.access",
            "state",
            net::challenge_of(verifier),
            {}};
    }

    std::string code(const net::AuthorizePage& asked) {
        return net::read_callback(x.approve(net::authorize_url(asked))).code;
    }

    net::TokenResult ask(const net::Request& request) {
        return net::read_token(std::get<net::Response>(x.handle(request)));
    }

    net::TokenResult trade(const std::string& code, const std::string& uri = redirect) {
        return ask(net::code_request(token_url, client, code, uri, verifier));
    }

    std::string token_url = "https://x.example/2/oauth2/token";
    fake::FakeClock clock;
    fake::FakeRandom random;
    Secret verifier = net::make_verifier(random);
    PretendXSignIn x{clock};
};

TEST_CASE("a code of the pretend X works once, for thirty seconds, with its verifier and address") {
    Site site;
    CHECK(std::holds_alternative<TokenAnswer>(site.trade(site.code(site.page()))));
    const auto late = site.code(site.page());
    site.clock.advance(std::chrono::seconds(30));
    CHECK(std::holds_alternative<OauthRefusal>(site.trade(late)));
    CHECK(std::holds_alternative<OauthRefusal>(
        site.trade(site.code(site.page()), "http://127.0.0.1:8765/other")));
    auto other = site.page();
    other.challenge = net::challenge_of(net::make_verifier(site.random));
    CHECK(std::holds_alternative<OauthRefusal>(site.trade(site.code(other))));

    const auto code = site.code(site.page());
    const auto first = std::get<TokenAnswer>(site.trade(code));
    CHECK(site.x.is_valid(first.access.reveal()));
    CHECK(std::holds_alternative<OauthRefusal>(site.trade(code)));
    // A code that two people have is worth nothing to either.
    CHECK_FALSE(site.x.is_valid(first.access.reveal()));
}

TEST_CASE("nobody is sent to an address that is not registered, letter by letter") {
    Site site;
    for (const auto* uri :
         {"http://127.0.0.1:8766/callback",
          "http://127.0.0.1:8765/callback/",
          "http://localhost:8765/callback"}) {
        auto page = site.page();
        page.redirect_uri = uri;
        CHECK(site.x.approve(net::authorize_url(page)).empty());
    }
}

TEST_CASE("X without PKCE, and LinkedIn with it, are refused") {
    Site site;
    auto page = site.page();
    page.challenge.clear();
    CHECK(net::read_callback(site.x.approve(net::authorize_url(page))).error == "invalid_request");

    PretendLinkedInSignIn linkedin(site.clock);
    linkedin.add_client("id", "secret", {redirect});
    page.url = "https://l.example/oauth/v2/authorization";
    const auto code = net::read_callback(linkedin.approve(net::authorize_url(page))).code;
    const net::OauthClient posted{"id", Secret("secret"), net::ClientProof::body};
    const auto ask = [&](const Secret& verifier) {
        return net::read_token(std::get<net::Response>(linkedin.handle(net::code_request(
            "https://l.example/oauth/v2/accessToken", posted, code, redirect, verifier))));
    };
    CHECK(std::get<OauthRefusal>(ask(site.verifier)).error == "invalid_client");
    CHECK(std::holds_alternative<TokenAnswer>(ask(Secret())));
}

TEST_CASE("a refresh token of X works once, and only with the application's proof in the header") {
    Site site;
    const auto first = std::get<TokenAnswer>(site.trade(site.code(site.page())));
    auto posted = client;
    posted.proof = net::ClientProof::body;
    CHECK(
        std::get<OauthRefusal>(
            site.ask(net::refresh_request(site.token_url, posted, first.refresh)))
            .error == "unauthorized_client");
    const auto request = net::refresh_request(site.token_url, client, first.refresh);
    const auto second = std::get<TokenAnswer>(site.ask(request));
    CHECK_FALSE(second.refresh == first.refresh);
    CHECK(std::get<OauthRefusal>(site.ask(request)).error == "invalid_request");
}

TEST_CASE("without offline.access there is no refresh token, and unknown parameters are refused") {
    Site site;
    auto page = site.page();
    page.scope = "tweet.read";
    CHECK(std::get<TokenAnswer>(site.trade(site.code(page))).refresh.empty());
    auto request =
        net::code_request(site.token_url, client, site.code(site.page()), redirect, site.verifier);
    request.body += "&extra=1";
    CHECK(std::get<OauthRefusal>(site.ask(request)).error == "invalid_request");
    request.headers.clear();
    CHECK(std::holds_alternative<OauthRefusal>(site.ask(request)));
}

}  // namespace
}  // namespace caas::sandbox
