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
    auto result = inner_->send(request);
    if (auto* failure = std::get_if<Failure>(&result); failure != nullptr &&
                                                       failure->kind == Failure::Kind::connect &&
                                                       url && url->origin() == pretend_)
        failure->message += "; the sandbox is not running: start caasd --sandbox";
    return result;
}

}  // namespace caas::net
