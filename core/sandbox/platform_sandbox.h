// All pretend platforms and their sign-ins behind the HTTP seam: the path of a request says which
// one is meant, so any base URL will do. What a sign-in gives out is good at its platform.
// Thread-safe.
#pragma once

#include <array>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/net/http_client.h"
#include "core/sandbox/authorization.h"
#include "core/sandbox/platform_bluesky.h"
#include "core/sandbox/platform_linkedin.h"
#include "core/sandbox/platform_mastodon.h"
#include "core/sandbox/platform_meta_facebook.h"
#include "core/sandbox/platform_meta_instagram.h"
#include "core/sandbox/platform_meta_threads.h"
#include "core/sandbox/platform_webhook.h"
#include "core/sandbox/platform_x.h"

namespace caas::sandbox {

class PlatformSandbox final : public net::HttpClient {
  public:
    // The clock must outlive it. `secret` is what its webhook receiver checks signatures with.
    PlatformSandbox(const Clock& clock, const Secret& secret);

    net::Result send(const net::Request& request) override;

    // By the platform's id, "webhook" for the receiver; nullptr for what has none here.
    PretendPlatform* find(std::string_view id);
    // Nullptr where people do not sign in with a browser.
    PretendAuthorization* find_sign_in(std::string_view id);
    // Whose sign-in page this is the path of; empty: of nobody's.
    std::string_view sign_in_page(std::string_view path) const;

    // In the order of the platforms' names; the receiver last.
    static constexpr std::array<std::string_view, 8> ids{
        "bluesky", "facebook", "instagram", "linkedin", "mastodon", "threads", "x", "webhook"};

    PretendBluesky bluesky;      // /xrpc/…
    PretendFacebook facebook;    // /facebook/v26.0/… and graph.facebook.com
    PretendInstagram instagram;  // /instagram/v26.0/…, graph.instagram.com, rupload.facebook.com
    PretendLinkedin linkedin;    // /rest/…, /v2/… and /dms-uploads/…
    PretendMastodon mastodon;    // /api/v1/… and /api/v2/…
    PretendThreads threads;      // /threads/v1.0/… and graph.threads.net
    PretendX x;                  // /2/…
    PretendReceiver receiver;    // everything else

    PretendFacebookSignIn facebook_sign_in;  // /facebook/v26.0/dialog/oauth, …/oauth/, me/accounts
    PretendMetaSignIn instagram_sign_in;     // /instagram/oauth/…, /instagram/access_token …
    PretendLinkedInSignIn linkedin_sign_in;  // /oauth/v2/…, /rest/organization…
    PretendMastodonSignIn mastodon_sign_in;  // /oauth/…, /api/v1/apps
    PretendMetaSignIn threads_sign_in;       // /threads/oauth/…, /threads/access_token …
    PretendXSignIn x_sign_in;                // /i/oauth2/authorize, /2/oauth2/…

  private:
    PretendPlatform& platform_for(std::string_view path);
    PretendPlatform* sign_in_for(const net::Request& request, std::string_view path);
};

}  // namespace caas::sandbox
