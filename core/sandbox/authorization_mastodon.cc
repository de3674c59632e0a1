#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/sandbox/authorization.h"

namespace caas::sandbox {
namespace {

// docs.joinmastodon.org, methods/oauth (4.3).
constexpr AuthorizationRules rules{
    .authorize_path = "/oauth/authorize",
    .token_path = "/oauth/token",
    .revoke_path = "/oauth/revoke",
    .pkce = Pkce::optional,
    .code_life = std::chrono::minutes(10),
    .takes_json = true,
};

}  // namespace

PretendMastodonSignIn::PretendMastodonSignIn(const Clock& clock)
    : PretendAuthorization(clock, rules) {}

int PretendMastodonSignIn::applications() const {
    const std::scoped_lock lock(mutex());
    return applications_;
}

net::Response PretendMastodonSignIn::grant_tokens(int number) {
    return json_response(
        200,
        {{"access_token", make_token(number, "access", rules_.access_life)},
         {"token_type", "Bearer"},
         {"scope", scopes_text(grant(number))},
         {"created_at", to_ms(now()) / 1000}});
}

net::Response PretendMastodonSignIn::answer(const net::Request& request, const net::Url& url) {
    if (request.method == "POST" && url.path.ends_with("/api/v1/apps")) {
        const auto body = json::try_parse(request.body);
        const auto uri = body ? json::text_or(*body, "redirect_uris", "") : "";
        if (uri.empty() || json::text_or(*body, "client_name", "").empty())
            return json_response(
                422, {{"error", "Validation failed: Redirect URI can't be blank"}});
        const auto number = std::to_string(++applications_);
        std::string client = "application-" + number;
        std::string secret = "application-secret-" + number;
        if (habit()) {
            client = habit()->client;
            secret = habit()->secret;
        } else {
            admit(client, secret, {uri});
        }
        return json_response(
            200,
            {{"id", number},
             {"name", "caas"},
             {"client_id", client},
             {"client_secret", secret},
             {"client_secret_expires_at", 0},
             {"redirect_uris", Json::array({uri})}});
    }
    if (url.path.ends_with("/api/v2/instance"))
        return json_response(
            200,
            {{"domain", "mastodon.sandbox"},
             {"version", "4.3.1"},
             {"source_url", "https://github.com/mastodon/mastodon"},
             {"configuration", {{"statuses", {{"max_characters", 500}}}}}});
    if (url.path.ends_with("/api/v1/accounts/verify_credentials")) {
        if (find(bearer_of(request), "access") == nullptr)
            return json_response(401, {{"error", "The access token is invalid"}});
        return json_response(
            200, {{"id", "109000000000000001"}, {"username", "sandbox"}, {"acct", "sandbox"}});
    }
    return json_response(404, {{"error", "Record not found"}});
}

}  // namespace caas::sandbox
