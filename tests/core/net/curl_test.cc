#include "core/net/curl.h"

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/fake/loopback.h"

namespace caas {
namespace {

using namespace std::chrono_literals;
using Kind = net::Failure::Kind;

net::Request get(std::string url) {
    net::Request request;
    request.url = std::move(url);
    request.total_timeout = 10s;
    return request;
}

net::Request post(std::string url, std::string body) {
    auto request = get(std::move(url));
    request.method = "POST";
    request.body = std::move(body);
    return request;
}

net::Response answered(net::Result result) {
    if (const auto* failure = std::get_if<net::Failure>(&result))
        throw std::runtime_error(failure->message);
    return std::get<net::Response>(std::move(result));
}

net::Failure failed(net::Result result) {
    if (!std::holds_alternative<net::Failure>(result))
        throw std::runtime_error("there was an answer");
    return std::get<net::Failure>(std::move(result));
}

// A port nobody listens on: it was ours a moment ago.
std::string dead_url() {
    return fake::Loopback().url("/x");
}

TEST_CASE("a request arrives as it was written and its answer comes back") {
    fake::Loopback server;
    server.reply({201, "made", {{"X-Kind", "first"}, {"x-kind", "second"}}});
    const auto http = net::curl_client({.user_agent = "caas/test"});
    auto request = post(server.url("/a?b=c"), "{\"text\":\"hi\"}");
    request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};

    const auto response = answered(http->send(request));

    CHECK(response.status == 201);
    CHECK(response.body == "made");
    CHECK(response.header("X-KIND") == "second");
    const auto seen = server.requests().at(0);
    CHECK(seen.method == "POST");
    CHECK(seen.target == "/a?b=c");
    CHECK(seen.body == "{\"text\":\"hi\"}");
    CHECK(seen.header("content-type") == "application/json");
    CHECK(seen.header("user-agent") == "caas/test");
    CHECK(seen.header("expect") == "");
}

TEST_CASE("a body without a type is not called a form") {
    fake::Loopback server;
    const auto http = net::curl_client();

    answered(http->send(post(server.url(), "raw")));

    CHECK(server.requests().at(0).header("Content-Type") == "");
}

TEST_CASE("other methods carry their bodies, an empty one has its length") {
    fake::Loopback server;
    const auto http = net::curl_client();
    auto put = post(server.url("/1"), "data");
    put.method = "PUT";
    auto remove = get(server.url("/2"));
    remove.method = "DELETE";
    auto head = get(server.url("/3"));
    head.method = "HEAD";

    answered(http->send(put));
    answered(http->send(remove));
    const auto response = answered(http->send(head));
    answered(http->send(post(server.url("/4"), "")));

    const auto seen = server.requests();
    CHECK(seen.at(0).method == "PUT");
    CHECK(seen.at(0).body == "data");
    CHECK(seen.at(1).method == "DELETE");
    CHECK(seen.at(1).header("content-length") == "");
    CHECK(seen.at(2).method == "HEAD");
    CHECK(response.header("content-length") == "2");
    CHECK(seen.at(3).header("content-length") == "0");
}

TEST_CASE("a large body with NUL bytes arrives whole and without waiting") {
    fake::Loopback server;
    const auto http = net::curl_client();
    std::string body(3U << 20U, 'x');
    body[1] = '\0';

    answered(http->send(post(server.url(), body)));

    CHECK(server.requests().at(0).body == body);
}

TEST_CASE("requests to one origin share a connection") {
    fake::Loopback server;
    const auto http = net::curl_client();

    for (int i = 0; i < 5; ++i)
        answered(http->send(get(server.url())));

    CHECK(server.requests().size() == 5);
    CHECK(server.connections() == 1);
}

TEST_CASE("a create has a connection of its own and leaves none behind") {
    fake::Loopback server;
    const auto http = net::curl_client();
    auto create = post(server.url(), "publish");
    create.is_create = true;

    answered(http->send(get(server.url())));
    answered(http->send(create));
    answered(http->send(get(server.url())));

    const auto seen = server.requests();
    CHECK(seen.at(1).connection == 2);
    CHECK(seen.at(2).connection == 1);
}

TEST_CASE("a create on a warmed-up client is sent once when the server drops it") {
    fake::Loopback server;
    server.reply({});
    server.reply({.drops = true});
    const auto http = net::curl_client();
    answered(http->send(get(server.url("/warm"))));
    auto create = post(server.url("/publish"), "post");
    create.is_create = true;

    const auto failure = failed(http->send(create));

    CHECK(failure.kind == Kind::broken);
    CHECK(failure.may_have_left);
    CHECK(server.requests().size() == 2);
}

// Why a create must say so: on a kept connection libcurl 7.88 sends again by itself, and the server
// has already acted on the first.
TEST_CASE("a request that may be repeated is sent twice by libcurl when its kept connection dies") {
    fake::Loopback server;
    server.reply({});
    server.reply({.drops = true});
    const auto http = net::curl_client();
    answered(http->send(get(server.url("/warm"))));
    auto put = post(server.url("/publish"), "post");
    put.method = "PUT";

    const auto response = answered(http->send(put));

    CHECK(response.status == 200);
    const auto seen = server.requests();
    REQUIRE(seen.size() == 3);
    CHECK(seen.at(1).body == "post");
    CHECK(seen.at(2).body == "post");
}

TEST_CASE("a post that forgot to say that it creates is still sent once") {
    fake::Loopback server;
    server.reply({});
    server.reply({.drops = true});
    const auto http = net::curl_client();
    answered(http->send(get(server.url("/warm"))));

    const auto failure = failed(http->send(post(server.url("/publish"), "post")));

    CHECK(failure.kind == Kind::broken);
    CHECK(failure.may_have_left);
    CHECK(server.requests().size() == 2);
}

TEST_CASE("the client goes on after a failure") {
    fake::Loopback server;
    server.reply({.drops = true});
    const auto http = net::curl_client();

    failed(http->send(post(server.url(), "a")));

    CHECK(answered(http->send(post(server.url(), "b"))).status == 200);
}

TEST_CASE("a redirect is an answer and is not followed") {
    fake::Loopback server;
    server.reply({302, "", {{"Location", server.url("/elsewhere")}}});
    const auto http = net::curl_client();

    const auto response = answered(http->send(get(server.url())));

    CHECK(response.status == 302);
    CHECK(response.header("location") == server.url("/elsewhere"));
    CHECK(server.requests().size() == 1);
}

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

TEST_CASE("what is no HTTP is no answer") {
    fake::Loopback server;
    server.reply({.raw = "SSH-2.0-OpenSSH_9.2\r\n\r\n", .closes = true});

    CHECK(failed(net::curl_client()->send(get(server.url()))).kind == Kind::broken);
}

TEST_CASE("an answer may be as large as allowed and no larger") {
    fake::Loopback server;
    server.reply({.body = std::string(1000, 'x')});
    server.reply({.body = std::string(1001, 'x')});
    const auto http = net::curl_client();
    auto request = get(server.url());
    request.most_response_bytes = 1000;

    CHECK(answered(http->send(request)).body.size() == 1000);
    CHECK(failed(http->send(request)).kind == Kind::too_large);
}

TEST_CASE("endless headers are refused") {
    fake::Loopback server;
    fake::Reply reply;
    for (int i = 0; i < 40; ++i)
        reply.headers.emplace_back("X-Many", std::string(8000, 'x'));
    server.reply(reply);

    CHECK(failed(net::curl_client()->send(get(server.url()))).kind == Kind::too_large);
}

TEST_CASE("an interim answer leaves no headers behind") {
    fake::Loopback server;
    server.reply(
        {.raw = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nX-Real: "
                "1\r\nContent-Length: 2\r\n\r\nok"});

    const auto response = answered(net::curl_client()->send(get(server.url())));

    CHECK(response.status == 200);
    CHECK_FALSE(response.header("link"));
    CHECK(response.header("x-real") == "1");
}

TEST_CASE("a trailer cannot change what the headers said") {
    fake::Loopback server;
    server.reply(
        {.raw = "HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: "
                "chunked\r\n\r\n2\r\nok\r\n0\r\nX-A: 2\r\n\r\n"});

    const auto response = answered(net::curl_client()->send(get(server.url())));

    CHECK(response.body == "ok");
    CHECK(response.header("x-a") == "1");
}

TEST_CASE("a stream is handed over as it arrives and not kept") {
    fake::Loopback server;
    server.reply({.chunks = {"one ", "two ", "three"}, .pause = 5ms});
    std::vector<std::string> pieces;
    auto request = get(server.url());
    request.on_data = [&](std::string_view piece) {
        pieces.emplace_back(piece);
        return true;
    };

    const auto response = answered(net::curl_client()->send(request));

    CHECK(response.body.empty());
    CHECK(pieces == std::vector<std::string>{"one ", "two ", "three"});
}

TEST_CASE("the body of a refusal is kept even when a stream was asked for") {
    fake::Loopback server;
    server.reply({429, "slow down"});
    auto request = get(server.url());
    request.on_data = [](std::string_view) -> bool { throw std::logic_error("not for errors"); };

    const auto response = answered(net::curl_client()->send(request));

    CHECK(response.status == 429);
    CHECK(response.body == "slow down");
}

TEST_CASE("a reader that has enough ends the transfer") {
    fake::Loopback server;
    server.reply({.chunks = {"one", "two"}, .pause = 20ms});
    auto request = get(server.url());
    request.on_data = [](std::string_view) { return false; };

    const auto failure = failed(net::curl_client()->send(request));

    CHECK(failure.kind == Kind::canceled);
    CHECK(failure.may_have_left);
}

TEST_CASE("what a reader throws comes out of send") {
    fake::Loopback server;
    const auto http = net::curl_client();
    auto request = get(server.url());
    request.on_data = [](std::string_view) -> bool {
        throw Error(Code::provider_malformed, "no such event");
    };

    CHECK_THROWS_WITH_AS(http->send(request), "no such event", Error);
    CHECK(answered(http->send(get(server.url()))).status == 200);
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

TEST_CASE("several threads use one client") {
    fake::Loopback server;
    server.handle([](const fake::Seen& seen) { return fake::Reply{.body = seen.target}; });
    const auto http = net::curl_client({.most_idle = 2});
    std::vector<int> right(8);
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < right.size(); ++i) {
            threads.emplace_back([&, i] {
                for (int k = 0; k < 25; ++k) {
                    const auto path = "/" + std::to_string(i) + "/" + std::to_string(k);
                    if (answered(http->send(get(server.url(path)))).body == path)
                        ++right[i];
                }
            });
        }
    }

    CHECK(right == std::vector<int>(8, 25));
    CHECK(server.requests().size() == 200);
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
