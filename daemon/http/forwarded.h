// Who really asks, when a proxy stands in front. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/net/http_client.h"

namespace caas::http {

// `peer`: the address at the other end of the socket. When it is a trusted proxy, the last address
// of X-Forwarded-For that is not itself one; else `peer`, whatever the headers claim.
std::string caller_address(
    const std::string& peer, const net::Headers& headers, const std::vector<std::string>& trusted);

// Whether `address` lies in `range`: an address, or a prefix such as 10.0.0.0/8 or fd00::/8.
bool is_in_range(const std::string& address, std::string_view range);

}  // namespace caas::http
