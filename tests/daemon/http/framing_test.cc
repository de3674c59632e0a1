// Where one request ends and the next begins: the lines of the cpp-httplib list that concern
// bodies and lengths, over a real socket.
#include <string>

#include <doctest/doctest.h>

#include "tests/daemon/http/test_server.h"

namespace caas {
namespace {

using fake::get;
using fake::post;

TEST_CASE("a request with a body is handed over whole") {
    const fake::TestServer server;

    const auto answer = server.ask(post("/echo?a=1&b=%20", "hello"));

    CHECK(answer.status == 200);
    CHECK(answer.body == "POST /echo?a=1&b=%20 hello");
}

TEST_CASE("a chunked body is refused with 411 and nothing of it is run as a request") {
    const fake::TestServer server;
    auto client = server.connect();

    client.send(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n0\r\n\r\n" +
        get("/echo"));

    CHECK(client.answer().status == 411);
    CHECK(client.rest().empty());
}

TEST_CASE("a huge chunked body does not get past the limit") {
    const fake::TestServer server;
    auto client = server.connect();

    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "10000\r\n" + std::string(65536, 'x') + "\r\n";
    for (int i = 0; i < 100 && client.send(chunk); ++i) {
    }

    CHECK(client.answer().status == 411);
}

TEST_CASE("a compressed body is refused with 415") {
    const fake::TestServer server;

    const auto gzip = server.ask(post("/echo", "\x1f\x8b\x08", "Content-Encoding: gzip\r\n"));
    const auto plain = server.ask(post("/echo", "abc", "Content-Encoding: identity\r\n"));

    CHECK(gzip.status == 415);
    CHECK(plain.status == 200);
}

TEST_CASE("a doubled Content-Length is refused, equal or not") {
    const fake::TestServer server;

    CHECK(server.ask(post("/echo", "abc", "Content-Length: 3\r\n")).status == 400);
    CHECK(server.ask(post("/echo", "abc", "content-length: 5\r\n")).status == 400);
}

TEST_CASE("a Content-Length that is no whole number is refused") {
    const fake::TestServer server;
    const std::string start = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";

    CHECK(server.ask(start + "abc\r\n\r\n").status == 400);
    CHECK(server.ask(start + "-1\r\n\r\n").status == 400);
    CHECK(server.ask(start + "+3\r\n\r\nabc").status == 400);
    CHECK(server.ask(start + "3, 3\r\n\r\nabc").status == 400);
    CHECK(server.ask(start + "0x3\r\n\r\nabc").status == 400);
    CHECK(server.ask(start + "\r\n\r\n").status == 400);
    CHECK(server.ask(start + "99999999999999999999\r\n\r\n").status == 400);
}

TEST_CASE("a missing length is answered with 411 at once") {
    const fake::TestServer server;
    const auto start = std::chrono::steady_clock::now();

    const auto answer = server.ask("POST /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");

    CHECK(answer.status == 411);
    CHECK(answer.body.find("Content-Length") != std::string::npos);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(500));
}

TEST_CASE("a body above the limit is refused before it is read") {
    auto limits = fake::quick_limits();
    limits.most_body_bytes = 1000;
    const fake::TestServer server(limits);
    auto client = server.connect();

    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n");

    CHECK(client.answer().status == 413);
    CHECK(server.ask(post("/echo", std::string(1000, 'x'))).status == 200);
}

TEST_CASE("a sender that pours on after 413 still reads it") {
    auto limits = fake::quick_limits();
    limits.most_body_bytes = 1000;
    const fake::TestServer server(limits);
    auto client = server.connect();

    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000\r\n\r\n");
    CHECK(client.send(std::string(4'000'000, 'x')));

    CHECK(client.answer().status == 413);
    client.half_close();
    CHECK(client.is_closed());
    CHECK(!client.was_reset);
}

TEST_CASE("the body of a request that nobody reads is not taken for the next request") {
    const fake::TestServer server(
        fake::quick_limits(), [](api::Request&) { return fake::text_response("not read", 401); });
    auto client = server.connect();

    client.send(post("/other", get("/echo?smuggled")) + get("/echo?real"));

    CHECK(client.answer().status == 401);
    CHECK(client.answer().body == "GET /echo?real ");
    CHECK(client.is_quiet(std::chrono::milliseconds(50)));
}

TEST_CASE("a large body that nobody reads ends the connection and leaves the answer readable") {
    const fake::TestServer server(
        fake::quick_limits(), [](api::Request&) { return fake::text_response("not read", 401); });
    auto client = server.connect();

    client.send(post("/other", std::string(500'000, 'x')));

    const auto answer = client.answer();
    CHECK(answer.status == 401);
    CHECK(answer.header("Connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("the body of a GET is skipped") {
    const fake::TestServer server;
    auto client = server.connect();
    const auto hidden = get("/echo?smuggled");

    client.send(
        get("/length?3", "Content-Length: " + std::to_string(hidden.size()) + "\r\n") + hidden +
        get("/echo?real"));

    CHECK(client.answer().body == "xxx");
    CHECK(client.answer().body == "GET /echo?real ");
}

TEST_CASE("a length and a transfer coding together are refused") {
    const fake::TestServer server;
    auto client = server.connect();

    client.send(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
        get("/echo"));

    CHECK(client.answer().status == 400);
    CHECK(client.rest().empty());
}

TEST_CASE("disguised transfer codings are refused") {
    const fake::TestServer server;
    const std::string start = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n";

    CHECK(server.ask(start + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n").status == 400);
    CHECK(server.ask(start + " Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n").status == 400);
    CHECK(server.ask(start + "Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n").status == 400);
    CHECK(server.ask(start + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n").status == 400);
    CHECK(server.ask(start + "X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").status == 400);
    CHECK(server.ask(start + "X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").status == 400);
}

TEST_CASE("pipelined requests are answered all, each once and in order") {
    const fake::TestServer server;
    auto client = server.connect();

    client.send(get("/echo?1") + post("/echo?2", "two") + get("/echo?3") + get("/echo?4"));

    CHECK(client.answer().body == "GET /echo?1 ");
    CHECK(client.answer().body == "POST /echo?2 two");
    CHECK(client.answer().body == "GET /echo?3 ");
    CHECK(client.answer().body == "GET /echo?4 ");
    CHECK(client.is_quiet(std::chrono::milliseconds(50)));
}

TEST_CASE("a hundred kilobytes of pipelined requests are answered") {
    const fake::TestServer server;
    auto client = server.connect();
    const auto one = get("/echo", "X-Filler: " + std::string(900, 'f') + "\r\n");
    std::string all;
    for (int i = 0; i < 100; ++i)
        all += one;

    client.send(all);

    int answered = 0;
    while (answered < 100 && client.answer().status == 200)
        ++answered;
    CHECK(answered == 100);
}

TEST_CASE("a request that comes byte by byte is understood") {
    const fake::TestServer server;
    auto client = server.connect();

    for (const char c : post("/echo", "slow"))
        client.send(std::string_view(&c, 1));

    CHECK(client.answer().body == "POST /echo? slow");
}

TEST_CASE("a body larger than what is collected is streamed to the handler") {
    const fake::TestServer server;
    auto client = server.connect();
    const std::string body(900'000, 'b');

    client.send(post("/echo", body) + get("/echo?next"));

    CHECK(client.answer().body == "POST /echo? " + body);
    CHECK(client.answer().body == "GET /echo?next ");
}

TEST_CASE("a caller that waits for 100 continue is told to, small body or large") {
    const fake::TestServer server;
    auto small = server.connect();
    auto large = server.connect();
    const std::string body(200'000, 'b');
    const auto head = [](std::size_t length) {
        return "POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: "
               "100-continue\r\nContent-Length: " +
               std::to_string(length) + "\r\n\r\n";
    };

    small.send(head(5));
    CHECK(small.head().starts_with("HTTP/1.1 100 "));
    small.send("hello");
    large.send(head(body.size()));
    CHECK(large.head().starts_with("HTTP/1.1 100 "));
    large.send(body);

    CHECK(small.answer().body == "POST /echo? hello");
    CHECK(large.answer().status == 200);
    CHECK(small.told_to_continue == 0);
}

TEST_CASE("a large upload that is refused unread is never asked for") {
    const fake::TestServer server(
        fake::quick_limits(), [](api::Request&) { return fake::text_response("no", 401); });
    auto client = server.connect();

    client.send(
        "POST /other HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
        "Content-Length: 500000\r\n\r\n");

    CHECK(client.answer().status == 401);
    CHECK(client.told_to_continue == 0);
    CHECK(client.is_closed());
}

TEST_CASE("an unknown expectation is refused") {
    const fake::TestServer server;

    CHECK(server.ask(get("/echo", "Expect: 200-ok\r\n")).status == 417);
}

TEST_CASE("HEAD is answered with the length and without the body") {
    const fake::TestServer server;
    auto client = server.connect();

    client.send("HEAD /length?77 HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/echo"));

    const auto head = client.answer(false);
    CHECK(head.status == 200);
    CHECK(head.header("Content-Length") == "77");
    CHECK(client.answer().body == "GET /echo? ");
}

TEST_CASE("an answer without content has no length") {
    const fake::TestServer server(fake::quick_limits(), [](api::Request& request) {
        return fake::text_response("", request.target == "/same" ? 304 : 204);
    });
    auto client = server.connect();

    client.send(get("/none") + get("/same") + get("/echo"));

    CHECK(client.answer().header("Content-Length").empty());
    const auto same = client.answer();
    CHECK(same.status == 304);
    CHECK(same.header("Content-Length").empty());
    CHECK(client.answer().body == "GET /echo? ");
}

TEST_CASE("an empty line between two requests is forgiven") {
    const fake::TestServer server;
    auto client = server.connect();

    client.send("\r\n" + post("/echo", "a") + "\r\n" + get("/echo"));

    CHECK(client.answer().body == "POST /echo? a");
    CHECK(client.answer().body == "GET /echo? ");
}

TEST_CASE("empty lines without a request are refused, at once or one by one") {
    const fake::TestServer server;
    auto at_once = server.connect();
    auto one_by_one = server.connect();

    at_once.send("\r\n\r\n\r\n");
    one_by_one.send(get("/echo") + "\r\n");
    CHECK(one_by_one.answer().status == 200);
    CHECK(one_by_one.is_quiet(Milliseconds(50)));
    one_by_one.send("\r\n");

    CHECK(at_once.answer().status == 400);
    CHECK(at_once.is_closed());
    CHECK(one_by_one.answer().status == 400);
    CHECK(one_by_one.is_closed());
}

}  // namespace
}  // namespace caas
