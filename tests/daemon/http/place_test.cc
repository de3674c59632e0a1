// Addresses to listen on, and ranges of addresses that are trusted.
#include <string>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "daemon/http/forwarded.h"
#include "daemon/http/listener.h"

namespace caas {
namespace {

using http::caller_address;
using http::is_in_range;
using http::parse_place;

TEST_CASE("addresses to listen on are read in the usual forms") {
    CHECK(parse_place("127.0.0.1:8000").text() == "127.0.0.1:8000");
    CHECK(parse_place("[::1]:8000").host == "::1");
    CHECK(parse_place("[::1]:8000").text() == "[::1]:8000");
    CHECK(parse_place("localhost:0").port == 0);
    CHECK(parse_place("9000").text() == "127.0.0.1:9000");
    CHECK(parse_place(":9000").text() == "*:9000");
    CHECK(parse_place("*:9000").text() == "*:9000");
}

TEST_CASE("what is no address to listen on is refused") {
    CHECK_THROWS_AS(parse_place(""), Error);
    CHECK_THROWS_AS(parse_place("localhost"), Error);
    CHECK_THROWS_AS(parse_place("localhost:"), Error);
    CHECK_THROWS_AS(parse_place("localhost:http"), Error);
    CHECK_THROWS_AS(parse_place("localhost:70000"), Error);
    CHECK_THROWS_AS(parse_place("localhost:-1"), Error);
    CHECK_THROWS_AS(parse_place("::1:8000"), Error);
}

TEST_CASE("loopback is told from the rest") {
    CHECK(parse_place("127.0.0.1:1").is_loopback());
    CHECK(parse_place("localhost:1").is_loopback());
    CHECK(parse_place("[::1]:1").is_loopback());
    CHECK(!parse_place("0.0.0.0:1").is_loopback());
    CHECK(!parse_place(":1").is_loopback());
}

TEST_CASE("an address that this machine does not have is refused with words") {
    auto place = parse_place("192.0.2.1:8000");

    CHECK_THROWS_WITH_AS(
        http::listen_on(place), "This machine does not have the address of 192.0.2.1:8000", Error);
}

TEST_CASE("a free port is told") {
    auto place = parse_place("127.0.0.1:0");

    const auto listeners = http::listen_on(place);

    CHECK(listeners.size() == 1);
    CHECK(place.port != 0);
}

TEST_CASE("ranges of addresses end where their prefix ends") {
    CHECK(is_in_range("10.1.2.3", "10.0.0.0/8"));
    CHECK(!is_in_range("11.1.2.3", "10.0.0.0/8"));
    CHECK(is_in_range("192.168.1.127", "192.168.1.0/25"));
    CHECK(!is_in_range("192.168.1.128", "192.168.1.0/25"));
    CHECK(is_in_range("fd12::1", "fd00::/8"));
    CHECK(!is_in_range("10.0.0.1", "::/0"));
    CHECK(is_in_range("10.0.0.1", "0.0.0.0/0"));
    CHECK(is_in_range("10.0.0.1", "10.0.0.1"));
    CHECK(!is_in_range("10.0.0.1", "10.0.0.1/33"));
    CHECK(!is_in_range("10.0.0.1", "10.0.0.1/x"));
    CHECK(!is_in_range("nonsense", "0.0.0.0/0"));
}

TEST_CASE("the caller is the last address that is no trusted proxy") {
    const std::vector<std::string> trusted{"10.0.0.0/8"};
    const auto from = [&trusted](const std::string& peer, const std::string& claimed) {
        return caller_address(peer, {{"x-forwarded-for", claimed}}, trusted);
    };

    CHECK(from("10.0.0.1", "9.9.9.9") == "9.9.9.9");
    CHECK(from("10.0.0.1", "6.6.6.6, 9.9.9.9, 10.0.0.2") == "9.9.9.9");
    CHECK(from("8.8.8.8", "9.9.9.9") == "8.8.8.8");
    CHECK(from("10.0.0.1", "10.0.0.3,10.0.0.2") == "10.0.0.3");
    CHECK(from("10.0.0.1", "unknown") == "10.0.0.1");
    CHECK(from("10.0.0.1", "9.9.9.9, _hidden") == "10.0.0.1");
    CHECK(from("10.0.0.1", "") == "10.0.0.1");
}

}  // namespace
}  // namespace caas
