#include "cli/http_transport.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "cli/event_sink.h"
#include "core/base/error.h"

namespace caas::cli {
namespace {

// Longer than any `?wait=` and than the daemon's own patience with a model.
constexpr auto longest = std::chrono::minutes(10);
constexpr auto longest_silence = std::chrono::minutes(3);

[[noreturn]] void fail(const net::Failure& failure, const Ask& ask, const std::string& server) {
    if (failure.kind == net::Failure::Kind::canceled)
        throw Error(Code::canceled, "Interrupted");
    const bool may_be_done = ask.method != "GET" && failure.may_have_left;
    const auto code =
        failure.kind == net::Failure::Kind::timeout ? Code::timeout : Code::unavailable;
    throw Error(
        code,
        "No answer from " + server + " (" + failure.message + ")",
        may_be_done ? "the request may have been carried out: look before you repeat it"
                    : "is caasd running there? see `caas status`");
}

}  // namespace

HttpTransport::HttpTransport(
    net::HttpClient& http,
    const std::string& server,
    Secret token,
    std::span<const std::string> plain_http_hosts)
    : http_(http), server_(server), token_(std::move(token)) {
    const auto url = net::parse_url(server);
    if (!url)
        throw Error(
            Code::usage,
            "`" + server + "` is not the address of a server",
            "give one such as https://caas.example.org or http://localhost:8000");
    const bool is_excepted =
        std::find(plain_http_hosts.begin(), plain_http_hosts.end(), url->host) !=
        plain_http_hosts.end();
    if (!url->is_secure() && !url->is_loopback() && !is_excepted)
        throw Error(
            Code::usage,
            "Plain http to " + url->host + " would send your token in the open",
            "use https, or name the host in [net] plain_http_hosts");
    server_ = url->without_query();
    while (!server_.empty() && server_.back() == '/')
        server_.pop_back();
}

Answer HttpTransport::send(const Ask& ask) {
    net::Request request;
    request.method = ask.method;
    request.url = net::with_query(server_ + target_of(ask.path), ask.query);
    request.headers = ask.headers;
    request.headers.emplace_back("Accept", ask.on_event ? "text/event-stream" : "application/json");
    if (!token_.empty())
        request.headers.emplace_back("Authorization", "Bearer " + token_.reveal());
    if (!ask.body.empty())
        request.headers.emplace_back("Content-Type", "application/json");
    request.body = ask.body;
    request.is_create = ask.method != "GET";
    request.total_timeout = longest;
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
    return answer;
}

}  // namespace caas::cli
