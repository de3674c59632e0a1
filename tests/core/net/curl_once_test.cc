// One attempt, one request: what libcurl would do by itself, and that we do not let it.
#include <string>

#include <doctest/doctest.h>

#include "core/net/curl.h"
#include "tests/core/net/curl_requests.h"
#include "tests/fake/loopback.h"

namespace caas {
namespace {

using Kind = net::Failure::Kind;

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

}  // namespace
}  // namespace caas
