#include "core/net/address.h"

#include <doctest/doctest.h>

namespace caas {
namespace {

using net::is_loopback_ip;
using net::is_public_ip;

TEST_CASE("ordinary addresses of the Internet are public") {
    CHECK(is_public_ip("1.1.1.1"));
    CHECK(is_public_ip("172.15.255.255"));
    CHECK(is_public_ip("172.32.0.1"));
    CHECK(is_public_ip("100.63.255.255"));
    CHECK(is_public_ip("100.128.0.1"));
    CHECK(is_public_ip("223.255.255.255"));
    CHECK(is_public_ip("2606:4700::1111"));
    CHECK(is_public_ip("2001:4860:4860::8888"));
}

TEST_CASE("addresses of private, shared and local networks are not public") {
    CHECK_FALSE(is_public_ip("0.0.0.0"));
    CHECK_FALSE(is_public_ip("10.0.0.1"));
    CHECK_FALSE(is_public_ip("100.64.0.1"));
    CHECK_FALSE(is_public_ip("100.127.255.255"));
    CHECK_FALSE(is_public_ip("127.0.0.1"));
    CHECK_FALSE(is_public_ip("169.254.169.254"));
    CHECK_FALSE(is_public_ip("172.16.0.1"));
    CHECK_FALSE(is_public_ip("172.31.255.255"));
    CHECK_FALSE(is_public_ip("192.168.1.1"));
    CHECK_FALSE(is_public_ip("198.19.0.1"));
    CHECK_FALSE(is_public_ip("203.0.113.9"));
}

TEST_CASE("multicast, reserved and broadcast addresses are not public") {
    CHECK_FALSE(is_public_ip("224.0.0.1"));
    CHECK_FALSE(is_public_ip("239.255.255.255"));
    CHECK_FALSE(is_public_ip("240.0.0.1"));
    CHECK_FALSE(is_public_ip("255.255.255.255"));
    CHECK_FALSE(is_public_ip("ff02::1"));
}

TEST_CASE("IPv6 addresses that are local or wrap IPv4 are not public") {
    CHECK_FALSE(is_public_ip("::"));
    CHECK_FALSE(is_public_ip("::1"));
    CHECK_FALSE(is_public_ip("fe80::1"));
    CHECK_FALSE(is_public_ip("fec0::1"));
    CHECK_FALSE(is_public_ip("fc00::1"));
    CHECK_FALSE(is_public_ip("fd12:3456::1"));
    CHECK_FALSE(is_public_ip("::ffff:10.0.0.1"));
    CHECK_FALSE(is_public_ip("::ffff:1.1.1.1"));
    CHECK_FALSE(is_public_ip("::127.0.0.1"));
    CHECK_FALSE(is_public_ip("2002:7f00:1::"));
    CHECK_FALSE(is_public_ip("2001::1"));
    CHECK_FALSE(is_public_ip("2001:db8::1"));
}

TEST_CASE("behind NAT64 the wrapped IPv4 address decides") {
    CHECK(is_public_ip("64:ff9b::1.1.1.1"));
    CHECK_FALSE(is_public_ip("64:ff9b::10.0.0.1"));
    CHECK_FALSE(is_public_ip("64:ff9b:1::1.1.1.1"));
}

TEST_CASE("loopback is all of 127 and one IPv6 address") {
    CHECK(is_loopback_ip("127.0.0.1"));
    CHECK(is_loopback_ip("127.255.0.3"));
    CHECK(is_loopback_ip("::1"));
    CHECK_FALSE(is_loopback_ip("128.0.0.1"));
    CHECK_FALSE(is_loopback_ip("::2"));
    CHECK_FALSE(is_loopback_ip("::ffff:127.0.0.1"));
    CHECK_FALSE(is_loopback_ip("localhost"));
}

TEST_CASE("what is no address is neither public nor loopback") {
    CHECK_FALSE(net::is_ip("example.com"));
    CHECK_FALSE(net::is_ip("1.2.3"));
    CHECK_FALSE(net::is_ip("0x7f.0.0.1"));
    CHECK_FALSE(net::is_ip("fe80::1%eth0"));
    CHECK_FALSE(is_public_ip(""));
}

}  // namespace
}  // namespace caas
