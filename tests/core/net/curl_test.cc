#include "core/net/curl.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/core/net/curl_requests.h"
#include "tests/fake/loopback.h"

namespace caas {
namespace {

using namespace std::chrono_literals;
using Kind = net::Failure::Kind;

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

TEST_CASE("a header whose value is empty or blank is sent all the same") {
    fake::Loopback server;
    auto request = post(server.url(), "x");
    request.headers = {{"X-Empty", ""}, {"X-Blank", " \t "}};

    answered(net::curl_client()->send(request));

    const auto seen = server.requests().at(0).headers;
    for (const auto* name : {"X-Empty", "X-Blank"})
        CHECK(std::ranges::count(seen, std::pair<std::string, std::string>(name, "")) == 1);
}

TEST_CASE("a path with dots is sent as it was written") {
    fake::Loopback server;
    const auto http = net::curl_client();

    answered(http->send(get(server.url("/organizations/1/tokens/.."))));
    answered(http->send(get(server.url("/a/./b/%2e%2e/c?d=../e"))));

    CHECK(server.requests().at(0).target == "/organizations/1/tokens/..");
    CHECK(server.requests().at(1).target == "/a/./b/%2e%2e/c?d=../e");
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

net::Request streamed(const std::string& url, const std::string& whole) {
    auto request = post(url, "");
    request.source = net::BodySource{
        static_cast<std::int64_t>(whole.size()), [&whole](std::int64_t offset, std::size_t most) {
            return whole.substr(static_cast<std::size_t>(offset), most);
        }};
    return request;
}

TEST_CASE("a body may be read piece by piece while it is sent") {
    fake::Loopback server;
    const auto http = net::curl_client();
    const std::string body(3U << 20U, 'y');
    auto put = streamed(server.url("/put"), body);
    put.method = "PUT";

    answered(http->send(streamed(server.url("/post"), body)));
    answered(http->send(put));
    answered(http->send(post(server.url("/plain"), "text")));

    const auto seen = server.requests();
    CHECK(seen.at(0).method == "POST");
    CHECK(seen.at(0).header("content-length") == std::to_string(body.size()));
    CHECK(seen.at(0).body == body);
    CHECK(seen.at(1).method == "PUT");
    CHECK(seen.at(1).body == body);
    CHECK(seen.at(2).body == "text");
}

TEST_CASE("a body that cannot be read ends the request with its own error") {
    fake::Loopback server;
    const auto http = net::curl_client();
    auto request = post(server.url(), "");
    request.source = net::BodySource{10, [](std::int64_t, std::size_t) -> std::string {
                                         throw Error(Code::not_found, "The file is gone");
                                     }};

    CHECK_THROWS_WITH(http->send(request), "The file is gone");
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

}  // namespace
}  // namespace caas
