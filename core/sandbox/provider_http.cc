#include "core/sandbox/provider_http.h"

#include <algorithm>

namespace caas::sandbox {

net::Result ProviderHttp::send(const net::Request& request) {
    using Kind = net::Failure::Kind;
    const auto reply = providers_.handle(request);
    const bool is_streamed = request.on_data && reply.status >= 200 && reply.status < 300;
    net::Response response{reply.status, reply.headers, {}};
    Milliseconds waited{};
    for (const auto& chunk : reply.chunks) {
        const auto left = request.total_timeout - waited;
        const auto wait = std::min(chunk.delay, left);
        if (wait > Milliseconds(0) && !clock_.sleep(wait, request.stop))
            return net::Failure{Kind::canceled, true, "canceled"};
        waited += wait;
        if (chunk.delay > left)
            return net::Failure{Kind::timeout, true, "timed out"};
        if (request.stop.stop_requested())
            return net::Failure{Kind::canceled, true, "canceled"};
        if (!is_streamed)
            response.body += chunk.bytes;
        else if (!request.on_data(chunk.bytes))
            return net::Failure{Kind::canceled, true, "canceled"};
    }
    if (reply.ending == ProviderReply::Ending::hang) {
        if (!clock_.sleep(request.total_timeout - waited, request.stop))
            return net::Failure{Kind::canceled, true, "canceled"};
        return net::Failure{Kind::timeout, true, "timed out"};
    }
    if (reply.ending == ProviderReply::Ending::broken)
        return net::Failure{Kind::broken, true, "the connection died"};
    return response;
}

}  // namespace caas::sandbox
