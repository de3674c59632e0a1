#include <nlohmann/json.hpp>

#include "core/sandbox/authorization.h"

namespace caas::sandbox {
namespace {

// learn.microsoft.com, LinkedIn 3-legged OAuth flow; the words of its refusals as others saw them.
constexpr AuthorizationRules rules{
    .authorize_path = "/oauth/v2/authorization",
    .token_path = "/oauth/v2/accessToken",
    .revoke_path = "",
    .pkce = Pkce::refused,
    .code_life = std::chrono::minutes(30),
    .access_life = std::chrono::hours(24 * 60),
    .rotates = false,
    .bad_client = {401, "invalid_client", "Client authentication failed"},
    .bad_code =
        {400,
         "invalid_request",
         "Unable to retrieve access token: appid/redirect uri/code verifier does not match "
         "authorization code. Or authorization code expired. Or external member binding exists"},
    .bad_refresh = {400, "invalid_request", "The provided refresh token is invalid or expired"},
};

net::Response refused(int status, std::string_view code, std::string_view message) {
    return json_response(
        status,
        {{"status", status}, {"serviceErrorCode", 0}, {"code", code}, {"message", message}});
}

}  // namespace

PretendLinkedInSignIn::PretendLinkedInSignIn(const Clock& clock)
    : PretendAuthorization(clock, rules) {}

void PretendLinkedInSignIn::set_version(const std::string& version) {
    const std::scoped_lock lock(mutex());
    version_ = version;
}

net::Response PretendLinkedInSignIn::answer(const net::Request& request, const net::Url& url) {
    const auto* token = find(bearer_of(request), "access");
    if (token == nullptr)
        return refused(
            401, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked");
    const auto& scopes = grant(token->grant).scopes;
    if (url.path.ends_with("/v2/userinfo"))
        return json_response(200, {{"sub", "782bbtaQ"}, {"name", "Ana Sandbox"}});
    if (header_of(request, "LinkedIn-Version") != version_)
        return refused(426, "NONEXISTENT_VERSION", "Requested version is not active");
    if (header_of(request, "X-Restli-Protocol-Version") != "2.0.0")
        return refused(400, "VERSION_MISSING", "A version must be present");
    if (scopes.find("rw_organization_admin") == std::string::npos)
        return refused(403, "ACCESS_DENIED", "Not enough permissions to access: organizationAcls");
    if (url.path.ends_with("/rest/organizationAcls")) {
        const auto element = [](std::string_view id, std::string_view role) {
            return Json{
                {"organization", "urn:li:organization:" + std::string(id)},
                {"role", role},
                {"roleAssignee", "urn:li:person:782bbtaQ"},
                {"state", "APPROVED"}};
        };
        return json_response(
            200,
            {{"elements",
              {element("1000", "ADMINISTRATOR"),
               element("2000", "CONTENT_ADMIN"),
               element("3000", "ANALYST")}}});
    }
    if (url.path.ends_with("/rest/organizations/1000"))
        return json_response(200, {{"id", 1000}, {"localizedName", "Acme"}});
    return refused(404, "NOT_FOUND", "There is no such resource");
}

}  // namespace caas::sandbox
