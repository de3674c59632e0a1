#include "core/platform/x/sign_in.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/net/oauth.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/token.h"

namespace caas::platform::x {
namespace {

// Without offline.access there is no refresh token, and every sign-in is over after two hours.
constexpr std::array kinds{
    SignInKind{"person", "tweet.read tweet.write users.read media.write offline.access"},
};

net::OauthClient client_of(const Application& application) {
    return {application.client_id, application.client_secret, net::ClientProof::basic};
}

std::string authorize(const SignInAsk& ask) {
    return net::authorize_url(
        {ask.application.authorize_url,
         ask.application.client_id,
         ask.redirect_uri,
         ask.scopes,
         ask.state,
         ask.challenge,
         {}});
}

// Why GET /2/users/me was refused, from either form of its errors.
std::string words_of(const net::Response& response) {
    const auto body = json::try_parse(response.body);
    const auto detail =
        body ? json::text_or(*body, "detail", json::text_or(*body, "title", "")) : "";
    return detail.empty() ? "X answered with HTTP " + std::to_string(response.status)
                          : "X says: " + quote(detail);
}

Identity identify(const std::string& base, const Credentials& credentials, const Tools& tools) {
    const auto result = tools.http.send(
        ask("GET",
            net::with_query(
                net::join(base, "/2/users/me"),
                {{"user.fields", "username,name,verified,verified_type"}}),
            credentials.access));
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    const int status = response.status;
    if (status == 401)
        throw Error(
            Code::platform_sign_in,
            words_of(response),
            "Connect the account again: caas account connect x");
    if (status == 429 || status >= 500)
        fail_unavailable(driver, response, tools.clock.now());
    if (status != 200)
        throw Error(Code::platform_refused, words_of(response));
    const auto body = json::try_parse(response.body);
    const auto* me = body ? json::find(*body, "data") : nullptr;
    const auto id = me != nullptr ? json::text_or(*me, "id", "") : "";
    if (id.empty())
        throw Error(Code::platform_unavailable, "X's answer does not say whose sign-in it is");
    return {
        .remote_id = id,
        .handle = json::text_or(*me, "username", id),
        .base_url = "",  // that of the settings
        .config = json::dump({{"verified_type", json::text_or(*me, "verified_type", "none")}}),
        .credentials = credentials,
        .title = json::text_or(*me, "name", "")};
}

std::vector<Identity> exchange(const SignInCode& code, const Tools& tools) {
    const auto granted = demand_tokens(
        driver,
        net::code_request(
            code.application.token_url,
            client_of(code.application),
            code.code,
            code.redirect_uri,
            code.verifier),
        Proof::code,
        tools);
    auto identity = identify(code.application.base_url, granted.credentials, tools);
    identity.scopes = granted.scopes;
    return {std::move(identity)};
}

void revoke(const Access& access, const Tools& tools) {
    const auto& credentials = access.credentials;
    const auto& token = credentials.refresh.empty() ? credentials.access : credentials.refresh;
    const auto result = tools.http.send(net::revoke_request(
        net::join(access.base_url, "/2/oauth2/revoke"), client_of(access.application), token));
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status != 200)
        fail_unavailable(driver, response, tools.clock.now());
}

}  // namespace

constinit const SignIn sign_in{
    .kinds = kinds,
    .has_pkce = true,
    .is_confidential = false,
    .takes_loopback = true,
    .registration = "developer.x.com, your app, User authentication settings",
    .authorize = authorize,
    .exchange = exchange,
    .revoke = revoke,
    .spends_refresh = true,
};

Credentials refresh(const Access& access, const Tools& tools) {
    if (access.credentials.refresh.empty())
        throw Error(
            Code::platform_sign_in,
            "The sign-in to X is over and cannot be renewed: offline.access was not allowed",
            "Connect the account again: caas account connect x");
    auto granted = demand_tokens(
        driver,
        net::refresh_request(
            access.application.token_url,
            client_of(access.application),
            access.credentials.refresh),
        Proof::refresh,
        tools);
    if (granted.credentials.refresh.empty())
        granted.credentials.refresh = access.credentials.refresh;
    return granted.credentials;
}

Identity check(const Access& access, const Tools& tools) {
    return identify(access.base_url, access.credentials, tools);
}

}  // namespace caas::platform::x
