#include "cli/http_transport.h"

#include <nlohmann/json.hpp>

#include "cli/event_sink.h"
#include "cli/server_address.h"
#include "cli/stranger.h"
#include "core/base/error.h"

namespace caas::cli {
namespace {

// Longer than any `?wait=` and than the daemon's own patience with a model.
constexpr auto longest = std::chrono::minutes(10);
constexpr auto longest_upload = std::chrono::hours(24);
constexpr auto longest_silence = std::chrono::minutes(3);

// What to do when it is certain that nothing was carried out.
std::string hint_of(net::Failure::Kind kind) {
    using Kind = net::Failure::Kind;
    switch (kind) {
        case Kind::resolve:
            return "is the name spelled as it should be, and this machine online?";
        case Kind::tls:
            return "does it speak https there? If its certificate is of your own authority, name "
                   "that one's file: CAAS_NET_CA_FILE, or ca_file in [net]";
        case Kind::too_large:
            return "ask for less at once, with --limit";
        case Kind::timeout:
            return "it is busy, or the network is: try again";
        default:
            return "is caasd running there, and the address right?";
    }
}

Code code_of(net::Failure::Kind kind) {
    using Kind = net::Failure::Kind;
    switch (kind) {
        case Kind::timeout:
            return Code::timeout;
        case Kind::bad_url:
            return Code::usage;
        // Waiting mends neither.
        case Kind::tls:
        case Kind::too_large:
            return Code::internal;
        default:
            return Code::unavailable;
    }
}

[[noreturn]] void fail(const net::Failure& failure, const Ask& ask, const std::string& server) {
    if (failure.kind == net::Failure::Kind::canceled)
        throw Error(Code::canceled, "Interrupted");
    const bool may_be_done = ask.method != "GET" && failure.may_have_left;
    throw Error(
        code_of(failure.kind),
        "No answer from " + server + " (" + failure.message + ")",
        may_be_done ? "the request may have been carried out: look before you repeat it"
                    : hint_of(failure.kind));
}

}  // namespace

HttpTransport::HttpTransport(
    net::HttpClient& http,
    const std::string& server,
    Secret token,
    std::span<const std::string> plain_http_hosts)
    : http_(http), server_(server_address(server, plain_http_hosts)), token_(std::move(token)) {}

Answer HttpTransport::send(const Ask& ask) {
    net::Request request;
    request.method = ask.method;
    request.url = net::with_query(server_ + target_of(ask.path), ask.query);
    request.headers = ask.headers;
    request.headers.emplace_back("Accept", ask.on_event ? "text/event-stream" : "application/json");
    if (!token_.empty())
        request.headers.emplace_back("Authorization", "Bearer " + token_.reveal());
    if (!ask.body.empty() || ask.source)
        request.headers.emplace_back("Content-Type", ask.type);
    request.body = ask.body;
    request.source = ask.source;
    request.is_create = ask.method != "GET";
    // A long file takes its time; silence is what ends it.
    request.total_timeout = ask.source ? longest_upload : longest;
    request.stall_timeout = longest_silence;
    request.most_response_bytes = 64U << 20U;
    request.stop = ask.stop;
    std::optional<net::SseParser> sink;
    std::string plain;
    if (ask.on_event) {
        sink.emplace(event_sink(ask.on_event));
        request.on_data = [&](std::string_view bytes) {
            plain += bytes;
            return sink->feed(bytes);
        };
    }

    auto result = http_.send(request);

    if (const auto* failure = std::get_if<net::Failure>(&result); failure != nullptr)
        fail(*failure, ask, server_);
    auto& response = std::get<net::Response>(result);
    Answer answer{response.status, std::move(response.headers), std::move(response.body)};
    if (sink && answer.status < 300) {
        sink->finish();
        answer.body = std::move(plain);
    }
    require_caas(answer, server_);
    return answer;
}

}  // namespace caas::cli
