#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "cli/http_transport.h"
#include "cli/local_transport.h"
#include "cli/server_address.h"
#include "core/base/error.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_http.h"
#include "tests/fake/fake_random.h"

namespace caas::cli {
namespace {

// A daemon elsewhere whose answers the test lines up.
struct Far {
    fake::FakeHttp http;
    fake::FakeClock clock;
    fake::FakeRandom random;
    IdMaker ids{clock, random};

    HttpTransport transport(
        const std::string& server = "https://caas.example.org",
        std::span<const std::string> plain_http_hosts = {}) {
        return {http, clock, ids, server, Secret("caas_t"), plain_http_hosts};
    }

    // The Idempotency-Key of a request; empty: it had none.
    std::string key(std::size_t index) const {
        std::string found;
        for (const auto& [name, value] : http.asked.at(index).headers) {
            if (name == "Idempotency-Key")
                found += value;
        }
        return found;
    }
};

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

TEST_CASE("a local change that was made before it was stopped is still told of") {
    std::stop_source stop;
    int handled = 0;
    LocalTransport transport([&] {
        return [&](api::Request&) {
            ++handled;
            stop.request_stop();
            return api::json_response(201, Json{{"id", "1"}});
        };
    });
    Ask ask{"POST", "posts", {}, "{}"};
    ask.stop = stop.get_token();

    CHECK(transport.send(ask).status == 201);
    CHECK_THROWS_WITH_AS(transport.send(ask), "Interrupted", Error);

    CHECK(handled == 1);
}

TEST_CASE("an outcome that could not be written before the stop is still told of") {
    std::stop_source stop;
    LocalTransport transport([&] {
        return [&](api::Request&) {
            stop.request_stop();
            return api::json_response(409, Json{{"code", "unconfirmed"}});
        };
    });
    Ask ask{"GET", "posts/1"};
    ask.stop = stop.get_token();

    CHECK(transport.send(ask).status == 409);
}

TEST_CASE("a remote request carries the token and is marked as not to be repeated") {
    Far far;
    far.http.answer(201, R"({"id":"1"})");
    far.http.answer(200, R"({"items":[]})");
    auto transport = far.transport("https://caas.example.org/");

    const auto answer = transport.send({"POST", "content", {}, R"({"x":1})"});
    transport.send({"GET", "content", {{"q", "a b"}}});

    CHECK(answer.body == R"({"id":"1"})");
    const auto& asked = far.http.asked;
    CHECK(asked.at(0).url == "https://caas.example.org/api/v1/content");
    CHECK(asked.at(0).is_create);
    CHECK(asked.at(0).body == R"({"x":1})");
    const auto& headers = asked.at(0).headers;
    CHECK(
        std::find(headers.begin(), headers.end(), net::Header{"Authorization", "Bearer caas_t"}) !=
        headers.end());
    CHECK(asked.at(1).url == "https://caas.example.org/api/v1/content?q=a%20b");
    CHECK_FALSE(asked.at(1).is_create);
}

TEST_CASE("events of a remote stream arrive wherever they are cut") {
    Far far;
    far.http.answer(
        200, "event: text\ndata: {\"text\":\"Hel\"}\n\nevent: done\ndata: {\"id\":\"1\"}\n\n");
    auto transport = far.transport("http://localhost:8000");
    std::vector<std::string> events;
    Ask ask{"POST", "content/generate"};
    ask.on_event = [&](std::string_view name, const Json& data) {
        events.push_back(std::string(name) + " " + json::dump(data));
    };

    CHECK(transport.send(ask).status == 200);

    CHECK(events == std::vector<std::string>{R"(text {"text":"Hel"})", R"(done {"id":"1"})"});
}

TEST_CASE("each change names itself, and what only reads does not") {
    Far far;
    for (int i = 0; i < 4; ++i)
        far.http.answer(200, "{}");
    auto transport = far.transport();

    transport.send({"POST", "posts", {}, "{}"});
    transport.send({"POST", "posts", {}, "{}"});
    transport.send({"GET", "posts"});
    transport.send({"POST", "auth/login", {}, "{}"});

    CHECK(is_uuid(far.key(0)));
    CHECK(is_uuid(far.key(1)));
    CHECK(far.key(0) != far.key(1));
    CHECK(far.key(2).empty());
    CHECK(far.key(3).empty());
}

TEST_CASE("a change whose answer was lost is sent again under the same key") {
    Far far;
    far.http.fail(net::Failure::Kind::broken, true);
    far.http.fail(net::Failure::Kind::connect, false);
    far.http.answer(201, R"({"items":[{"id":"1"}]})", {{"Idempotent-Replayed", "true"}});
    auto transport = far.transport();

    const auto answer = transport.send({"POST", "posts", {}, R"({"content_id":"1"})"});

    CHECK(answer.status == 201);
    REQUIRE(far.http.asked.size() == 3);
    CHECK(is_uuid(far.key(0)));
    CHECK(far.key(1) == far.key(0));
    CHECK(far.key(2) == far.key(0));
    CHECK(far.http.asked.at(2).body == far.http.asked.at(0).body);
    CHECK(far.clock.slept() == std::vector{Milliseconds(1000), Milliseconds(2000)});
}

TEST_CASE("a change that a proxy lost, or that is under way still, is asked for again") {
    Far far;
    far.http.answer(502, "<html>nginx", {{"Content-Type", "text/html"}});
    far.http.answer(409, R"({"code":"conflict"})", {{"Retry-After", "1"}});
    far.http.answer(429, R"({"code":"rate_limited"})");
    far.http.answer(201, R"({"id":"1"})");
    auto transport = far.transport();

    CHECK(transport.send({"POST", "content", {}, "{}"}).status == 201);

    CHECK(far.key(3) == far.key(0));
}

TEST_CASE("a refusal of the first sending is an answer, also one that will pass") {
    Far far;
    far.http.answer(429, R"({"code":"rate_limited"})");
    far.http.answer(409, R"({"code":"conflict"})", {{"Retry-After", "1"}});
    far.http.answer(503, R"({"code":"busy"})");
    auto transport = far.transport();

    CHECK(transport.send({"POST", "posts", {}, "{}"}).status == 429);
    CHECK(transport.send({"POST", "posts", {}, "{}"}).status == 409);
    CHECK(transport.send({"POST", "posts", {}, "{}"}).status == 503);

    CHECK(far.clock.slept().empty());
}

TEST_CASE("a network that swallows everything is waited for twice and no more") {
    Far far;
    far.http.handler = [&](const net::Request&) -> net::Result {
        far.clock.advance(std::chrono::minutes(3));
        return net::Failure{net::Failure::Kind::timeout, true, "scripted failure"};
    };
    auto transport = far.transport();

    CHECK_THROWS_AS(transport.send({"POST", "posts", {}, "{}"}), Error);

    CHECK(far.http.asked.size() == 2);
}

// How it ends when every sending fails alike; `sendings` becomes how many there were.
std::string failure_of(
    net::Failure::Kind kind, bool may_have_left, const Ask& ask, std::size_t* sendings = nullptr) {
    Far far;
    far.http.handler = [&](const net::Request&) -> net::Result {
        return net::Failure{kind, may_have_left, "scripted failure"};
    };
    auto transport = far.transport();
    std::string said;
    try {
        transport.send(ask);
    } catch (const Error& error) {
        said = std::string(facts(error.code()).name) + ": " + error.hint();
    }
    if (sendings != nullptr)
        *sendings = far.http.asked.size();
    return said;
}

TEST_CASE("an interruption ends the repeating") {
    Far far;
    far.http.fail(net::Failure::Kind::broken, true);
    std::stop_source stop;
    stop.request_stop();
    Ask ask{"POST", "posts", {}, "{}"};
    ask.stop = stop.get_token();
    auto transport = far.transport();

    CHECK_THROWS_WITH_AS(transport.send(ask), "Interrupted", Error);

    CHECK(far.http.asked.size() == 1);
}

TEST_CASE("a remote change that is interrupted says that it may have been carried out") {
    using Kind = net::Failure::Kind;

    CHECK(
        failure_of(Kind::canceled, true, {"POST", "posts"}) ==
        "canceled: the request may have been carried out: look before you repeat it");
    CHECK(failure_of(Kind::canceled, false, {"POST", "posts"}) == "canceled: ");
    CHECK(failure_of(Kind::canceled, true, {"GET", "posts"}) == "canceled: ");
}

TEST_CASE("a change whose answers are all lost is never said to be one to try again") {
    using Kind = net::Failure::Kind;
    std::size_t sendings = 0;

    CHECK(
        failure_of(Kind::broken, true, {"POST", "posts"}, &sendings) ==
        "unconfirmed: the request may have been carried out: look before you repeat it");
    CHECK(sendings == 5);
    CHECK(
        failure_of(Kind::broken, true, {"POST", "nowhere"}, &sendings) ==
        "unconfirmed: the request may have been carried out: look before you repeat it");
    CHECK(sendings == 1);
    CHECK(
        failure_of(Kind::connect, false, {"POST", "posts"}, &sendings) ==
        "unavailable: is caasd running there, and the address right?");
    CHECK(sendings == 1);
    CHECK(
        failure_of(Kind::timeout, true, {"GET", "posts"}, &sendings) ==
        "timeout: it is busy, or the network is: try again");
    CHECK(sendings == 1);
}

TEST_CASE("a lost answer is one to try again where a repeat does no harm") {
    using Kind = net::Failure::Kind;
    Ask named{"POST", "posts"};
    named.headers = {{"idempotency-key", "mine"}};

    CHECK(
        failure_of(Kind::broken, true, {"DELETE", "content/1a2b"}) ==
        "unavailable: the request may have been carried out; it does no harm to repeat it");
    CHECK(
        failure_of(Kind::broken, true, named) ==
        "unavailable: the request may have been carried out; repeated with the same idempotency "
        "key it is not done twice");
}

TEST_CASE("a stream that breaks off is not begun again") {
    Ask ask{"POST", "content/generate"};
    ask.on_event = [](std::string_view, const Json&) {};
    std::size_t sendings = 0;

    CHECK(failure_of(net::Failure::Kind::broken, true, ask, &sendings)
              .starts_with("unconfirmed: the request may have been carried out"));

    CHECK(sendings == 1);
}

TEST_CASE("a fault of TLS is no temporary one and says what to set") {
    const auto said = failure_of(net::Failure::Kind::tls, false, {"GET", "posts"});

    CHECK(said.starts_with("internal: "));
    CHECK(said.find("CAAS_NET_CA_FILE") != std::string::npos);
}

// The exit status and the words of a stranger's answer.
std::string said_of(int status, const std::string& body, const net::Headers& headers = {}) {
    Far far;
    far.http.answer(status, body, headers);
    try {
        far.transport().send({"GET", "posts"});
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
    Far far;

    CHECK_THROWS_AS(far.transport("http://caas.example.org"), Error);
    CHECK_THROWS_AS(far.transport("caas.example.org"), Error);
    CHECK_NOTHROW(far.transport("http://127.0.0.1:8000"));
    const std::vector<std::string> hosts{"caas.lan"};
    CHECK_NOTHROW(far.transport("http://caas.lan", hosts));
}

}  // namespace
}  // namespace caas::cli
