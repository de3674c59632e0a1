// Which well-formed requests are refused before anything of them is believed: wrong framing of the
// body, hosts that are not ours (DNS rebinding), pages of others (Origin). Pure; thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/limits.h"
#include "daemon/http/refusal.h"
#include "daemon/http/request_head.h"

namespace caas::http {

// Whose requests are taken. localhost and addresses in digits are always taken as Host: a page can
// only be rebound to us by a name.
struct Policy {
    // How long the body of this request may be; where it is empty, Limits say it.
    std::function<std::uint64_t(const Head&)> most_body_bytes{};
    std::vector<std::string> hosts;            // names, without port
    std::vector<std::string> origins;          // "https://app.example.com", exact
    std::vector<std::string> cors_origins;     // those of them whose pages are elsewhere
    std::vector<std::string> trusted_proxies;  // addresses or prefixes, see forwarded.h
};

std::optional<Refusal> refuse(const Head& head, const Limits& limits, const Policy& policy);

// Whether `host` (the value of a Host header) names this server.
bool is_our_host(std::string_view host, const Policy& policy);

}  // namespace caas::http
