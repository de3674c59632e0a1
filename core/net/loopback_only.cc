#include "core/net/loopback_only.h"

#include "core/net/url.h"

namespace caas::net {

Result LoopbackOnly::send(const Request& request) {
    const auto url = parse_url(request.url);
    if (url && !url->is_loopback())
        return Failure{
            Failure::Kind::refused_address,
            false,
            "this is a sandbox: " + url->host + " is not on this machine and is not asked"};
    return inner_->send(request);
}

}  // namespace caas::net
