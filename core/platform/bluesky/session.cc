#include "core/platform/bluesky/session.h"

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/bluesky/xrpc.h"
#include "core/platform/drivers.h"

namespace caas::platform::bluesky {
namespace {

constexpr std::string_view usual_base = "https://bsky.social";

std::string setting(const ConnectRequest& request, const std::string& name) {
    const auto at = request.config.find(name);
    return at == request.config.end() ? "" : at->second;
}

// "@Ana.bsky.social " as "ana.bsky.social": no visible ASCII, no blanks, no direction marks that
// come along when a handle is copied from a page.
std::string clean_identifier(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c > 0x20 && c < 0x7f)
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (out.starts_with('@'))
        out.erase(0, 1);
    return out;
}

std::string checked_base(const std::string& given) {
    const auto url =
        net::parse_url(given.find("://") == std::string::npos ? "https://" + given : given);
    if (!url || (!url->is_secure() && !url->is_loopback()))
        throw Error(
            Code::invalid,
            "The server's address must be an https URL",
            "Leave it out for bsky.social.",
            {{"/base_url", "bluesky.base_url.invalid", "must be an https URL"}});
    return url->origin();
}

// The account's own server, from its DID document (atproto.com/specs/did); the given one when the
// document is missing or names none that may be used.
std::string server_of(const Json& session, const std::string& given) {
    const auto* services = json::path(session, {"didDoc", "service"});
    if (services == nullptr || !services->is_array())
        return given;
    for (const auto& service : *services) {
        if (!json::text_or(service, "id", "").ends_with("#atproto_pds"))
            continue;
        const auto url = net::parse_url(json::text_or(service, "serviceEndpoint", ""));
        const bool was_loopback = [&] {
            const auto own = net::parse_url(given);
            return own && own->is_loopback();
        }();
        if (url && (url->is_secure() || (url->is_loopback() && was_loopback)))
            return url->origin();
    }
    return given;
}

Credentials credentials_of(const Json& session) {
    Credentials credentials;
    credentials.access = Secret(json::text_or(session, "accessJwt", ""));
    credentials.refresh = Secret(json::text_or(session, "refreshJwt", ""));
    if (credentials.access.empty() || credentials.refresh.empty())
        throw Error(
            Code::platform_unavailable,
            "Bluesky's answer holds no session",
            "Check the address of the server, then try again.");
    credentials.expires_at = expiry_of(credentials.access.reveal());
    credentials.refresh_expires_at = expiry_of(credentials.refresh.reveal());
    return credentials;
}

void demand_active(const Json& session) {
    if (json::truth(session, "active").value_or(true))
        return;
    throw Error(
        Code::platform_refused,
        "The Bluesky account is not active (" +
            quote(json::text_or(session, "status", "no reason given")) + ")",
        "See its messages at bsky.app.");
}

std::string demand_did(const Json& session) {
    auto did = json::text_or(session, "did", "");
    if (!did.starts_with("did:"))
        throw Error(
            Code::platform_unavailable, "Bluesky's answer does not say whose session it is");
    return did;
}

}  // namespace

Identity connect(const ConnectRequest& request, const Tools& tools) {
    const auto identifier = clean_identifier(request.identifier);
    if (identifier.empty())
        throw Error(
            Code::invalid,
            "Bluesky needs a handle",
            "It looks like ana.bsky.social.",
            {{"/identifier", "bluesky.identifier.required", "must not be empty"}});
    if (request.secret.empty())
        throw Error(
            Code::invalid,
            "Bluesky needs an app password",
            "Make one at bsky.app: Settings, Privacy and security, App passwords.",
            {{"/secret", "bluesky.secret.required", "must not be empty"}});
    auto base = request.base_url;
    if (base.empty())
        base = setting(request, "base_url");
    base = checked_base(base.empty() ? std::string(usual_base) : base);

    auto call = ask("POST", url_of(base, "com.atproto.server.createSession", {}), Secret());
    call.headers.emplace_back("Content-Type", "application/json");
    call.body = json::dump({{"identifier", identifier}, {"password", request.secret.reveal()}});
    const auto session = demand(call, tools);
    demand_active(session);
    return {
        .remote_id = demand_did(session),
        .handle = json::text_or(session, "handle", identifier),
        .base_url = server_of(session, base),
        .config = "{}",
        .credentials = credentials_of(session)};
}

Credentials refresh(const Access& access, const Tools& tools) {
    auto call =
        ask("POST",
            url_of(access.base_url, "com.atproto.server.refreshSession", {}),
            access.credentials.refresh);
    const auto session = demand(call, tools);
    if (demand_did(session) != access.remote_id)
        throw Error(
            Code::platform_sign_in,
            "Bluesky gave a session of another account",
            "Connect the account again: caas account connect bluesky");
    demand_active(session);
    return credentials_of(session);
}

Identity check(const Access& access, const Tools& tools) {
    const auto call =
        ask("GET",
            url_of(access.base_url, "com.atproto.server.getSession", {}),
            access.credentials.access);
    const auto session = demand(call, tools);
    demand_active(session);
    return {
        .remote_id = demand_did(session),
        .handle = json::text_or(session, "handle", access.handle),
        .base_url = server_of(session, access.base_url),
        .config = access.config,
        .credentials = access.credentials};
}

std::optional<Instant> expiry_of(std::string_view token) {
    const auto first = token.find('.');
    const auto second = token.find('.', first == token.npos ? first : first + 1);
    if (second == token.npos)
        return std::nullopt;
    std::string claims(token.substr(first + 1, second - first - 1));
    for (auto& c : claims) {
        if (c == '-')
            c = '+';
        else if (c == '_')
            c = '/';
    }
    while (claims.size() % 4 != 0)
        claims += '=';
    const auto text = from_base64(claims);
    const auto object = text ? json::try_parse(*text) : std::nullopt;
    const auto seconds = object ? json::integer(*object, "exp") : std::nullopt;
    constexpr std::int64_t latest = 253402300799;  // the end of the year 9999
    if (!seconds || *seconds <= 0 || *seconds > latest)
        return std::nullopt;
    return from_ms(*seconds * 1000);
}

}  // namespace caas::platform::bluesky
