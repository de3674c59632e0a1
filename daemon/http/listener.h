// Takes an address of this machine to listen on, or says who has it. Thread-safe: no state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/socket.h>

#include "daemon/http/descriptor.h"

namespace caas::http {

struct Place {
    std::string host;  // a name or an address; IPv6 without brackets
    std::uint16_t port = 0;

    // "127.0.0.1:8000", "[::1]:8000"
    std::string text() const;
    // Whether only this machine can reach it.
    bool is_loopback() const;
};

// Reads "HOST:PORT", "[ADDRESS]:PORT", ":PORT" (all addresses) or "PORT" (loopback). Throws
// Error(usage).
Place parse_place(std::string_view text);

// Listening, non-blocking sockets on every address that the host's name has. Port 0 takes any free
// one and tells it in `place`. Throws Error: usage (no such host), forbidden (a port below 1024),
// conflict (somebody has the port: says who, where that can be told), unavailable.
std::vector<Descriptor> listen_on(Place& place);

// "192.0.2.7", "2001:db8::1": without the port; an IPv4 address that came by IPv6 as itself.
std::string address_text(const sockaddr_storage& from);

}  // namespace caas::http
