#include "core/sandbox/platform_sandbox.h"

#include "core/net/url.h"

namespace caas::sandbox {

net::Result PlatformSandbox::send(const net::Request& request) {
    const auto url = net::parse_url(request.url);
    if (!url)
        return net::Failure{net::Failure::Kind::bad_url, false, "not an http URL"};
    if (url->path.starts_with("/xrpc/"))
        return bluesky.handle(request);
    if (url->path.starts_with("/api/v1/") || url->path.starts_with("/api/v2/"))
        return mastodon.handle(request);
    if (url->path.starts_with("/threads/") || url->host == "graph.threads.net")
        return threads.handle(request);
    if (url->path.starts_with("/instagram/") || url->path.starts_with("/ig-api-upload/") ||
        url->host == "graph.instagram.com")
        return instagram.handle(request);
    if (url->path.starts_with("/facebook/") || url->host == "graph.facebook.com")
        return facebook.handle(request);
    for (const std::string_view prefix : {"/rest/", "/v2/", "/dms-uploads/"}) {
        if (url->path.starts_with(prefix))
            return linkedin.handle(request);
    }
    if (url->path.starts_with("/2/"))
        return x.handle(request);
    return receiver.handle(request);
}

}  // namespace caas::sandbox
