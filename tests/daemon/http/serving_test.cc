// What a handler's answer or fault becomes, what is logged, and how the server starts and stops.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/base/json.h"
#include "daemon/http/answer_head.h"
#include "tests/daemon/http/test_server.h"

namespace caas {
namespace {

using fake::get;

TEST_CASE("an error of ours becomes its problem document") {
    const fake::TestServer server(fake::quick_limits(), [](api::Request&) -> api::Response {
        throw Error(Code::not_found, "No content \"7\".", "List them with: caas content list");
    });

    const auto answer = server.ask(get("/x"));

    const auto body = Json::parse(answer.body);
    CHECK(answer.status == 404);
    CHECK(body.at("code") == "not_found");
    CHECK(body.at("detail") == "No content \"7\".");
    CHECK(body.at("hint") == "List them with: caas content list");
}

TEST_CASE("an error that says when to come back says it in Retry-After") {
    const fake::TestServer server(fake::quick_limits(), [](api::Request&) -> api::Response {
        throw Error(Error(Code::rate_limited, "Too many.").retry_after(17));
    });

    CHECK(server.ask(get("/x")).header("Retry-After") == "17");
}

TEST_CASE("the words of an unexpected exception stay in the log") {
    fake::TestServer server(fake::quick_limits(), [](api::Request& request) -> api::Response {
        if (request.target == "/odd")
            throw 42;  // NOLINT(hicpp-exception-baseclass): what nobody would throw
        throw std::runtime_error("SELECT secret FROM table");
    });

    const auto usual = server.ask(get("/x"));
    // A line is written after its answer has left.
    server.served(1);
    const auto odd = server.ask(get("/odd"));

    CHECK(usual.status == 500);
    CHECK((usual.head + usual.body).find("SELECT") == std::string::npos);
    CHECK(odd.status == 500);
    CHECK(server.served(2).at(0).fault == "SELECT secret FROM table");
}

TEST_CASE("the log has the pattern or the path, and never a query") {
    fake::TestServer server(fake::quick_limits(), [](api::Request&) {
        auto response = fake::text_response("ok", 201);
        response.route = "/api/v1/posts/{id}";
        return response;
    });

    const auto first = server.ask(get("/api/v1/posts/7?code=secret"));
    server.ask(get("/echo?token=secret"));

    // Two workers may write their lines in either order.
    auto log = server.served(2);
    if (log.at(0).route == "/echo")
        std::swap(log.at(0), log.at(1));
    CHECK(log.at(0).route == "/api/v1/posts/{id}");
    CHECK(log.at(0).method == "GET");
    CHECK(log.at(0).status == 201);
    CHECK(log.at(0).request_id == first.header("X-Request-Id"));
    CHECK(log.at(0).caller == "127.0.0.1");
    CHECK(log.at(0).duration.count() > 0);
    CHECK(log.at(1).route == "/echo");
}

TEST_CASE("what may be a secret in a path that no route has is not logged") {
    fake::TestServer server;

    server.ask(get("/app/caas_abcdefghijklmnop/x"));
    server.ask(get("/reset/eyJhbGciOi.x.y?a=b"));
    server.ask(get("/media/" + std::string(60, 'x') + "/"));

    const auto log = server.served(3);
    std::vector<std::string> routes;
    for (const auto& line : log)
        routes.push_back(line.route);
    std::sort(routes.begin(), routes.end());
    CHECK(routes == std::vector<std::string>{"/app/…/x", "/media/…/", "/reset/…"});
}

TEST_CASE("refused requests are logged too") {
    fake::TestServer server;

    server.ask("GET /echo?secret HTTP/1.1\r\n\r\n");

    const auto log = server.served(1);
    CHECK(log.at(0).status == 400);
    CHECK(log.at(0).route == "/echo");
}

TEST_CASE("headers of a handler cannot break the framing or their line") {
    const fake::TestServer server(fake::quick_limits(), [](api::Request&) {
        auto response = fake::text_response("ok");
        response.headers.emplace_back("Content-Length", "999");
        response.headers.emplace_back("Transfer-Encoding", "chunked");
        response.headers.emplace_back("X-Bad", "a\r\nSet-Cookie: b");
        response.headers.emplace_back("X-Good", "yes");
        return response;
    });

    const auto answer = server.ask(get("/x"));

    CHECK(answer.body == "ok");
    CHECK(answer.header("Content-Length") == "2");
    CHECK(answer.header("Transfer-Encoding").empty());
    CHECK(answer.head.find("Set-Cookie") == std::string::npos);
    CHECK(answer.header("X-Good") == "yes");
    CHECK(answer.header("X-Content-Type-Options") == "nosniff");
}

TEST_CASE("a caller who asks to close is closed on") {
    const fake::TestServer server;
    auto client = server.connect();

    client.send(get("/echo", "Connection: x, Close\r\n"));

    CHECK(client.answer().header("Connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("HTTP 1.0 may keep its connection when it asks to") {
    const fake::TestServer server;
    auto client = server.connect();

    client.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + get("/echo"));

    CHECK(client.answer().header("Connection") == "keep-alive");
    CHECK(client.answer().status == 200);
}

// Whether the worker still waits for it or the poller has it again is a matter of luck: many tries
// meet both.
TEST_CASE("whoever asks again at once is served as whoever takes time") {
    const fake::TestServer server;
    const auto first = get("/echo?1");

    for (int i = 0; i < 40; ++i) {
        auto client = server.connect();
        client.send(first);
        REQUIRE(client.answer().body == "GET /echo?1 ");

        client.send("GET /ec");
        if (i % 2 == 1)
            CHECK(client.is_quiet(Milliseconds(2)));
        client.send("ho?2 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        CHECK(client.answer().body == "GET /echo?2 ");

        client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhe");
        client.send("llo");
        CHECK(client.answer().body == "POST /echo? hello");

        client.send(
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            "Content-Length: 3\r\n\r\n");
        CHECK(client.head().starts_with("HTTP/1.1 100 "));
        client.send("abc" + get("/quick"));
        CHECK(client.answer().body == "POST /echo? abc");
        CHECK(client.answer().body == "quick");

        client.send(first);
        CHECK(client.answer().body == "GET /echo?1 ");
        client.send("nonsense\r\n\r\n");
        CHECK(client.answer().status == 400);
        CHECK(client.is_closed());
    }
}

TEST_CASE("a caller who asks again at once and never stops does not hold up the end") {
    fake::TestServer server;
    auto client = server.connect();
    std::atomic<int> answers = 0;
    std::jthread chatter([&] {
        while (client.send(get("/echo")) && client.answer().status == 200)
            ++answers;
    });
    while (answers < 10)
        std::this_thread::yield();

    server.server().stop(std::chrono::seconds(30));

    chatter.join();
    CHECK(answers >= 10);
}

TEST_CASE("the address behind a trusted proxy is believed") {
    http::Policy policy;
    policy.trusted_proxies = {"127.0.0.1"};
    const fake::TestServer server(
        fake::quick_limits(),
        [](api::Request& request) { return fake::text_response(request.remote_address); },
        policy);

    CHECK(server.ask(get("/who", "X-Forwarded-For: 6.6.6.6, 9.9.9.9\r\n")).body == "9.9.9.9");
}

TEST_CASE("a second server on the same port fails and says who has it") {
    const fake::TestServer server;
    http::Place place{"127.0.0.1", server.port()};
    std::string message;

    try {
        http::listen_on(place);
    } catch (const Error& error) {
        CHECK(error.code() == Code::conflict);
        message = error.what();
    }

    CHECK(message.find(std::to_string(server.port())) != std::string::npos);
    CHECK(message.find("(process " + std::to_string(::getpid()) + ")") != std::string::npos);
}

TEST_CASE("a port is free again as soon as its server has stopped") {
    fake::TestServer server;
    const auto port = server.port();
    auto client = server.connect();
    client.send(get("/echo", "Connection: close\r\n"));
    CHECK(client.answer().status == 200);

    server.server().stop(Milliseconds(1000));

    http::Place place{"127.0.0.1", port};
    CHECK(http::listen_on(place).size() == 1);
}

TEST_CASE("a request in flight is finished when the server stops, and no other is taken") {
    std::stop_source release;
    std::atomic<bool> is_working = false;
    fake::TestServer server(fake::quick_limits(), [&](api::Request&) {
        is_working = true;
        SystemClock().sleep(Milliseconds(100), release.get_token());
        return fake::text_response("finished");
    });
    auto working = server.connect();
    auto idle = server.connect();
    working.send(get("/work"));
    CHECK(working.is_quiet(std::chrono::milliseconds(30)));
    CHECK(is_working);

    server.server().stop(Milliseconds(5000));

    CHECK(working.answer().body == "finished");
    CHECK(idle.is_closed());
}

TEST_CASE("a handler that would not end is told to when the grace is over") {
    fake::TestServer server(fake::quick_limits(), [](api::Request& request) {
        SystemClock().sleep(Milliseconds(60'000), request.stop);
        return fake::text_response("told");
    });
    auto client = server.connect();
    client.send(get("/work"));
    CHECK(client.is_quiet(std::chrono::milliseconds(30)));
    const auto start = std::chrono::steady_clock::now();

    server.server().stop(Milliseconds(50));

    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(2000));
    CHECK(client.answer().body == "told");
}

TEST_CASE("what is only held is answered at once when the server stops, and work is not") {
    fake::TestServer server(fake::quick_limits(), [](api::Request& request) {
        const bool is_held = request.target == "/held";
        const bool is_over = SystemClock().sleep(
            is_held ? Milliseconds(60'000) : Milliseconds(300),
            is_held ? request.closing : request.stop);
        return fake::text_response(is_over ? "whole" : "told");
    });
    auto held = server.connect();
    auto working = server.connect();
    held.send(get("/held"));
    working.send(get("/work"));
    CHECK(held.is_quiet(std::chrono::milliseconds(30)));
    CHECK(working.is_quiet(std::chrono::milliseconds(30)));
    const auto start = std::chrono::steady_clock::now();

    server.server().stop(Milliseconds(10'000));

    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(5'000));
    CHECK(held.answer().body == "told");
    CHECK(working.answer().body == "whole");
}

TEST_CASE("a large body that stops coming does not hold up the end of the server") {
    std::atomic<bool> is_reading = false;
    fake::TestServer server(fake::quick_limits(), [&is_reading](api::Request& request) {
        is_reading = true;
        return fake::text_response(fake::read_body(request));
    });
    auto client = server.connect();
    client.send(
        "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n" +
        std::string(100'000, 'x'));
    while (!is_reading)
        std::this_thread::yield();
    const auto start = std::chrono::steady_clock::now();

    server.server().stop(Milliseconds(50));

    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(2000));
    const auto answer = client.answer();
    CHECK(answer.status == 503);
    CHECK(answer.body.find("\"unavailable\"") != std::string::npos);
}

TEST_CASE("a large body that trickles in does not hold up the end of the server") {
    std::atomic<bool> is_reading = false;
    fake::TestServer server(fake::quick_limits(), [&is_reading](api::Request& request) {
        is_reading = true;
        return fake::text_response(fake::read_body(request));
    });
    auto client = server.connect();
    client.send("POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n");
    const std::jthread sender([&client](const std::stop_token& stop) {
        while (!stop.stop_requested() && client.send("x"))
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
    while (!is_reading)
        std::this_thread::yield();
    const auto start = std::chrono::steady_clock::now();

    server.server().stop(Milliseconds(50));

    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(2000));
}

TEST_CASE("stopping twice is harmless and a stopped server does not answer the watchdog") {
    fake::TestServer server;
    CHECK(server.server().answers());

    server.server().stop(Milliseconds(0));
    server.server().stop(Milliseconds(0));

    CHECK(!server.server().answers());
}

TEST_CASE("dates are written as HTTP wants them") {
    CHECK(http::http_date(from_ms(784111777000)) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http::http_date(from_ms(0)) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace caas
