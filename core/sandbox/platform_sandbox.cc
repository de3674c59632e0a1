#include "core/sandbox/platform_sandbox.h"

#include <algorithm>

#include "core/net/url.h"

namespace caas::sandbox {
namespace {

bool is_token_path(std::string_view path) {
    return path.ends_with("/oauth/authorize") || path.ends_with("/access_token") ||
           path.ends_with("/refresh_access_token");
}

std::string token_of(const net::Request& request) {
    const auto bearer = bearer_of(request);
    if (!bearer.empty())
        return bearer;
    const auto url = net::parse_url(request.url);
    for (const auto& [name, value] : net::form_decode(url ? url->query : "")) {
        if (name == "access_token")
            return value;
    }
    return {};
}

}  // namespace

PlatformSandbox::PlatformSandbox(const Clock& clock, const Secret& secret)
    : bluesky(clock),
      facebook(clock),
      instagram(clock),
      linkedin(clock),
      mastodon(clock),
      threads(clock),
      x(clock),
      receiver(clock, secret),
      facebook_sign_in(clock),
      instagram_sign_in(clock, PretendMetaSignIn::Kind::instagram),
      linkedin_sign_in(clock),
      mastodon_sign_in(clock),
      threads_sign_in(clock, PretendMetaSignIn::Kind::threads),
      x_sign_in(clock) {
    for (const auto id : ids) {
        if (const auto* sign_in = find_sign_in(id))
            find(id)->set_gate(
                [sign_in](const std::string& token) { return sign_in->admits(token); });
    }
}

PretendPlatform* PlatformSandbox::find(std::string_view id) {
    const std::array<PretendPlatform*, ids.size()> all{
        &bluesky, &facebook, &instagram, &linkedin, &mastodon, &threads, &x, &receiver};
    const auto* const at = std::ranges::find(ids, id);
    return at == ids.end() ? nullptr : all.at(static_cast<std::size_t>(at - ids.begin()));
}

PretendAuthorization* PlatformSandbox::find_sign_in(std::string_view id) {
    if (id == "facebook")
        return &facebook_sign_in;
    if (id == "instagram")
        return &instagram_sign_in;
    if (id == "linkedin")
        return &linkedin_sign_in;
    if (id == "mastodon")
        return &mastodon_sign_in;
    if (id == "threads")
        return &threads_sign_in;
    return id == "x" ? &x_sign_in : nullptr;
}

std::string_view PlatformSandbox::sign_in_page(std::string_view path) const {
    if (path == x_sign_in.authorize_path())
        return "x";
    if (path == linkedin_sign_in.authorize_path())
        return "linkedin";
    if (path == mastodon_sign_in.authorize_path())
        return "mastodon";
    if (path == "/threads" + std::string(threads_sign_in.authorize_path()))
        return "threads";
    if (path == "/instagram" + std::string(instagram_sign_in.authorize_path()))
        return "instagram";
    const bool is_facebook =
        path.starts_with("/facebook/") && path.ends_with(facebook_sign_in.authorize_path());
    return is_facebook ? "facebook" : "";
}

net::Result PlatformSandbox::send(const net::Request& request) {
    const auto url = net::parse_url(request.url);
    if (!url)
        return net::Failure{net::Failure::Kind::bad_url, false, "not an http URL"};
    if (auto* sign_in = sign_in_for(request, url->path))
        return sign_in->handle(request);
    if (url->host == "graph.threads.net")
        return threads.handle(request);
    if (url->host == "graph.instagram.com")
        return instagram.handle(request);
    if (url->host == "graph.facebook.com")
        return facebook.handle(request);
    return platform_for(url->path).handle(request);
}

PretendPlatform* PlatformSandbox::sign_in_for(const net::Request& request, std::string_view path) {
    if (path.starts_with("/i/oauth2/") || path.starts_with("/2/oauth2/"))
        return &x_sign_in;
    if (path.starts_with("/oauth/v2/") || path.starts_with("/rest/organizationAcls") ||
        path.starts_with("/rest/organizations/"))
        return &linkedin_sign_in;
    if (path.starts_with("/oauth/") || path == "/api/v1/apps")
        return &mastodon_sign_in;
    // Whoever was never told of a token leaves it to the platform, which may have been.
    const bool is_renewal = path.ends_with("/refresh_access_token");
    if (path.starts_with("/threads/") && is_token_path(path))
        return is_renewal && !threads_sign_in.admits(token_of(request)) ? nullptr
                                                                        : &threads_sign_in;
    if (path.starts_with("/instagram/") && is_token_path(path))
        return is_renewal && !instagram_sign_in.admits(token_of(request)) ? nullptr
                                                                          : &instagram_sign_in;
    if (!path.starts_with("/facebook/"))
        return nullptr;
    const bool is_own = path.ends_with("/dialog/oauth") || path.ends_with("/oauth/access_token") ||
                        path.ends_with("/me/accounts") || path.ends_with("/me/permissions") ||
                        (path.ends_with("/me") && facebook_sign_in.admits(token_of(request)));
    return is_own ? &facebook_sign_in : nullptr;
}

PretendPlatform& PlatformSandbox::platform_for(std::string_view path) {
    if (path.starts_with("/xrpc/"))
        return bluesky;
    if (path.starts_with("/api/v1/") || path.starts_with("/api/v2/"))
        return mastodon;
    if (path.starts_with("/threads/"))
        return threads;
    if (path.starts_with("/instagram/") || path.starts_with("/ig-api-upload/"))
        return instagram;
    if (path.starts_with("/facebook/"))
        return facebook;
    for (const std::string_view prefix : {"/rest/", "/v2/", "/dms-uploads/"}) {
        if (path.starts_with(prefix))
            return linkedin;
    }
    if (path.starts_with("/2/"))
        return x;
    return receiver;
}

}  // namespace caas::sandbox
