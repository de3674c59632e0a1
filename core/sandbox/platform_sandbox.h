// All pretend platforms behind the HTTP seam: the path of a request says which one is meant, so any
// base URL will do. Thread-safe.
#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/net/http_client.h"
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
    PlatformSandbox(const Clock& clock, const Secret& secret)
        : bluesky(clock),
          facebook(clock),
          instagram(clock),
          linkedin(clock),
          mastodon(clock),
          threads(clock),
          x(clock),
          receiver(clock, secret) {}

    net::Result send(const net::Request& request) override;

    PretendBluesky bluesky;      // /xrpc/…
    PretendFacebook facebook;    // /facebook/v26.0/… and graph.facebook.com
    PretendInstagram instagram;  // /instagram/v26.0/…, graph.instagram.com, rupload.facebook.com
    PretendLinkedin linkedin;    // /rest/…, /v2/… and /dms-uploads/…
    PretendMastodon mastodon;    // /api/v1/… and /api/v2/…
    PretendThreads threads;      // /threads/v1.0/… and graph.threads.net
    PretendX x;                  // /2/…
    PretendReceiver receiver;    // everything else
};

}  // namespace caas::sandbox
