#include <nlohmann/json.hpp>

#include "core/sandbox/authorization.h"

namespace caas::sandbox {
namespace {

// docs.x.com, oauth-2-0/authorization-code; the words of its refusals as others have seen them.
constexpr AuthorizationRules rules{
    .authorize_path = "/i/oauth2/authorize",
    .token_path = "/2/oauth2/token",
    .revoke_path = "/2/oauth2/revoke",
    .pkce = Pkce::required,
    .code_life = std::chrono::seconds(30),
    .access_life = std::chrono::hours(2),
    .gives_refresh = true,
    .rotates = true,
    .refresh_scope = "offline.access",
    .is_basic = true,
    .bad_client = {401, "unauthorized_client", "Missing valid authorization header"},
    .bad_code = {400, "invalid_request", "Value passed for the authorization code was invalid."},
    .bad_refresh = {400, "invalid_request", "Value passed for the token was invalid."},
};

}  // namespace

PretendXSignIn::PretendXSignIn(const Clock& clock) : PretendAuthorization(clock, rules) {}

net::Response PretendXSignIn::answer(const net::Request& request, const net::Url& url) {
    if (request.method != "GET" || !url.path.ends_with("/2/users/me"))
        return json_response(404, {{"title", "Not Found"}, {"status", 404}});
    if (find(bearer_of(request), "access") == nullptr)
        return json_response(
            401,
            {{"title", "Unauthorized"},
             {"type", "about:blank"},
             {"status", 401},
             {"detail", "Unauthorized"}});
    return json_response(
        200,
        {{"data",
          {{"id", "2244994945"},
           {"name", "Sandbox"},
           {"username", "sandbox"},
           {"verified", false},
           {"verified_type", "none"}}}});
}

}  // namespace caas::sandbox
