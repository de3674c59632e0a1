// Which network addresses belong to the public Internet. Pure functions, thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <sys/socket.h>

namespace caas::net {

// Whether a packet to this address leaves for the public Internet: not this machine, a private or
// shared network, a link, a multicast group, documentation, nor an IPv6 form that wraps IPv4.
// Families other than IPv4 and IPv6 are not public.
bool is_public(const sockaddr& address);
bool is_loopback(const sockaddr& address);

// Whether `text` is an IPv4 dotted quad or an IPv6 address without brackets and zone.
bool is_ip(std::string_view text);
// The same for the text form of an address; false when `text` is no address at all.
bool is_public_ip(std::string_view text);
bool is_loopback_ip(std::string_view text);

}  // namespace caas::net
