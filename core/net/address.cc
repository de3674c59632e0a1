#include "core/net/address.h"

#include <cstring>
#include <optional>
#include <string>
#include <variant>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace caas::net {
namespace {

using V4 = std::uint32_t;
using V6 = std::array<std::uint8_t, 16>;
using Address = std::variant<V4, V6>;

struct Range4 {
    V4 start;
    unsigned bits;
};

constexpr V4 v4(unsigned a, unsigned b, unsigned c, unsigned d) {
    return (a << 24U) | (b << 16U) | (c << 8U) | d;
}

// IANA IPv4 Special-Purpose Address Registry, and multicast.
constexpr std::array<Range4, 16> special4{{
    {v4(0, 0, 0, 0), 8},        // this network
    {v4(10, 0, 0, 0), 8},       // private
    {v4(100, 64, 0, 0), 10},    // shared by carriers (CGNAT)
    {v4(127, 0, 0, 0), 8},      // loopback
    {v4(169, 254, 0, 0), 16},   // link-local, and the metadata services of clouds
    {v4(172, 16, 0, 0), 12},    // private
    {v4(192, 0, 0, 0), 24},     // protocol assignments
    {v4(192, 0, 2, 0), 24},     // documentation
    {v4(192, 88, 99, 0), 24},   // 6to4 relays
    {v4(192, 168, 0, 0), 16},   // private
    {v4(198, 18, 0, 0), 15},    // benchmarks
    {v4(198, 51, 100, 0), 24},  // documentation
    {v4(203, 0, 113, 0), 24},   // documentation
    {v4(224, 0, 0, 0), 4},      // multicast
    {v4(240, 0, 0, 0), 4},      // reserved
    {v4(255, 255, 255, 255), 32},
}};

struct Range6 {
    std::array<std::uint8_t, 6> start;
    unsigned bits;
};

// The parts of 2000::/3 that are not global unicast or that wrap an IPv4 address (IANA IPv6
// Special-Purpose Address Registry). Whatever lies outside 2000::/3 is not public either.
constexpr std::array<Range6, 3> special6{{
    {{0x20, 0x01, 0x00, 0x00}, 23},  // protocol assignments, Teredo, ORCHID
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x20, 0x02}, 16},              // 6to4
}};

bool is_within(V4 address, const Range4& range) {
    const V4 mask = ~V4{0} << (32U - range.bits);
    return (address & mask) == range.start;
}

bool is_within(const V6& address, const Range6& range) {
    for (unsigned bit = 0; bit < range.bits; ++bit) {
        const unsigned shift = 7U - bit % 8U;
        if (((address[bit / 8U] ^ range.start[bit / 8U]) >> shift) % 2U != 0)
            return false;
    }
    return true;
}

bool is_public(V4 address) {
    for (const auto& range : special4) {
        if (is_within(address, range))
            return false;
    }
    return true;
}

bool is_public(const V6& address) {
    // NAT64 (64:ff9b::/96) is how a network without IPv4 reaches it: the wrapped address decides.
    constexpr std::array<std::uint8_t, 12> nat64{0x00, 0x64, 0xff, 0x9b};
    if (std::memcmp(address.data(), nat64.data(), nat64.size()) == 0)
        return is_public(v4(address[12], address[13], address[14], address[15]));
    if (address[0] >> 5U != 1U)
        return false;
    for (const auto& range : special6) {
        if (is_within(address, range))
            return false;
    }
    return true;
}

bool is_loopback(V4 address) {
    return address >> 24U == 127U;
}

bool is_loopback(const V6& address) {
    V6 one{};
    one[15] = 1;
    return address == one;
}

std::optional<Address> address_of(const sockaddr& from) {
    if (from.sa_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, &from, sizeof in);
        return ntohl(in.sin_addr.s_addr);
    }
    if (from.sa_family == AF_INET6) {
        sockaddr_in6 in{};
        std::memcpy(&in, &from, sizeof in);
        V6 bytes{};
        std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
        return bytes;
    }
    return std::nullopt;
}

std::optional<Address> address_of(std::string_view text) {
    const std::string whole(text);
    in_addr four{};
    if (inet_pton(AF_INET, whole.c_str(), &four) == 1)
        return ntohl(four.s_addr);
    V6 six{};
    if (inet_pton(AF_INET6, whole.c_str(), six.data()) == 1)
        return six;
    return std::nullopt;
}

bool is_public(const std::optional<Address>& address) {
    return address && std::visit([](const auto& known) { return is_public(known); }, *address);
}

bool is_loopback(const std::optional<Address>& address) {
    return address && std::visit([](const auto& known) { return is_loopback(known); }, *address);
}

}  // namespace

bool is_public(const sockaddr& address) {
    return is_public(address_of(address));
}

bool is_loopback(const sockaddr& address) {
    return is_loopback(address_of(address));
}

bool is_ip(std::string_view text) {
    return address_of(text).has_value();
}

bool is_public_ip(std::string_view text) {
    return is_public(address_of(text));
}

bool is_loopback_ip(std::string_view text) {
    return is_loopback(address_of(text));
}

}  // namespace caas::net
