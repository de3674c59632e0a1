#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/sandbox/authorization.h"

namespace caas::sandbox {
namespace {

constexpr std::chrono::hours long_life(24 * 60);
constexpr std::chrono::hours least_age(24);  // before a long token may be renewed

constexpr AuthorizationRules short_tokens{
    .authorize_path = "/oauth/authorize",
    .token_path = "/oauth/access_token",
    .revoke_path = "",
    .code_life = std::chrono::hours(1),
    .access_life = std::chrono::hours(1),
    .scope_joint = ',',
};

constexpr AuthorizationRules facebook_rules{
    .authorize_path = "/dialog/oauth",
    .token_path = "/no-such-path",
    .revoke_path = "",
    .code_life = std::chrono::minutes(10),
    .scope_joint = ',',
};

net::Response refused(int code, std::string_view message, int status = 400) {
    return json_response(
        status,
        {{"error",
          {{"message", message},
           {"type", "OAuthException"},
           {"code", code},
           {"fbtrace_id", "Asandbox"}}}});
}

}  // namespace

PretendMetaSignIn::PretendMetaSignIn(const Clock& clock, Kind kind)
    : PretendAuthorization(clock, short_tokens), kind_(kind) {}

net::Response PretendMetaSignIn::grant_tokens(int number) {
    Json token{
        {"access_token", make_token(number, "short", rules_.access_life)},
        {"user_id", "17841400000000001"}};
    if (kind_ == Kind::threads)
        return json_response(200, token);
    auto permissions = grant(number).scopes;
    std::ranges::replace(permissions, ' ', ',');
    token["permissions"] = permissions;
    return json_response(200, {{"data", Json::array({token})}});
}

net::Response PretendMetaSignIn::answer(const net::Request& request, const net::Url& url) {
    const auto query = net::form_decode(url.query);
    if (url.path.ends_with("/refresh_access_token"))
        return renew(query);
    if (url.path.ends_with("/access_token"))
        return lengthen(query);
    return me(request, url);
}

net::Response PretendMetaSignIn::lengthen(const net::Pairs& query) {
    const auto wanted = kind_ == Kind::instagram ? "ig_exchange_token" : "th_exchange_token";
    const auto* token = find(value_of(query, "access_token"), "short");
    if (value_of(query, "grant_type") != wanted || token == nullptr)
        return refused(190, "Cannot parse access token");
    if (!is_client(grant(token->grant).client, value_of(query, "client_secret")))
        return refused(1, "Error validating client secret.");
    const auto text = make_token(token->grant, "access", long_life);
    made_at_[text] = now();
    return json_response(
        200,
        {{"access_token", text},
         {"token_type", "bearer"},
         {"expires_in", std::chrono::seconds(long_life).count()}});
}

net::Response PretendMetaSignIn::renew(const net::Pairs& query) {
    const auto wanted = kind_ == Kind::instagram ? "ig_refresh_token" : "th_refresh_token";
    const auto old = value_of(query, "access_token");
    const auto* token = find(old, "access");
    if (value_of(query, "grant_type") != wanted || token == nullptr)
        return refused(190, "Error validating access token: Session has expired");
    if (now() - made_at_[old] < least_age)
        return refused(100, "The token is too young to be refreshed");
    const auto text = make_token(token->grant, "access", long_life);
    made_at_[text] = now();
    return json_response(
        200,
        {{"access_token", text},
         {"token_type", "bearer"},
         {"expires_in", std::chrono::seconds(long_life).count()}});
}

net::Response PretendMetaSignIn::me(const net::Request& request, const net::Url& url) const {
    if (!url.path.ends_with("/me") || find(bearer_of(request), "access") == nullptr)
        return refused(190, "Invalid OAuth access token - Cannot parse access token");
    if (kind_ == Kind::instagram)
        return json_response(
            200,
            {{"user_id", "17841400000000001"},
             {"username", "sandbox.gram"},
             {"name", "Sandbox"},
             {"id", "9000"}});
    return json_response(
        200, {{"id", "17841400000000002"}, {"username", "sandbox.threads"}, {"name", "Sandbox"}});
}

PretendFacebookSignIn::PretendFacebookSignIn(const Clock& clock)
    : PretendAuthorization(clock, facebook_rules) {}

net::Response PretendFacebookSignIn::answer(const net::Request& request, const net::Url& url) {
    if (request.method != "GET" || url.path.find("/v26.0/") == std::string::npos)
        return refused(2635, "You are calling a deprecated version of the Graph API");
    if (url.path.ends_with("/oauth/access_token"))
        return tokens(net::form_decode(url.query));
    if (const auto* page = find(bearer_of(request), "page");
        page != nullptr && url.path.ends_with("/me"))
        return json_response(200, {{"id", "1000"}, {"name", "Acme"}});
    const auto* token = find(bearer_of(request), "access");
    if (token == nullptr)
        return refused(190, "Invalid OAuth access token");
    if (url.path.ends_with("/me/permissions")) {
        auto list = Json::array();
        const auto& scopes = grant(token->grant).scopes;
        for (std::size_t at = 0; at < scopes.size();) {
            const auto end = std::min(scopes.find(' ', at), scopes.size());
            list.push_back({{"permission", scopes.substr(at, end - at)}, {"status", "granted"}});
            at = end + 1;
        }
        list.push_back({{"permission", "email"}, {"status", "declined"}});
        return json_response(200, {{"data", std::move(list)}});
    }
    if (url.path.ends_with("/me/accounts"))
        return pages(url, token->grant);
    return refused(100, "Unsupported get request");
}

net::Response PretendFacebookSignIn::tokens(const net::Pairs& query) {
    const auto id = value_of(query, "client_id");
    if (!is_client(id, value_of(query, "client_secret")))
        return refused(101, "Error validating application. Cannot get application info");
    if (value_of(query, "grant_type") == "fb_exchange_token") {
        const auto* token = find(value_of(query, "fb_exchange_token"), "short");
        if (token == nullptr)
            return refused(190, "Error validating access token");
        return json_response(
            200,
            {{"access_token", make_token(token->grant, "access", long_life)},
             {"token_type", "bearer"},
             {"expires_in", 5183944}});
    }
    const auto made = use_code(value_of(query, "code"), id, value_of(query, "redirect_uri"), "");
    if (!made)
        return refused(100, "This authorization code has been used.");
    return json_response(
        200,
        {{"access_token", make_token(*made, "short", std::chrono::hours(1))},
         {"token_type", "bearer"},
         {"expires_in", 3600}});
}

// Two lists: the second page of it is where `next` leads.
net::Response PretendFacebookSignIn::pages(const net::Url& url, int grant) {
    const bool is_second = !value_of(net::form_decode(url.query), "after").empty();
    if (is_second)
        return json_response(
            200,
            {{"data",
              {{{"id", "2000"},
                {"name", "Beta"},
                {"access_token", make_token(grant, "page", std::chrono::seconds(0))}}}}});
    return json_response(
        200,
        {{"data",
          {{{"id", "1000"},
            {"name", "Acme"},
            {"access_token", make_token(grant, "page", std::chrono::seconds(0))}},
           {{"id", "1500"}, {"name", "Only to look at"}}}},
         {"paging", {{"next", net::with_query(url.origin() + url.path, {{"after", "cursor"}})}}}});
}

}  // namespace caas::sandbox
