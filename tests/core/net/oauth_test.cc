#include "core/net/oauth.h"

#include <doctest/doctest.h>

#include "core/base/digest.h"
#include "tests/fake/fake_random.h"

namespace caas::net {
namespace {

const OauthClient confidential{"an id", Secret("s:ecret"), ClientProof::basic};

std::string header(const Request& request, std::string_view name) {
    for (const auto& [key, value] : request.headers) {
        if (key == name)
            return value;
    }
    return "";
}

Response answer(int status, std::string body) {
    return {status, {}, std::move(body)};
}

TEST_CASE("the challenge is the verifier's digest, as RFC 7636 prints it in its appendix B") {
    CHECK(
        challenge_of(Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")) ==
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST_CASE("a verifier is long enough and never the same") {
    fake::FakeRandom random;
    const auto one = make_verifier(random);
    const auto other = make_verifier(random);
    CHECK(one.reveal().size() == 43);
    CHECK_FALSE(one == other);
}

TEST_CASE("the authorize page is asked with everything encoded, and without PKCE where it is not") {
    AuthorizePage page{
        "https://x.com/i/oauth2/authorize",
        "client",
        "http://127.0.0.1:7/callback",
        "tweet.read users.read",
        "st&te",
        "",
        {{"force_login", "true"}}};
    CHECK(
        authorize_url(page) ==
        "https://x.com/i/oauth2/authorize?response_type=code&client_id=client&redirect_uri="
        "http%3A%2F%2F127.0.0.1%3A7%2Fcallback&scope=tweet.read%20users.read&state=st%26te"
        "&force_login=true");
    page.challenge = "abc";
    CHECK(
        authorize_url(page).find("&code_challenge=abc&code_challenge_method=S256") !=
        std::string::npos);
}

TEST_CASE("a code is traded with the application's proof in the header, once and never again") {
    const auto request = code_request(
        "https://api.x.com/2/oauth2/token", confidential, "c de", "http://l/cb", Secret("verify"));
    CHECK(request.method == "POST");
    CHECK(request.is_create);
    CHECK(header(request, "Content-Type") == "application/x-www-form-urlencoded");
    CHECK(header(request, "Authorization") == "Basic " + to_base64("an%20id:s%3Aecret"));
    CHECK(
        request.body ==
        "grant_type=authorization_code&code=c%20de&redirect_uri=http%3A%2F%2Fl%2Fcb"
        "&code_verifier=verify");
}

TEST_CASE("a public client names itself in the body, and so does one whose platform wants it") {
    const OauthClient open{"id", Secret(), ClientProof::basic};
    auto request = refresh_request("https://t", open, Secret("r"));
    CHECK(header(request, "Authorization").empty());
    CHECK(request.body == "grant_type=refresh_token&refresh_token=r&client_id=id");
    const OauthClient posted{"id", Secret("s"), ClientProof::body};
    request = code_request("https://t", posted, "c", "u", Secret());
    CHECK(header(request, "Authorization").empty());
    CHECK(
        request.body ==
        "grant_type=authorization_code&code=c&redirect_uri=u&client_id=id&client_secret=s");
    CHECK(
        revoke_request("https://t", posted, Secret("t k")).body ==
        "token=t%20k&client_id=id&client_secret=s");
}

TEST_CASE("what comes back from a browser is read from a query, a URL or a bare code") {
    auto read = read_callback("code=a%2Fb&state=s");
    CHECK(read.code == "a/b");
    CHECK(read.state == "s");
    read = read_callback("  http://127.0.0.1:1/callback?state=s&code=c#_ \n");
    CHECK(read.code == "c");
    CHECK(read.state == "s");
    CHECK(read_callback(" a-code-on-its-own\n").code == "a-code-on-its-own");
    read = read_callback("https://h/?error=access_denied&error_description=No+thanks&state=s");
    CHECK(read.code.empty());
    CHECK(read.error == "access_denied");
    CHECK(read.description == "No thanks");
    CHECK(read_callback("").code.empty());
    CHECK(read_callback("YmFyZSBhbmQgYWxvbmU==").code == "YmFyZSBhbmQgYWxvbmU==");
    CHECK(read_callback("http://127.0.0.1:1/callback").code.empty());
    // What no platform would give.
    CHECK(read_callback("garbage").code.empty());
    CHECK(read_callback("words that are not a code").code.empty());
    CHECK(read_callback("sixteen-bytes-\xc3\xa9\xc3\xa9").code.empty());
}

TEST_CASE("a token answer says what was granted and for how long") {
    const auto read = read_token(answer(
        200,
        R"({"token_type":"bearer","expires_in":7200,"access_token":"a","scope":"x y",)"
        R"("refresh_token":"r","refresh_token_expires_in":31536000})"));
    const auto& token = std::get<TokenAnswer>(read);
    CHECK(token.access.reveal() == "a");
    CHECK(token.refresh.reveal() == "r");
    CHECK(token.lifetime == std::chrono::hours(2));
    CHECK(token.refresh_lifetime == std::chrono::hours(24 * 365));
    CHECK(token.scope == "x y");
    const auto bare = std::get<TokenAnswer>(read_token(answer(200, R"({"access_token":"a"})")));
    CHECK_FALSE(bare.lifetime.has_value());
    CHECK(bare.refresh.empty());
    const auto odd =
        std::get<TokenAnswer>(read_token(answer(200, R"({"access_token":"a","expires_in":-5})")));
    CHECK_FALSE(odd.lifetime.has_value());
}

TEST_CASE("a refusal is told from nonsense, and the application's from the person's") {
    const auto refused =
        read_token(answer(400, R"({"error":"invalid_grant","error_description":"It was used."})"));
    CHECK(std::get<OauthRefusal>(refused).error == "invalid_grant");
    CHECK(std::get<OauthRefusal>(refused).description == "It was used.");
    CHECK_FALSE(std::get<OauthRefusal>(refused).is_about_client());
    const auto client = read_token(answer(401, R"({"error":"unauthorized_client"})"));
    CHECK(std::get<OauthRefusal>(client).is_about_client());
    CHECK(std::get<OauthNonsense>(read_token(answer(502, "<html>"))).status == 502);
    CHECK(std::get<OauthNonsense>(read_token(answer(200, "{}"))).status == 200);
    // A server's fault says nothing of the token, whatever its body says.
    CHECK(
        std::get<OauthNonsense>(read_token(answer(500, R"({"error":"invalid_grant"})"))).status ==
        500);
}

}  // namespace
}  // namespace caas::net
