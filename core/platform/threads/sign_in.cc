#include "core/platform/threads/sign_in.h"

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

namespace caas::platform::threads {
namespace {

constexpr std::array kinds{
    SignInKind{
        "person",
        "threads_basic threads_content_publish threads_manage_replies threads_manage_insights "
        "threads_delete"},
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
                net::join(base, "/" + version + "/me"), {{"fields", "id,username,name"}}),
            credentials.access),
        tools);
    const auto id = json::text_or(me, "id", "");
    if (id.empty())
        throw Error(Code::platform_unavailable, "Threads does not say whose sign-in it is");
    return {
        .remote_id = id,
        .handle = json::text_or(me, "username", id),
        .base_url = "",  // that of the settings
        .config = "{}",
        .credentials = credentials,
        .title = json::text_or(me, "name", "")};
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
    const Secret token(json::text_or(answer, "access_token", ""));
    const auto credentials = long_token(
        driver,
        net::join(application.base_url, "/access_token"),
        {{"grant_type", "th_exchange_token"},
         {"client_secret", application.client_secret.reveal()},
         {"access_token", token.reveal()}},
        tools);
    auto identity = identify(application.base_url, application.api_version, credentials, tools);
    return {std::move(identity)};
}

}  // namespace

constinit const SignIn sign_in{
    .kinds = kinds,
    .is_confidential = true,
    .takes_loopback = false,
    .registration = "developers.facebook.com, your app, Threads",
    .authorize = authorize,
    .exchange = exchange,
    .renews_access = true,
};

Credentials refresh(const Access& access, const Tools& tools) {
    return long_token(
        driver,
        net::join(access.base_url, "/refresh_access_token"),
        {{"grant_type", "th_refresh_token"}, {"access_token", access.credentials.access.reveal()}},
        tools);
}

Identity check(const Access& access, const Tools& tools) {
    return identify(access.base_url, access.application.api_version, access.credentials, tools);
}

}  // namespace caas::platform::threads
