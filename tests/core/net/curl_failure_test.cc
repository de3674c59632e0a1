#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/net/curl.h"
#include "tests/core/net/curl_requests.h"
#include "tests/fake/loopback.h"

namespace caas {
namespace {

using namespace std::chrono_literals;
using Kind = net::Failure::Kind;

TEST_CASE("nobody listens, so nothing has left") {
    const auto failure = failed(net::curl_client()->send(post(dead_url(), "x")));

    CHECK(failure.kind == Kind::connect);
    CHECK_FALSE(failure.may_have_left);
    CHECK(failure.message.find("127.0.0.1 port") != std::string::npos);
}

TEST_CASE("a name that cannot exist is not resolved, so nothing has left") {
    const auto failure =
        failed(net::curl_client()->send(post("https://nowhere.invalid/x?key=1", "x")));

    CHECK(failure.kind == Kind::resolve);
    CHECK_FALSE(failure.may_have_left);
    CHECK(failure.message.find("key") == std::string::npos);
}

TEST_CASE("a server that does not speak TLS gets nothing") {
    fake::Loopback server;
    server.close_next_connections(1);
    const auto url = "https" + server.url("/x").substr(4);

    const auto failure = failed(net::curl_client()->send(post(url, "secret")));

    CHECK(failure.kind == Kind::tls);
    CHECK_FALSE(failure.may_have_left);
    CHECK(server.requests().empty());
}

TEST_CASE("what a proxy does not pass on has not left") {
    fake::Loopback proxy;
    proxy.reply({.status = 502, .closes = true});
    proxy.reply({.drops = true});
    // NOLINTBEGIN(concurrency-mt-unsafe): no other thread of this test asks for it
    setenv("https_proxy", proxy.url().c_str(), 1);
    const auto http = net::curl_client();
    for (int i = 0; i < 2; ++i) {
        const auto failure = failed(http->send(post("https://hooks.invalid/x", "secret")));

        CHECK(failure.kind == Kind::connect);
        CHECK_FALSE(failure.may_have_left);
        CHECK(failure.message.starts_with("no connection to hooks.invalid port 443"));
    }
    unsetenv("https_proxy");
    // NOLINTEND(concurrency-mt-unsafe)
    for (const auto& request : proxy.requests())
        CHECK(request.method == "CONNECT");
}

TEST_CASE("a connection closed on arrival breaks the request, which may have left") {
    fake::Loopback server;
    server.close_next_connections(1);

    const auto failure = failed(net::curl_client()->send(post(server.url(), "x")));

    CHECK(failure.kind == Kind::broken);
    CHECK(failure.may_have_left);
}

TEST_CASE("a server that never answers runs into the total timeout") {
    fake::Loopback server;
    server.reply({.hangs = true});
    auto request = post(server.url("/x?token=abc"), "x");
    request.total_timeout = 80ms;

    const auto failure = failed(net::curl_client()->send(request));

    CHECK(failure.kind == Kind::timeout);
    CHECK(failure.may_have_left);
    CHECK(failure.message.find("abc") == std::string::npos);
}

TEST_CASE("a stalled answer is given up") {
    fake::Loopback server;
    server.reply({.chunks = {"a", "b"}, .pause = 20s});
    auto request = get(server.url());
    request.stall_timeout = 1s;

    const auto failure = failed(net::curl_client()->send(request));

    CHECK(failure.kind == Kind::timeout);
}

TEST_CASE("an answer that is cut off is no answer") {
    fake::Loopback server;
    server.reply({.body = std::string(1000, 'x'), .cut_after = 500});

    const auto failure = failed(net::curl_client()->send(get(server.url())));

    CHECK(failure.kind == Kind::broken);
    CHECK(failure.may_have_left);
}

TEST_CASE("an answer that is cut off within its headers is no answer") {
    constexpr std::string_view whole = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
    fake::Loopback server;
    for (const std::size_t left : {12U, 22U, 30U, 41U})
        server.reply({.raw = std::string(whole), .cut_after = left});
    server.reply({.raw = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", .closes = true});
    server.reply({.raw = std::string(whole), .closes = true});
    const auto http = net::curl_client();

    for (int i = 0; i < 5; ++i) {
        const auto failure = failed(http->send(post(server.url(), "x")));

        CHECK(failure.kind == Kind::broken);
        CHECK(failure.may_have_left);
    }

    CHECK(answered(http->send(post(server.url(), "x"))).status == 201);
}

TEST_CASE("what is no HTTP is no answer") {
    fake::Loopback server;
    server.reply({.raw = "SSH-2.0-OpenSSH_9.2\r\n\r\n", .closes = true});

    CHECK(failed(net::curl_client()->send(get(server.url()))).kind == Kind::broken);
}

TEST_CASE("a stop ends a waiting request at once") {
    fake::Loopback server;
    server.reply({.hangs = true});
    std::stop_source source;
    auto request = post(server.url(), "x");
    request.stop = source.get_token();
    const std::jthread stopper([&] {
        server.wait_for_requests(1);
        source.request_stop();
    });

    const auto started = std::chrono::steady_clock::now();
    const auto failure = failed(net::curl_client()->send(request));

    CHECK(failure.kind == Kind::canceled);
    CHECK(failure.may_have_left);
    CHECK(std::chrono::steady_clock::now() - started < 5s);
}

TEST_CASE("a request that is stopped before it starts sends nothing") {
    fake::Loopback server;
    std::stop_source source;
    source.request_stop();
    auto request = post(server.url(), "x");
    request.stop = source.get_token();

    const auto failure = failed(net::curl_client()->send(request));

    CHECK(failure.kind == Kind::canceled);
    CHECK_FALSE(failure.may_have_left);
    CHECK(server.connections() == 0);
}

TEST_CASE("plain http leaves this machine only to hosts that were named") {
    const auto http = net::curl_client();

    const auto failure = failed(http->send(get("http://example.com/?key=1")));

    CHECK(failure.kind == Kind::bad_url);
    CHECK_FALSE(failure.may_have_left);
    CHECK(failure.message == "plain http to example.com is refused: use https");
}

TEST_CASE("a host that was named may be reached by plain http") {
    const auto http = net::curl_client({.plain_http_hosts = {"named.invalid"}});

    CHECK(failed(http->send(get("http://named.invalid/"))).kind == Kind::resolve);
}

TEST_CASE("addresses that are no web address are refused") {
    const auto http = net::curl_client();

    CHECK(failed(http->send(get("file:///etc/passwd"))).kind == Kind::bad_url);
    CHECK(failed(http->send(get(""))).kind == Kind::bad_url);
    CHECK(failed(http->send(get("https://user:pass@example.com/"))).kind == Kind::bad_url);
}

TEST_CASE("only public addresses means not this machine") {
    fake::Loopback server;
    auto request = post(server.url(), "x");
    request.only_public_addresses = true;
    auto named = post("https://localhost:1/", "x");
    named.only_public_addresses = true;
    auto metadata = post("https://169.254.169.254/", "x");
    metadata.only_public_addresses = true;
    const auto http = net::curl_client();

    const auto failure = failed(http->send(request));

    CHECK(failure.kind == Kind::refused_address);
    CHECK_FALSE(failure.may_have_left);
    CHECK(failed(http->send(named)).kind == Kind::refused_address);
    CHECK(failed(http->send(metadata)).kind == Kind::refused_address);
    CHECK(server.connections() == 0);
}

TEST_CASE("only public addresses does not borrow a connection made without the rule") {
    fake::Loopback server;
    const auto http = net::curl_client();
    answered(http->send(get(server.url())));
    auto request = get(server.url());
    request.only_public_addresses = true;

    CHECK(failed(http->send(request)).kind == Kind::refused_address);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("a header cannot smuggle in another one") {
    fake::Loopback server;
    const auto http = net::curl_client();
    auto value = get(server.url());
    value.headers = {{"Authorization", "secret\r\nX-Evil: 1"}};
    auto name = get(server.url());
    name.headers = {{"X-A: 1\r\nX-B", "1"}};
    auto method = get(server.url());
    method.method = "GET / HTTP/1.1\r\nX";

    const auto failure = failed(http->send(value));

    CHECK(failure.kind == Kind::bad_url);
    CHECK_FALSE(failure.may_have_left);
    CHECK(failure.message.find("secret") == std::string::npos);
    CHECK(failed(http->send(name)).kind == Kind::bad_url);
    CHECK(failed(http->send(method)).kind == Kind::bad_url);
    CHECK(server.connections() == 0);
}

TEST_CASE("a machine without libcurl says what to install") {
    const auto http = net::curl_client({.library = "libcurl-that-is-missing.so.4"});

    try {
        http->send(get("https://example.invalid/"));
        FAIL("it was sent");
    } catch (const Error& e) {
        CHECK(e.code() == Code::unavailable);
        CHECK(e.hint().find("libcurl4") != std::string::npos);
    }
}

TEST_CASE("the words of a failure are stable") {
    CHECK(net::name(Kind::bad_url) == "bad_url");
    CHECK(net::name(Kind::refused_address) == "refused_address");
    CHECK(net::name(Kind::resolve) == "resolve");
    CHECK(net::name(Kind::connect) == "connect");
    CHECK(net::name(Kind::tls) == "tls");
    CHECK(net::name(Kind::timeout) == "timeout");
    CHECK(net::name(Kind::broken) == "broken");
    CHECK(net::name(Kind::too_large) == "too_large");
    CHECK(net::name(Kind::canceled) == "canceled");
}

}  // namespace
}  // namespace caas
