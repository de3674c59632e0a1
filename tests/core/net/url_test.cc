#include "core/net/url.h"

#include <doctest/doctest.h>

namespace caas {
namespace {

using net::parse_url;

TEST_CASE("a URL is taken apart and put together again") {
    const auto url = parse_url("HTTPS://API.Example.com:8443/v1/a%20b?x=1&y=2#top");

    REQUIRE(url);
    CHECK(url->scheme == "https");
    CHECK(url->host == "api.example.com");
    CHECK(url->port == 8443);
    CHECK(url->path == "/v1/a%20b");
    CHECK(url->query == "x=1&y=2");
    CHECK(url->origin() == "https://api.example.com:8443");
    CHECK(url->without_query() == "https://api.example.com:8443/v1/a%20b");
    CHECK(url->text() == "https://api.example.com:8443/v1/a%20b?x=1&y=2");
}

TEST_CASE("a URL without path and port gets those of its scheme") {
    const auto url = parse_url("http://example.com");

    REQUIRE(url);
    CHECK(url->port == 80);
    CHECK(url->path == "/");
    CHECK(url->text() == "http://example.com/");
    CHECK(parse_url("https://example.com:443/")->text() == "https://example.com/");
    CHECK(parse_url("https://example.com?a=1")->text() == "https://example.com/?a=1");
    CHECK(parse_url("https://example.com:/")->port == 443);
}

TEST_CASE("an IPv6 host keeps its brackets only in text") {
    const auto url = parse_url("http://[::1]:8000/x");

    REQUIRE(url);
    CHECK(url->host == "::1");
    CHECK(url->text() == "http://[::1]:8000/x");
    CHECK(url->is_loopback());
}

TEST_CASE("other schemes and relative addresses are no URL here") {
    CHECK_FALSE(parse_url(""));
    CHECK_FALSE(parse_url("example.com/x"));
    CHECK_FALSE(parse_url("/x"));
    CHECK_FALSE(parse_url("file:///etc/passwd"));
    CHECK_FALSE(parse_url("ftp://example.com"));
    CHECK_FALSE(parse_url("://example.com"));
    CHECK_FALSE(parse_url("http:example.com"));
}

TEST_CASE("a host that two readers could read differently is refused") {
    CHECK_FALSE(parse_url("https://user@example.com/"));
    CHECK_FALSE(parse_url("https://user:pass@example.com/"));
    CHECK_FALSE(parse_url("https://example.com\\@evil.example/"));
    CHECK_FALSE(parse_url("https://exa mple.com/"));
    CHECK_FALSE(parse_url("https://ex\xC3\xA4mple.com/"));
    CHECK_FALSE(parse_url("https://example.com/a\nb"));
    CHECK_FALSE(parse_url("https:///x"));
    CHECK_FALSE(parse_url("https://-x.com/"));
    CHECK_FALSE(parse_url("https://.com/"));
    CHECK_FALSE(parse_url("https://a%2eb/"));
}

TEST_CASE("numbers that only some readers take for an address are refused") {
    CHECK_FALSE(parse_url("http://127.1/"));
    CHECK_FALSE(parse_url("http://2130706433/"));
    CHECK_FALSE(parse_url("http://0x7f.0.0.1/"));
    CHECK_FALSE(parse_url("http://0x7f000001/"));
    CHECK_FALSE(parse_url("http://1.2.3.4.5/"));
    CHECK_FALSE(parse_url("http://256.1.1.1/"));
    CHECK(parse_url("http://192.168.1.5/"));
    CHECK(parse_url("http://8.8.8.8/"));
}

TEST_CASE("broken ports and brackets are refused") {
    CHECK_FALSE(parse_url("http://a.example:0/"));
    CHECK_FALSE(parse_url("http://a.example:65536/"));
    CHECK_FALSE(parse_url("http://a.example:8o/"));
    CHECK_FALSE(parse_url("http://a.example:-1/"));
    CHECK_FALSE(parse_url("http://[::1/"));
    CHECK_FALSE(parse_url("http://[::1]x/"));
    CHECK_FALSE(parse_url("http://[127.0.0.1]/"));
    CHECK_FALSE(parse_url("http://[fe80::1%25eth0]/"));
}

TEST_CASE("a URL has a longest length") {
    CHECK(parse_url("https://a.example/" + std::string(8000, 'a')));
    CHECK_FALSE(parse_url("https://a.example/" + std::string(8200, 'a')));
}

TEST_CASE("loopback hosts are known by name and by address") {
    CHECK(parse_url("http://localhost:1/")->is_loopback());
    CHECK(parse_url("http://LOCALHOST/")->is_loopback());
    CHECK(parse_url("http://127.9.9.9/")->is_loopback());
    CHECK_FALSE(parse_url("http://localhost.example.com/")->is_loopback());
    CHECK_FALSE(parse_url("http://128.0.0.1/")->is_loopback());
}

TEST_CASE("percent encoding keeps only what is unreserved") {
    CHECK(net::percent_encode("aZ09-._~") == "aZ09-._~");
    CHECK(net::percent_encode("a b/c?d=e&f+g%") == "a%20b%2Fc%3Fd%3De%26f%2Bg%25");
    CHECK(net::percent_encode("\xC3\xBC") == "%C3%BC");
    CHECK(net::percent_decode("a%20b%2Fc+d") == "a b/c+d");
    CHECK_FALSE(net::percent_decode("100%"));
    CHECK_FALSE(net::percent_decode("%2"));
    CHECK_FALSE(net::percent_decode("%zz"));
}

TEST_CASE("forms go out and come back") {
    const net::Pairs pairs{{"grant type", "a&b=c"}, {"empty", ""}};

    const auto text = net::form_encode(pairs);

    CHECK(text == "grant%20type=a%26b%3Dc&empty=");
    CHECK(net::form_decode(text) == pairs);
    CHECK(net::form_decode("a=1+2&&b&c=%zz") == net::Pairs{{"a", "1 2"}, {"b", ""}});
}

TEST_CASE("paths and queries are added with exactly one mark") {
    CHECK(net::join("https://a.example/v1/", "/posts") == "https://a.example/v1/posts");
    CHECK(net::join("https://a.example", "posts") == "https://a.example/posts");
    CHECK(net::with_query("https://a.example/x", {{"q", "a b"}}) == "https://a.example/x?q=a%20b");
    CHECK(
        net::with_query("https://a.example/x?y=1", {{"q", "2"}}) == "https://a.example/x?y=1&q=2");
    CHECK(net::with_query("https://a.example/x", {}) == "https://a.example/x");
}

}  // namespace
}  // namespace caas
