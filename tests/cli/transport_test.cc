#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "cli/http_transport.h"
#include "cli/local_transport.h"
#include "cli/server_address.h"
#include "core/base/error.h"
#include "tests/fake/fake_http.h"

namespace caas::cli {
namespace {

std::string body_of(api::Request& request) {
    std::string all(100, '\0');
    all.resize(request.body ? request.body->read(all) : 0);
    return all;
}

TEST_CASE("a local request reaches the router as it would arrive over HTTP") {
    int opened = 0;
    api::Request seen;
    std::string body;
    LocalTransport transport([&] {
        ++opened;
        return [&](api::Request& request) {
            seen.method = request.method;
            seen.target = request.target;
            seen.query = request.query;
            seen.headers = request.headers;
            body = body_of(request);
            return api::json_response(201, Json{{"id", "1"}});
        };
    });
    CHECK(opened == 0);

    const auto answer = transport.send({"POST", "content", {{"q", "a b&c"}}, R"({"x":1})"});
    transport.send({"GET", "/healthz?deep=1", {{"a", "b"}}});

    CHECK(opened == 1);
    CHECK(answer.status == 201);
    CHECK(answer.body == R"({"id":"1"})");
    CHECK(seen.target == "/healthz");
    CHECK(seen.query == "deep=1&a=b");
    CHECK(body.empty());
}

TEST_CASE("a local request carries its body as JSON") {
    std::string query;
    std::string body;
    std::optional<std::string> type;
    LocalTransport transport([&] {
        return [&](api::Request& request) {
            query = request.query;
            type = request.header("content-type");
            body = body_of(request);
            return api::no_content();
        };
    });

    const auto answer = transport.send({"POST", "content", {{"q", "a b&c"}}, R"({"x":1})"});

    CHECK(query == "q=a%20b%26c");
    CHECK(type == "application/json");
    CHECK(body == R"({"x":1})");
    CHECK(answer.status == 204);
    CHECK(answer.body.empty());
}

TEST_CASE("events of a local stream arrive one by one") {
    LocalTransport transport([] {
        return [](api::Request&) {
            api::Response response;
            response.body = api::EventStream([](const auto& write) {
                write(api::event_text("text", Json{{"text", "Hel"}}));
                write(api::event_text("done", Json{{"id", "1"}}));
            });
            return response;
        };
    });
    std::vector<std::string> events;
    Ask ask{"POST", "content/generate"};
    ask.on_event = [&](std::string_view name, const Json& data) {
        events.push_back(std::string(name) + " " + json::dump(data));
    };

    transport.send(ask);

    CHECK(events == std::vector<std::string>{R"(text {"text":"Hel"})", R"(done {"id":"1"})"});
}

TEST_CASE("a local request that was stopped is an interruption") {
    std::stop_source stop;
    LocalTransport transport([&] {
        return [&](api::Request&) {
            stop.request_stop();
            return api::no_content();
        };
    });
    Ask ask{"GET", "posts"};
    ask.stop = stop.get_token();

    try {
        transport.send(ask);
        FAIL("it went on");
    } catch (const Error& error) {
        CHECK(facts(error.code()).exit_status == 130);
    }
}

TEST_CASE("a remote request carries the token and is marked as not to be repeated") {
    fake::FakeHttp http;
    http.answer(201, R"({"id":"1"})");
    http.answer(200, R"({"items":[]})");
    HttpTransport transport(http, "https://caas.example.org/", Secret("caas_t"));

    const auto answer = transport.send({"POST", "content", {}, R"({"x":1})"});
    transport.send({"GET", "content", {{"q", "a b"}}});

    CHECK(answer.body == R"({"id":"1"})");
    CHECK(http.asked.at(0).url == "https://caas.example.org/api/v1/content");
    CHECK(http.asked.at(0).is_create);
    CHECK(http.asked.at(0).body == R"({"x":1})");
    const auto& headers = http.asked.at(0).headers;
    CHECK(
        std::find(headers.begin(), headers.end(), net::Header{"Authorization", "Bearer caas_t"}) !=
        headers.end());
    CHECK(http.asked.at(1).url == "https://caas.example.org/api/v1/content?q=a%20b");
    CHECK_FALSE(http.asked.at(1).is_create);
}

TEST_CASE("events of a remote stream arrive wherever they are cut") {
    fake::FakeHttp http;
    http.answer(
        200, "event: text\ndata: {\"text\":\"Hel\"}\n\nevent: done\ndata: {\"id\":\"1\"}\n\n");
    HttpTransport transport(http, "http://localhost:8000", Secret());
    std::vector<std::string> events;
    Ask ask{"POST", "content/generate"};
    ask.on_event = [&](std::string_view name, const Json& data) {
        events.push_back(std::string(name) + " " + json::dump(data));
    };

    CHECK(transport.send(ask).status == 200);

    CHECK(events == std::vector<std::string>{R"(text {"text":"Hel"})", R"(done {"id":"1"})"});
}

std::string failure_of(net::Failure::Kind kind, bool may_have_left, const Ask& ask) {
    fake::FakeHttp http;
    http.fail(kind, may_have_left);
    HttpTransport transport(http, "http://localhost:8000", Secret());
    try {
        transport.send(ask);
    } catch (const Error& error) {
        return std::string(facts(error.code()).name) + ": " + error.hint();
    }
    return "";
}

TEST_CASE("a lost answer to a change says that it may have been carried out") {
    CHECK(
        failure_of(net::Failure::Kind::broken, true, {"POST", "posts"}) ==
        "unavailable: the request may have been carried out: look before you repeat it");
    CHECK(
        failure_of(net::Failure::Kind::connect, false, {"POST", "posts"}) ==
        "unavailable: is caasd running there, and the address right?");
    CHECK(
        failure_of(net::Failure::Kind::timeout, true, {"GET", "posts"}) ==
        "timeout: it is busy, or the network is: try again");
}

TEST_CASE("a fault of TLS is no temporary one and says what to set") {
    const auto said = failure_of(net::Failure::Kind::tls, false, {"GET", "posts"});

    CHECK(said.starts_with("internal: "));
    CHECK(said.find("CAAS_NET_CA_FILE") != std::string::npos);
}

// The exit status and the words of a stranger's answer.
std::string said_of(int status, const std::string& body, const net::Headers& headers = {}) {
    fake::FakeHttp http;
    http.answer(status, body, headers);
    HttpTransport transport(http, "https://caas.example.org", Secret("caas_t"));
    try {
        transport.send({"GET", "posts"});
    } catch (const Error& error) {
        return std::to_string(facts(error.code()).exit_status) + " " + error.what() + ": " +
               error.hint();
    }
    return "taken";
}

TEST_CASE("what a proxy says is told from what caas says") {
    const net::Headers html{{"content-type", "text/html; charset=utf-8"}};
    const std::string page = "<html><h1>nginx</h1></html>";

    CHECK(said_of(502, page, html).starts_with("75 https://caas.example.org answered with status"));
    CHECK(said_of(404, page, html).starts_with("1 "));
    CHECK(said_of(413, page, html).starts_with("4 "));
    CHECK(said_of(401, page, html).starts_with("3 "));
    CHECK(said_of(429, "slow down").starts_with("75 "));
    CHECK(said_of(503, R"({"message":"no healthy upstream"})").starts_with("75 "));
    CHECK(said_of(200, page, html).find("web page") != std::string::npos);
    CHECK(said_of(502, page, html).find("<h1>") == std::string::npos);
    CHECK(said_of(404, R"({"code":"not_found"})") == "taken");
}

TEST_CASE("a redirect is not followed but named") {
    const auto said =
        said_of(301, "", {{"Location", "https://caas.example.org:8443/api/v1/posts?x=1"}});

    CHECK(said.starts_with("2 "));
    CHECK(said.find("--server https://caas.example.org:8443") != std::string::npos);
    CHECK(said_of(302, "").starts_with("2 "));
}

TEST_CASE("addresses are taken as people type them") {
    CHECK(server_address("https://Caas.Example.org/") == "https://caas.example.org");
    CHECK(server_address("https://a.example/api/v1/") == "https://a.example");
    CHECK(server_address("https://a.example/caas/api") == "https://a.example/caas");
    CHECK(server_address("https://a.example/v1") == "https://a.example/v1");
    CHECK(server_address("http://localhost:8000//") == "http://localhost:8000");
}

TEST_CASE("a token is not sent in the open to another machine") {
    fake::FakeHttp http;

    CHECK_THROWS_AS(HttpTransport(http, "http://caas.example.org", Secret("t")), Error);
    CHECK_THROWS_AS(HttpTransport(http, "caas.example.org", Secret("t")), Error);
    CHECK_NOTHROW(HttpTransport(http, "http://127.0.0.1:8000", Secret("t")));
    const std::vector<std::string> hosts{"caas.lan"};
    CHECK_NOTHROW(HttpTransport(http, "http://caas.lan", Secret("t"), hosts));
}

}  // namespace
}  // namespace caas::cli
