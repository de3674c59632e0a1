// Signing in at a real authorization server that was written by others: code, PKCE, refresh tokens
// that rotate, and what happens to those who use one twice.
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/net/curl.h"
#include "core/net/oauth.h"
#include "core/platform/token.h"
#include "tests/real/oidc/browser.h"

namespace caas::real {
namespace {

using net::OauthClient;
using net::OauthRefusal;
using net::TokenAnswer;

std::string setting(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr)
        throw std::runtime_error(std::string(name) + " is not set: start this with run.sh");
    return value;
}

const OauthClient basic{"basic client", Secret("basic:secret"), net::ClientProof::basic};
const OauthClient posted{"post-client", Secret("post-secret"), net::ClientProof::body};
const OauthClient open{"public-client", Secret(), net::ClientProof::basic};

struct Visit {
    std::string code;
    std::string state;
};

struct Site {
    Site()
        : issuer(setting("CAAS_TEST_OIDC")),
          redirect_uri(setting("CAAS_TEST_OIDC_REDIRECT")),
          http(net::curl_client()) {}

    Visit sign_in(const OauthClient& client, const Secret& verifier) {
        const auto url = net::authorize_url(
            {issuer + "/auth",
             client.id,
             redirect_uri,
             "openid offline_access tweet.read tweet.write",
             "st&te",
             verifier.empty() ? std::string() : net::challenge_of(verifier),
             {{"prompt", "consent"}}});
        const auto back = net::read_callback(Browser(*http).allow(url, redirect_uri));
        if (!back.error.empty())
            throw std::runtime_error(back.error + ": " + back.description);
        return {back.code, back.state};
    }

    net::TokenResult ask(const net::Request& request) {
        auto result = http->send(request);
        return net::read_token(std::get<net::Response>(result));
    }

    net::TokenResult trade(
        const OauthClient& client, const std::string& code, const Secret& verifier) {
        return ask(net::code_request(token_url(), client, code, redirect_uri, verifier));
    }

    net::TokenResult refresh(const OauthClient& client, const Secret& token) {
        return ask(net::refresh_request(token_url(), client, token));
    }

    std::string token_url() const { return issuer + "/token"; }

    std::string issuer;
    std::string redirect_uri;
    std::unique_ptr<net::HttpClient> http;
    SystemRandom random;
    SystemClock clock;
};

TEST_CASE("a code and its verifier become tokens, whatever way the application proves itself") {
    Site site;
    for (const auto& client : {basic, posted, open}) {
        CAPTURE(client.id);
        const auto verifier = net::make_verifier(site.random);
        const auto visit = site.sign_in(client, verifier);
        CHECK(visit.state == "st&te");

        const auto result = site.trade(client, visit.code, verifier);

        REQUIRE(std::holds_alternative<TokenAnswer>(result));
        const auto& answer = std::get<TokenAnswer>(result);
        CHECK_FALSE(answer.access.empty());
        CHECK_FALSE(answer.refresh.empty());
        CHECK(answer.lifetime == std::chrono::hours(2));
        CHECK(
            platform::missing_scopes("tweet.read tweet.write", answer.scope) ==
            std::vector<std::string>{});
    }
}

TEST_CASE("another verifier, none, and a code that was used are all refused") {
    Site site;
    const auto verifier = net::make_verifier(site.random);
    auto visit = site.sign_in(basic, verifier);
    CHECK(
        std::get<OauthRefusal>(site.trade(basic, visit.code, net::make_verifier(site.random)))
            .error == "invalid_grant");
    visit = site.sign_in(basic, verifier);
    CHECK(std::get<OauthRefusal>(site.trade(basic, visit.code, Secret())).error == "invalid_grant");

    visit = site.sign_in(basic, verifier);
    CHECK(std::holds_alternative<TokenAnswer>(site.trade(basic, visit.code, verifier)));
    const auto again = std::get<OauthRefusal>(site.trade(basic, visit.code, verifier));
    CHECK(again.error == "invalid_grant");
    CHECK_FALSE(again.is_about_client());
    CHECK_THROWS(site.sign_in(basic, Secret()));
}

TEST_CASE("an application with a wrong secret is told from a person who is not signed in") {
    Site site;
    const auto verifier = net::make_verifier(site.random);
    const auto visit = site.sign_in(basic, verifier);
    auto wrong = basic;
    wrong.secret = Secret("something else");
    const auto refusal = std::get<OauthRefusal>(site.trade(wrong, visit.code, verifier));
    CHECK(refusal.is_about_client());
    CHECK(refusal.status == 401);
}

TEST_CASE("each refresh token works once, and one that is used twice ends them all") {
    Site site;
    const auto verifier = net::make_verifier(site.random);
    const auto visit = site.sign_in(basic, verifier);
    const auto first = std::get<TokenAnswer>(site.trade(basic, visit.code, verifier));

    const auto second = std::get<TokenAnswer>(site.refresh(basic, first.refresh));
    CHECK_FALSE(second.refresh == first.refresh);
    CHECK_FALSE(second.access == first.access);
    const auto third = std::get<TokenAnswer>(site.refresh(basic, second.refresh));

    CHECK(std::get<OauthRefusal>(site.refresh(basic, first.refresh)).error == "invalid_grant");
    CHECK(std::get<OauthRefusal>(site.refresh(basic, third.refresh)).error == "invalid_grant");
}

TEST_CASE("what a driver makes of it: new credentials, or that a person must sign in again") {
    Site site;
    const platform::Tools tools{*site.http, site.clock, site.random};
    const auto& driver = platform::get("x");
    const auto verifier = net::make_verifier(site.random);
    const auto visit = site.sign_in(posted, verifier);
    const auto granted = platform::demand_tokens(
        driver,
        net::code_request(site.token_url(), posted, visit.code, site.redirect_uri, verifier),
        platform::Proof::code,
        tools);
    const auto old = granted.credentials.refresh;
    const auto renew = [&] {
        return platform::demand_tokens(
            driver,
            net::refresh_request(site.token_url(), posted, old),
            platform::Proof::refresh,
            tools);
    };
    CHECK(renew().credentials.expires_at > site.clock.now() + std::chrono::minutes(119));
    try {
        renew();
        FAIL("a refresh token worked twice");
    } catch (const Error& error) {
        CHECK(error.code() == Code::platform_sign_in);
    }
}

TEST_CASE("a revoked token is worth nothing") {
    Site site;
    const auto verifier = net::make_verifier(site.random);
    const auto visit = site.sign_in(basic, verifier);
    const auto answer = std::get<TokenAnswer>(site.trade(basic, visit.code, verifier));
    auto result = site.http->send(
        net::revoke_request(site.issuer + "/token/revocation", basic, answer.refresh));
    CHECK(std::get<net::Response>(result).status == 200);
    CHECK(std::get<OauthRefusal>(site.refresh(basic, answer.refresh)).error == "invalid_grant");
}

}  // namespace
}  // namespace caas::real
