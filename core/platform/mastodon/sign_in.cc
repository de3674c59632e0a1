#include "core/platform/mastodon/sign_in.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/net/oauth.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/mastodon/account.h"
#include "core/platform/mastodon/answer.h"
#include "core/platform/token.h"

namespace caas::platform::mastodon {
namespace {

constexpr std::string_view scopes = "read:accounts read:statuses write:statuses write:media";
constexpr std::array kinds{SignInKind{"person", scopes}};

net::OauthClient client_of(const Application& application) {
    return {application.client_id, application.client_secret, net::ClientProof::body};
}

Application enroll(
    const std::string& base_url, const std::string& redirect_uri, const Tools& tools) {
    Application application;
    application.base_url = checked_base(base_url);
    auto request = ask("POST", net::join(application.base_url, "/api/v1/apps"), Secret());
    request.headers.emplace_back("Content-Type", "application/json");
    // Servers before 4.3 know one address as a text, and all take that.
    request.body =
        json::dump({{"client_name", "caas"}, {"redirect_uris", redirect_uri}, {"scopes", scopes}});
    const auto answer = demand(request, tools);
    application.client_id = answer ? json::text_or(*answer, "client_id", "") : "";
    application.client_secret = Secret(answer ? json::text_or(*answer, "client_secret", "") : "");
    if (application.client_id.empty() || application.client_secret.empty())
        throw Error(
            Code::platform_unavailable,
            "The server does not let caas register itself",
            "Check the address of the instance, or connect with an access token: set "
            "CAAS_MASTODON_TOKEN.");
    return application;
}

std::string authorize(const SignInAsk& ask) {
    return net::authorize_url(
        {net::join(ask.application.base_url, "/oauth/authorize"),
         ask.application.client_id,
         ask.redirect_uri,
         ask.scopes,
         ask.state,
         ask.challenge,
         {}});
}

std::vector<Identity> exchange(const SignInCode& code, const Tools& tools) {
    const auto& application = code.application;
    const auto granted = demand_tokens(
        driver,
        net::code_request(
            net::join(application.base_url, "/oauth/token"),
            client_of(application),
            code.code,
            code.redirect_uri,
            code.verifier),
        Proof::code,
        tools);
    auto identity =
        identify(application.base_url, granted.credentials, application.client_id, tools);
    identity.scopes = granted.scopes;
    return {std::move(identity)};
}

void revoke(const Access& access, const Tools& tools) {
    // A token that a person made by hand belongs to no application of ours.
    if (access.application.client_id.empty())
        return;
    const auto result = tools.http.send(net::revoke_request(
        net::join(access.base_url, "/oauth/revoke"),
        client_of(access.application),
        access.credentials.access));
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status != 200)
        fail_unavailable(driver, response, tools.clock.now());
}

}  // namespace

constinit const SignIn sign_in{
    .kinds = kinds,
    .has_pkce = true,  // since 4.3; older ones do not look at it
    .takes_loopback = true,
    .enroll = enroll,
    .authorize = authorize,
    .exchange = exchange,
    .revoke = revoke,
};

}  // namespace caas::platform::mastodon
