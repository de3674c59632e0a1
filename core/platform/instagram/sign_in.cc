#include "core/platform/instagram/sign_in.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/net/oauth.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/graph.h"
#include "core/platform/token.h"

namespace caas::platform::instagram {
namespace {

constexpr std::array kinds{
    SignInKind{
        "person",
        "instagram_business_basic instagram_business_content_publish "
        "instagram_business_manage_comments instagram_business_manage_insights"},
};

std::string authorize(const SignInAsk& ask) {
    return authorize_with_commas(ask, ask.application.authorize_url);
}

Identity identify(
    const std::string& base,
    const std::string& version,
    const Credentials& credentials,
    const Tools& tools) {
    const auto me = demand_graph(
        driver,
        ask("GET",
            net::with_query(
                net::join(base, "/" + version + "/me"), {{"fields", "user_id,username,name"}}),
            credentials.access),
        tools);
    const auto id = json::text_or(me, "user_id", "");
    if (id.empty())
        throw Error(Code::platform_unavailable, "Instagram does not say whose sign-in it is");
    return {
        .remote_id = id,
        .handle = json::text_or(me, "username", id),
        .base_url = "",  // that of the settings
        .config = "{}",
        .credentials = credentials,
        .title = json::text_or(me, "name", "")};
}

// {"access_token":…} or, in newer versions, {"data":[{"access_token":…}]}.
const Json& short_token(const Json& answer) {
    const auto* data = json::find(answer, "data");
    return data != nullptr && data->is_array() && !data->empty() ? data->front() : answer;
}

// "a,b" or ["a","b"].
std::string permissions_in(const Json& token) {
    const auto* list = json::find(token, "permissions");
    if (list == nullptr)
        return {};
    if (list->is_string())
        return blank_separated(list->get<std::string>());
    std::string out;
    for (const auto& word : list->is_array() ? *list : Json::array()) {
        if (word.is_string())
            out += (out.empty() ? "" : " ") + word.get<std::string>();
    }
    return out;
}

std::vector<Identity> exchange(const SignInCode& code, const Tools& tools) {
    const auto& application = code.application;
    const auto answer = trade_graph_code(
        driver,
        net::code_request(
            application.token_url,
            {application.client_id, application.client_secret, net::ClientProof::body},
            code.code,
            code.redirect_uri,
            Secret()),
        tools);
    const auto& granted = short_token(answer);
    const Secret token(json::text_or(granted, "access_token", ""));
    const auto credentials = long_token(
        driver,
        net::join(application.base_url, "/access_token"),
        {{"grant_type", "ig_exchange_token"},
         {"client_secret", application.client_secret.reveal()},
         {"access_token", token.reveal()}},
        tools);
    auto identity = identify(application.base_url, application.api_version, credentials, tools);
    identity.scopes = permissions_in(granted);
    return {std::move(identity)};
}

}  // namespace

constinit const SignIn sign_in{
    .kinds = kinds,
    .is_confidential = true,
    .takes_loopback = false,
    .registration = "developers.facebook.com, your app, Instagram, API setup with Instagram login",
    .authorize = authorize,
    .exchange = exchange,
    .renews_access = true,
};

Credentials refresh(const Access& access, const Tools& tools) {
    return long_token(
        driver,
        net::join(access.base_url, "/refresh_access_token"),
        {{"grant_type", "ig_refresh_token"}, {"access_token", access.credentials.access.reveal()}},
        tools);
}

Identity check(const Access& access, const Tools& tools) {
    return identify(access.base_url, access.application.api_version, access.credentials, tools);
}

}  // namespace caas::platform::instagram
