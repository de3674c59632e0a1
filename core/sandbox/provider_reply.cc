#include "core/sandbox/provider_reply.h"

namespace caas::sandbox {

std::string ProviderReply::body() const {
    std::string all;
    for (const auto& chunk : chunks)
        all += chunk.bytes;
    return all;
}

ProviderReply ProviderReply::json(int status, const Json& body, net::Headers more) {
    auto reply = text(status, "application/json", json::dump(body));
    reply.headers.insert(reply.headers.end(), more.begin(), more.end());
    return reply;
}

ProviderReply ProviderReply::text(int status, std::string type, std::string body) {
    ProviderReply reply;
    reply.status = status;
    reply.headers = {{"Content-Type", std::move(type)}};
    reply.chunks = {{std::move(body), {}}};
    return reply;
}

void EventStream::add(std::string_view name, const Json& data) {
    std::string bytes;
    if (!name.empty())
        bytes = "event: " + std::string(name) + line_end_;
    add_raw(bytes + "data: " + json::dump(data) + line_end_ + line_end_);
}

ProviderReply EventStream::take(net::Headers headers) {
    reply_.headers = {{"Content-Type", "text/event-stream"}};
    reply_.headers.insert(reply_.headers.end(), headers.begin(), headers.end());
    return std::move(reply_);
}

}  // namespace caas::sandbox
