#include "daemon/http/guard.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

namespace caas::http {
namespace {

constexpr std::array<std::string_view, 7> methods{
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

bool needs_length(std::string_view method) {
    return method == "POST" || method == "PUT" || method == "PATCH";
}

bool is_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
           inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

// The name of "name:port" or "[address]:port"; empty when it is neither.
std::string_view name_of(std::string_view host) {
    auto name = host;
    auto port = std::string_view();
    if (host.starts_with('[')) {
        const auto bracket = host.find(']');
        if (bracket == std::string_view::npos)
            return {};
        name = host.substr(1, bracket - 1);
        port = host.substr(bracket + 1);
    } else if (const auto colon = host.find(':'); colon != std::string_view::npos) {
        name = host.substr(0, colon);
        port = host.substr(colon);
    }
    const bool is_port =
        port.empty() || (port.starts_with(':') && port.size() <= 6 &&
                         port.find_first_not_of("0123456789", 1) == std::string_view::npos);
    if (!is_port)
        return {};
    if (name.ends_with('.'))
        name.remove_suffix(1);
    return name;
}

// Framing: what would let two readers see two different ends of this request.
std::optional<Refusal> refuse_framing(
    const Head& head, const Limits& limits, const Policy& policy) {
    const bool has_coding = head.header("transfer-encoding") != nullptr;
    if (has_coding && head.content_length)
        return Refusal{
            400, "bad_request", "Transfer-Encoding and Content-Length contradict each other", {}};
    if (has_coding || (needs_length(head.method) && !head.content_length))
        return Refusal{
            411,
            "length_required",
            "The length of the body must be announced",
            "Send a Content-Length header, 0 for no body; chunked bodies are not taken"};
    const auto most =
        policy.most_body_bytes ? policy.most_body_bytes(head) : limits.most_body_bytes;
    if (head.content_length.value_or(0) > most)
        return Refusal{
            413, "too_large", "The body is larger than " + std::to_string(most) + " bytes", {}};
    const auto* coding = head.header("content-encoding");
    if (coding != nullptr && !coding->empty() && !is_same_word(*coding, "identity"))
        return Refusal{
            415,
            "unsupported_media_type",
            "Compressed bodies are not taken",
            "Send the body without Content-Encoding"};
    return std::nullopt;
}

bool is_our_origin(std::string_view origin, const Head& head, const Policy& policy) {
    if (std::ranges::any_of(
            policy.origins, [origin](const auto& known) { return is_same_word(known, origin); }))
        return true;
    const auto* host = head.header("host");
    const auto at = origin.find("://");
    return host != nullptr && at != std::string_view::npos &&
           is_same_word(origin.substr(at + 3), *host);
}

}  // namespace

bool is_our_host(std::string_view host, const Policy& policy) {
    const std::string name(name_of(host));
    if (name.empty())
        return false;
    return is_same_word(name, "localhost") || is_address(name) ||
           std::ranges::any_of(
               policy.hosts, [&name](const auto& known) { return is_same_word(known, name); });
}

std::optional<Refusal> refuse(const Head& head, const Limits& limits, const Policy& policy) {
    if (std::ranges::find(methods, head.method) == methods.end())
        return Refusal{501, "method_not_implemented", "This method is not known here", {}};
    const auto* host = head.header("host");
    // HTTP/1.0 knows no Host (health checks of load balancers); no browser speaks it.
    if (host == nullptr && !head.is_http_1_0)
        return Refusal{400, "bad_request", "The Host header is missing", {}};
    if (auto refusal = refuse_framing(head, limits, policy))
        return refusal;
    if (host != nullptr && !is_our_host(*host, policy))
        return Refusal{
            403,
            "forbidden",
            "This server does not answer under that host name",
            "If it should, set http.public_url to the address under which it is reached"};
    if (const auto* origin = head.header("origin");
        origin != nullptr && !is_our_origin(*origin, head, policy))
        return Refusal{
            403,
            "forbidden",
            "Requests from pages of another origin are not taken",
            "If the page is yours, set http.public_url to the address under which it is reached"};
    if (const auto* range = head.header("range");
        range != nullptr && (range->find(',') != std::string::npos || range->size() > 64))
        return Refusal{416, "range_not_satisfiable", "Only one range can be asked for", {}};
    return std::nullopt;
}

}  // namespace caas::http
