#include "core/platform/linkedin/sign_in.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/net/oauth.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/token.h"

namespace caas::platform::linkedin {
namespace {

constexpr std::string_view organization = "organization";
constexpr std::array kinds{
    SignInKind{"person", "openid profile w_member_social"},
    SignInKind{
        organization,
        "openid profile w_organization_social r_organization_social rw_organization_admin"},
};

// Who may post for an organization (learn.microsoft.com, organization access control).
constexpr std::array<std::string_view, 3> posting_roles{
    "ADMINISTRATOR", "CONTENT_ADMIN", "DIRECT_SPONSORED_CONTENT_POSTER"};
constexpr std::size_t most_named = 20;

net::OauthClient client_of(const Application& application) {
    return {application.client_id, application.client_secret, net::ClientProof::body};
}

std::string authorize(const SignInAsk& ask) {
    return net::authorize_url(
        {ask.application.authorize_url,
         ask.application.client_id,
         ask.redirect_uri,
         ask.scopes,
         ask.state,
         {},
         {}});
}

std::string words_of(const net::Response& response) {
    const auto body = json::try_parse(response.body);
    const auto message = body ? json::text_or(*body, "message", "") : "";
    return message.empty() ? "LinkedIn answered with HTTP " + std::to_string(response.status)
                           : "LinkedIn says: " + quote(message);
}

// The JSON of a success. Throws Error.
Json demand(
    const std::string& url,
    const Application& application,
    const Secret& token,
    const Tools& tools) {
    auto request = ask("GET", url, token);
    request.headers.emplace_back("LinkedIn-Version", application.api_version);
    request.headers.emplace_back("X-Restli-Protocol-Version", "2.0.0");
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    const int status = response.status;
    if (status == 401)
        throw Error(
            Code::platform_sign_in,
            words_of(response),
            "Connect the account again: caas account connect linkedin");
    if (status == 426)
        throw Error(
            Code::platform_refused,
            "LinkedIn's API version " + application.api_version + " is not in use any more",
            "Set platforms.linkedin.api_version to one of the last twelve months, such as 202609.");
    if (status == 429 || status >= 500)
        fail_unavailable(driver, response, tools.clock.now());
    auto body = json::try_parse(response.body);
    if (status != 200)
        throw Error(Code::platform_refused, words_of(response));
    if (!body || !body->is_object())
        throw Error(Code::platform_unavailable, "LinkedIn's answer cannot be read");
    return *std::move(body);
}

Identity read_person(
    const Application& application,
    const std::string& base,
    const Credentials& credentials,
    const Tools& tools) {
    const auto me = demand(net::join(base, "/v2/userinfo"), application, credentials.access, tools);
    const auto sub = json::text_or(me, "sub", "");
    if (sub.empty())
        throw Error(Code::platform_unavailable, "LinkedIn does not say whose sign-in it is");
    return {
        .remote_id = "urn:li:person:" + sub,
        .handle = json::text_or(me, "name", sub),
        .base_url = "",  // that of the settings
        .config = json::dump({{"kind", "person"}}),
        .credentials = credentials};
}

// Its name, which is worth a call but not a failure.
std::string name_of(
    const std::string& urn,
    const Application& application,
    const std::string& base,
    const Secret& token,
    const Tools& tools) {
    try {
        const auto id = urn.substr(urn.rfind(':') + 1);
        const auto found = demand(
            net::join(base, "/rest/organizations/" + net::percent_encode(id)),
            application,
            token,
            tools);
        return json::text_or(found, "localizedName", urn);
    } catch (const Error&) {
        return urn;
    }
}

// Those the person may post for.
std::vector<std::string> organizations(
    const Application& application,
    const std::string& base,
    const Secret& token,
    const Tools& tools) {
    const auto list = demand(
        net::with_query(
            net::join(base, "/rest/organizationAcls"),
            {{"q", "roleAssignee"}, {"state", "APPROVED"}, {"count", "100"}}),
        application,
        token,
        tools);
    std::vector<std::string> urns;
    const auto* elements = json::find(list, "elements");
    if (elements == nullptr || !elements->is_array())
        return urns;
    for (const auto& element : *elements) {
        const auto urn = json::text_or(element, "organization", "");
        const auto role = json::text_or(element, "role", "");
        const bool may_post = std::ranges::find(posting_roles, role) != posting_roles.end();
        if (may_post && !urn.empty() && std::ranges::find(urns, urn) == urns.end())
            urns.push_back(urn);
    }
    return urns;
}

std::vector<Identity> exchange(const SignInCode& code, const Tools& tools) {
    const auto& application = code.application;
    const auto granted = demand_tokens(
        driver,
        net::code_request(
            application.token_url, client_of(application), code.code, code.redirect_uri, Secret()),
        Proof::code,
        tools);
    std::vector<Identity> identities;
    if (code.kind != organization) {
        identities.push_back(
            read_person(application, application.base_url, granted.credentials, tools));
    } else {
        const auto& token = granted.credentials.access;
        for (const auto& urn : organizations(application, application.base_url, token, tools)) {
            const bool is_named = identities.size() < most_named;
            identities.push_back(
                {.remote_id = urn,
                 .handle =
                     is_named ? name_of(urn, application, application.base_url, token, tools) : urn,
                 .base_url = "",
                 .config = json::dump({{"kind", organization}}),
                 .credentials = granted.credentials,
                 .title = "Organization"});
        }
    }
    for (auto& identity : identities)
        identity.scopes = granted.scopes;
    return identities;
}

}  // namespace

constinit const SignIn sign_in{
    .kinds = kinds,
    .has_pkce = false,  // a code_verifier makes LinkedIn answer invalid_client
    .is_confidential = true,
    .takes_loopback = true,
    .registration = "linkedin.com/developers, your app, Auth",
    .authorize = authorize,
    .exchange = exchange,
};

Credentials refresh(const Access& access, const Tools& tools) {
    if (access.credentials.refresh.empty())
        throw Error(
            Code::platform_sign_in,
            "The sign-in to LinkedIn is over, and LinkedIn lets this application renew none",
            "Connect the account again: caas account connect linkedin");
    auto granted = demand_tokens(
        driver,
        net::refresh_request(
            access.application.token_url,
            client_of(access.application),
            access.credentials.refresh),
        Proof::refresh,
        tools);
    auto& fresh = granted.credentials;
    if (fresh.refresh.empty()) {
        fresh.refresh = access.credentials.refresh;
        fresh.refresh_expires_at = access.credentials.refresh_expires_at;
    }
    return fresh;
}

Identity check(const Access& access, const Tools& tools) {
    const auto config = json::try_parse(access.config);
    if (!config || json::text_or(*config, "kind", "") != organization) {
        auto identity = read_person(access.application, access.base_url, access.credentials, tools);
        identity.config = access.config;
        return identity;
    }
    const auto& token = access.credentials.access;
    const auto urns = organizations(access.application, access.base_url, token, tools);
    if (std::ranges::find(urns, access.remote_id) == urns.end())
        throw Error(
            Code::platform_refused,
            "Whoever connected this account may not post for " + access.handle + " any more",
            "Let an administrator of the organization connect it.");
    return {
        .remote_id = access.remote_id,
        .handle = name_of(access.remote_id, access.application, access.base_url, token, tools),
        .base_url = "",
        .config = access.config,
        .credentials = access.credentials};
}

}  // namespace caas::platform::linkedin
