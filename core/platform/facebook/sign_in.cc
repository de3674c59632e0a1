#include "core/platform/facebook/sign_in.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/net/oauth.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/graph.h"

namespace caas::platform::facebook {
namespace {

constexpr std::array kinds{
    SignInKind{
        "page",
        "pages_show_list pages_manage_posts pages_manage_engagement pages_read_engagement "
        "pages_read_user_content read_insights business_management"},
};

constexpr int most_list_pages = 10;  // of 100 pages each

std::string url_of(const Application& application, const std::string& base, std::string_view path) {
    return net::join(base, "/" + application.api_version + std::string(path));
}

std::string authorize(const SignInAsk& ask) {
    return authorize_with_commas(
        ask, url_of(ask.application, ask.application.authorize_url, "/dialog/oauth"));
}

// The person's token of sixty days.
Secret user_token(const SignInCode& code, const Tools& tools) {
    const auto& application = code.application;
    const auto url = url_of(application, application.base_url, "/oauth/access_token");
    auto request =
        ask("GET",
            net::with_query(
                url,
                {{"client_id", application.client_id},
                 {"client_secret", application.client_secret.reveal()},
                 {"redirect_uri", code.redirect_uri},
                 {"code", code.code}}),
            Secret());
    request.is_create = true;
    const auto answer = trade_graph_code(driver, request, tools);
    const auto brief = json::text_or(answer, "access_token", "");
    return long_token(
               driver,
               url,
               {{"grant_type", "fb_exchange_token"},
                {"client_id", application.client_id},
                {"client_secret", application.client_secret.reveal()},
                {"fb_exchange_token", brief}},
               tools)
        .access;
}

std::string granted_scopes(
    const Application& application, const Secret& token, const Tools& tools) {
    const auto answer = demand_graph(
        driver,
        ask("GET", url_of(application, application.base_url, "/me/permissions"), token),
        tools);
    std::string out;
    const auto* list = json::find(answer, "data");
    for (const auto& item : list != nullptr && list->is_array() ? *list : Json::array()) {
        if (json::text_or(item, "status", "") == "granted")
            out += (out.empty() ? "" : " ") + json::text_or(item, "permission", "");
    }
    return out;
}

std::vector<Identity> exchange(const SignInCode& code, const Tools& tools) {
    const auto& application = code.application;
    const auto token = user_token(code, tools);
    const auto scopes = granted_scopes(application, token, tools);
    std::vector<Identity> pages;
    auto url = net::with_query(
        url_of(application, application.base_url, "/me/accounts"),
        {{"fields", "id,name,access_token"}, {"limit", "100"}});
    for (int i = 0; i < most_list_pages && !url.empty(); ++i) {
        const auto answer = demand_graph(driver, ask("GET", url, token), tools);
        const auto* list = json::find(answer, "data");
        for (const auto& item : list != nullptr && list->is_array() ? *list : Json::array()) {
            Credentials credentials;
            credentials.access = Secret(json::text_or(item, "access_token", ""));
            const auto id = json::text_or(item, "id", "");
            // A page the person has no rights on comes without a token.
            if (id.empty() || credentials.access.empty())
                continue;
            pages.push_back(
                {.remote_id = id,
                 .handle = json::text_or(item, "name", id),
                 .base_url = "",  // that of the settings
                 .config = "{}",
                 .credentials = std::move(credentials),
                 .scopes = scopes,
                 .title = "Page"});
        }
        const auto* paging = json::find(answer, "paging");
        url = paging == nullptr ? std::string() : json::text_or(*paging, "next", "");
        // The next address comes from outside, and the token goes there.
        if (!url.starts_with(application.base_url + "/"))
            url.clear();
    }
    return pages;
}

}  // namespace

constinit const SignIn sign_in{
    .kinds = kinds,
    .is_confidential = true,
    .takes_loopback = false,
    .registration = "developers.facebook.com, your app, Facebook Login",
    .authorize = authorize,
    .exchange = exchange,
};

Identity check(const Access& access, const Tools& tools) {
    const auto me = demand_graph(
        driver,
        ask("GET",
            net::with_query(
                url_of(access.application, access.base_url, "/me"), {{"fields", "id,name"}}),
            access.credentials.access),
        tools);
    const auto id = json::text_or(me, "id", "");
    if (id.empty())
        throw Error(Code::platform_unavailable, "Facebook does not say whose sign-in it is");
    return {
        .remote_id = id,
        .handle = json::text_or(me, "name", access.handle),
        .base_url = "",
        .config = access.config,
        .credentials = access.credentials};
}

}  // namespace caas::platform::facebook
