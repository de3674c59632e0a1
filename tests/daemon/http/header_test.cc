// Request lines and headers over a real socket: what is refused, and with which words.
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "tests/daemon/http/test_server.h"

namespace caas {
namespace {

using fake::get;

TEST_CASE("headers above 16 KB are refused with 431, even when they never end") {
    const fake::TestServer server;

    const auto ended = server.ask(get("/echo", "X-A: " + std::string(17'000, 'a') + "\r\n"));
    const auto endless = server.ask("GET / HTTP/1.1\r\nX-A: " + std::string(40'000, 'a'));

    CHECK(ended.status == 431);
    CHECK(endless.status == 431);
    CHECK(server.ask(get("/echo", "X-A: " + std::string(15'000, 'a') + "\r\n")).status == 200);
}

TEST_CASE("200,000 headers are refused with 431") {
    const fake::TestServer server;
    auto client = server.connect();
    std::string headers;
    for (int i = 0; i < 200'000; ++i)
        headers += "A: b\r\n";

    client.send(get("/echo", headers));

    CHECK(client.answer().status == 431);
}

TEST_CASE("more than a hundred small headers are refused with 431") {
    const fake::TestServer server;
    std::string headers;
    for (int i = 0; i < 100; ++i)
        headers += "A: b\r\n";

    CHECK(server.ask(get("/echo", headers)).status == 431);
}

TEST_CASE("a path above 512 bytes is refused with 414, at 8 KB too") {
    const fake::TestServer server;

    CHECK(server.ask(get("/" + std::string(512, 'p'))).status == 414);
    CHECK(server.ask(get("/" + std::string(8'100, 'p'))).status == 414);
    CHECK(server.ask(get("/" + std::string(511, 'p'))).status == 404);
}

TEST_CASE("a query may be longer than a path, up to 8 KB") {
    const fake::TestServer server;

    CHECK(server.ask(get("/echo?" + std::string(4'000, 'q'))).status == 200);
    CHECK(server.ask(get("/echo?" + std::string(9'000, 'q'))).status == 414);
}

TEST_CASE("many overlapping ranges are refused with 416") {
    const fake::TestServer server;
    std::string ranges = "Range: bytes=0-";
    for (int i = 0; i < 200; ++i)
        ranges += ",0-";

    CHECK(server.ask(get("/length?1000", ranges + "\r\n")).status == 416);
    CHECK(server.ask(get("/length?1000", "Range: bytes=0-1,0-1\r\n")).status == 416);
    CHECK(
        server.ask(get("/length?1000", "Range: bytes=" + std::string(8'000, '1') + "\r\n"))
            .status == 416);
}

TEST_CASE("a single range is the handler's business and does not cut the answer by itself") {
    const fake::TestServer server;

    const auto answer = server.ask(get("/length?1000", "Range: bytes=0-1\r\n"));

    CHECK(answer.status == 200);
    CHECK(answer.body.size() == 1000);
}

TEST_CASE("a missing or doubled Host is refused") {
    const fake::TestServer server;

    CHECK(server.ask("GET /echo HTTP/1.1\r\n\r\n").status == 400);
    CHECK(server.ask(get("/echo", "Host: localhost\r\n")).status == 400);
}

TEST_CASE("HTTP 1.0 needs no Host and its connection ends") {
    const fake::TestServer server;
    auto client = server.connect();

    client.send("GET /echo HTTP/1.0\r\n\r\n");

    CHECK(client.answer().header("Connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("the name of another site as Host is refused") {
    const fake::TestServer server;
    const auto ask = [&server](const std::string& host) {
        return server.ask("GET /echo HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status;
    };

    CHECK(ask("evil.example") == 403);
    CHECK(ask("evil.example:8000") == 403);
    CHECK(ask("localhost.evil.example") == 403);
    CHECK(ask("127.0.0.1.evil.example") == 403);
    CHECK(ask("localhost:80x") == 403);
    CHECK(ask("[::1") == 403);
    CHECK(ask("") == 403);
    CHECK(ask("localhost") == 200);
    CHECK(ask("LOCALHOST:8000") == 200);
    CHECK(ask("127.0.0.1:8000") == 200);
    CHECK(ask("[::1]:8000") == 200);
    CHECK(ask("192.168.1.7") == 200);
}

TEST_CASE("a host name from the configuration is answered") {
    http::Policy policy;
    policy.hosts = {"caas.example.org"};
    const fake::TestServer server(fake::quick_limits(), {}, policy);

    CHECK(server.ask("GET /echo HTTP/1.1\r\nHost: CAAS.example.org\r\n\r\n").status == 200);
    CHECK(server.ask("GET /echo HTTP/1.1\r\nHost: other.example.org\r\n\r\n").status == 403);
}

TEST_CASE("requests from the pages of others are refused") {
    http::Policy policy;
    policy.origins = {"https://app.example.org"};
    const fake::TestServer server(fake::quick_limits(), {}, policy);
    const auto ask = [&server](const std::string& origin) {
        return server.ask(get("/echo", "Origin: " + origin + "\r\n")).status;
    };

    CHECK(ask("https://evil.example") == 403);
    CHECK(ask("null") == 403);
    CHECK(ask("http://localhost.evil.example") == 403);
    CHECK(ask("localhost") == 403);
    CHECK(ask("http://localhost") == 200);
    CHECK(ask("https://app.example.org") == 200);
    CHECK(ask("https://app.example.org.evil.example") == 403);
}

TEST_CASE("a page of an allowed origin may read why its request was refused") {
    http::Policy policy;
    policy.origins = {"https://caas.example.org", "https://app.example.org"};
    policy.cors_origins = {"https://app.example.org"};
    const fake::TestServer server(fake::quick_limits(), {}, policy);
    const auto ask = [&server](const std::string& origin) {
        return server.ask(
            fake::post("/echo", "x", "Content-Encoding: gzip\r\nOrigin: " + origin + "\r\n"));
    };

    const auto theirs = ask("https://app.example.org");
    const auto own = ask("https://caas.example.org");

    CHECK(theirs.status == 415);
    CHECK(theirs.header("Access-Control-Allow-Origin") == "https://app.example.org");
    CHECK(theirs.header("Access-Control-Allow-Credentials") == "true");
    CHECK(theirs.header("Vary") == "Origin");
    CHECK(own.status == 415);
    CHECK(own.header("Access-Control-Allow-Origin").empty());
    CHECK(own.header("Vary") == "Origin");
}

TEST_CASE("a page of an allowed origin may read why its request was not understood") {
    http::Policy policy;
    policy.origins = {"https://app.example.org"};
    policy.cors_origins = {"https://app.example.org"};
    const fake::TestServer server(fake::quick_limits(), {}, policy);
    const std::string origin = "Origin: https://app.example.org\r\n";
    std::string many;
    for (int i = 0; i < 200; ++i)
        many += "A" + std::to_string(i) + ": b\r\n";

    const auto long_path = server.ask(get("/" + std::string(1000, 'x'), origin));
    const auto long_target = server.ask(get("/?" + std::string(10'000, 'x'), origin));
    const auto large = server.ask(get("/echo", origin + "A: " + std::string(20'000, 'x') + "\r\n"));
    const auto crowded = server.ask(get("/echo", many + origin));
    const auto expecting = server.ask(get("/echo", "Expect: tea\r\n" + origin));
    const auto twice = server.ask(get("/echo", origin + origin));
    const auto foreign = server.ask(
        get("/" + std::string(1000, 'x'), "Origin: https://app.example.org.evil.example\r\n"));

    const auto allowed = [](const fake::Answer& answer) {
        return std::to_string(answer.status) + " " + answer.header("Access-Control-Allow-Origin");
    };
    CHECK(allowed(long_path) == "414 https://app.example.org");
    CHECK(allowed(long_target) == "414 https://app.example.org");
    CHECK(allowed(large) == "431 https://app.example.org");
    CHECK(allowed(crowded) == "431 https://app.example.org");
    CHECK(allowed(expecting) == "417 https://app.example.org");
    CHECK(allowed(twice) == "400 ");
    CHECK(allowed(foreign) == "414 ");
    CHECK(foreign.header("Vary") == "Origin");
}

TEST_CASE("an origin is looked for in whole lines of the header alone") {
    const std::string line = "GET /Origin:x HTTP/1.1\r\n";

    CHECK(
        http::find_origin(line + "Host: a\r\norigin:  https://a.example \r\nB: c") ==
        "https://a.example");
    CHECK(http::find_origin(line + "Origin: https://a.exam").empty());
    CHECK(http::find_origin("Origin: https://a.example\r\n").empty());
    CHECK(http::find_origin(line + "A: b\r\n\r\nOrigin: https://a.example\r\n").empty());
    CHECK(http::find_origin(line + "Origin: a\r\nOrigin: a\r\n").empty());
    CHECK(http::find_origin("").empty());
}

TEST_CASE("a page of an allowed origin may read what went wrong behind the API") {
    http::Policy policy;
    policy.origins = {"https://app.example.org"};
    policy.cors_origins = {"https://app.example.org"};
    const fake::TestServer server(
        fake::quick_limits(),
        [](api::Request& request) -> api::Response {
            if (request.target != "/file")
                throw std::runtime_error("broken");
            api::Response response;
            response.body = api::FileRange{"/nowhere/file", 0, 1};
            return response;
        },
        policy);
    const auto ask = [&server](const std::string& target) {
        return server.ask(get(target, "Origin: https://app.example.org\r\n"));
    };

    const auto gone = ask("/file");
    const auto failed = ask("/thrown");

    CHECK(gone.status == 404);
    CHECK(gone.header("Access-Control-Allow-Origin") == "https://app.example.org");
    CHECK(failed.status == 500);
    CHECK(failed.header("Access-Control-Allow-Origin") == "https://app.example.org");
}

TEST_CASE("two different hosts in one request are refused") {
    const fake::TestServer server;

    CHECK(
        server.ask("GET http://localhost/echo HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200);
    CHECK(server.ask("GET http://evil/echo HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 400);
}

TEST_CASE("broken request lines are refused") {
    const fake::TestServer server;
    const auto ask = [&server](const std::string& line) {
        return server.ask(line + "\r\nHost: localhost\r\n\r\n").status;
    };

    CHECK(ask("GET /echo") == 400);
    CHECK(ask("GET  /echo HTTP/1.1") == 400);
    CHECK(ask("GET /echo  HTTP/1.1") == 400);
    CHECK(ask("GET /a b HTTP/1.1") == 400);
    CHECK(ask("GET echo HTTP/1.1") == 400);
    CHECK(ask("GET * HTTP/1.1") == 400);
    CHECK(ask("GET /%zz HTTP/1.1") == 400);
    CHECK(ask("GET /%4 HTTP/1.1") == 400);
    CHECK(ask("GET /%00 HTTP/1.1") == 400);
    CHECK(ask("GET /a\x01 HTTP/1.1") == 400);
    CHECK(ask("GET /\xc3\xa4 HTTP/1.1") == 400);
    CHECK(ask("GET /a#b HTTP/1.1") == 400);
    CHECK(ask("G@T /echo HTTP/1.1") == 400);
    CHECK(ask("GET /echo HTTP/1.1 ") == 400);
    CHECK(ask("GET /echo XTTP/1.1") == 400);
    CHECK(ask("GET /echo HTTP/2.0") == 505);
    CHECK(ask("PRI * HTTP/2.0") == 505);
    CHECK(ask("BREW /echo HTTP/1.1") == 501);
    CHECK(ask("TRACE /echo HTTP/1.1") == 501);
    CHECK(ask("get /echo HTTP/1.1") == 400);
}

TEST_CASE("what is not HTTP is refused at its first byte") {
    const fake::TestServer server;

    CHECK(server.ask("\x16\x03\x01\x02").status == 400);
}

TEST_CASE("lines that end in a bare line feed are refused") {
    const fake::TestServer server;

    CHECK(server.ask("GET /echo HTTP/1.1\nHost: localhost\n\n").status == 400);
    CHECK(server.ask("GET /echo HTTP/1.1\r\nHost: localhost\n\r\n").status == 400);
}

TEST_CASE("broken headers are refused") {
    const fake::TestServer server;

    CHECK(server.ask(get("/echo", "NoColon\r\n")).status == 400);
    CHECK(server.ask(get("/echo", "A : b\r\n")).status == 400);
    CHECK(server.ask(get("/echo", ": b\r\n")).status == 400);
    CHECK(server.ask(get("/echo", "A: b\r\n folded\r\n")).status == 400);
    CHECK(server.ask(get("/echo", "A: b\x01\r\n")).status == 400);
    CHECK(server.ask(get("/echo", std::string("A: b\0c\r\n", 8))).status == 400);
    CHECK(server.ask(get("/echo", "A: b\rc\r\n")).status == 400);
    CHECK(server.ask(get("/echo", "Authorization: a\r\nAuthorization: b\r\n")).status == 400);
    CHECK(server.ask(get("/echo", "A: b\r\nA: c\r\n")).status == 200);
}

TEST_CASE("an escaped slash stays escaped") {
    const fake::TestServer server(fake::quick_limits(), [](api::Request& request) {
        return fake::text_response(request.target);
    });

    CHECK(server.ask(get("/a%2Fb/c")).body == "/a%2Fb/c");
}

TEST_CASE("the caller's address cannot be claimed by a header") {
    const fake::TestServer server(fake::quick_limits(), [](api::Request& request) {
        return fake::text_response(request.remote_address);
    });

    const auto answer =
        server.ask(get("/who", "REMOTE_ADDR: 6.6.6.6\r\nX-Forwarded-For: 6.6.6.6\r\n"));

    CHECK(answer.body == "127.0.0.1");
}

TEST_CASE("a refusal is a problem document with the request's id") {
    const fake::TestServer server;

    const auto answer = server.ask("POST /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");

    const auto body = Json::parse(answer.body);
    CHECK(answer.header("Content-Type") == "application/problem+json; charset=utf-8");
    CHECK(body.at("status") == 411);
    CHECK(body.at("code") == "length_required");
    CHECK(body.at("request_id") == answer.header("X-Request-Id"));
    CHECK(answer.header("Connection") == "close");
}

}  // namespace
}  // namespace caas
