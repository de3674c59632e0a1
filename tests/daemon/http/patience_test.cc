// Callers who take their time: slow headers, slow bodies, slow readers, idle ones and crowds.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/daemon/http/test_server.h"
#include "tests/fake/fake_clock.h"

namespace caas {
namespace {

using fake::get;
using fake::post;
using Clocked = std::chrono::steady_clock;

http::Limits short_limits() {
    auto limits = fake::quick_limits();
    limits.header_timeout = Milliseconds(60);
    limits.idle_timeout = Milliseconds(60);
    limits.body_timeout = Milliseconds(60);
    limits.write_timeout = Milliseconds(60);
    limits.linger_timeout = Milliseconds(60);
    limits.slowest_rate = 100U << 20U;
    return limits;
}

// How long one request on a new connection takes, from connecting to its answer.
std::chrono::milliseconds time_of_one(const fake::TestServer& server) {
    const auto start = Clocked::now();
    const auto status = server.ask(get("/echo")).status;
    const auto taken =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clocked::now() - start);
    return status == 200 ? taken : std::chrono::hours(1);
}

TEST_CASE("a header that does not end is answered with 408 and closed") {
    const fake::TestServer server(short_limits());
    auto client = server.connect();

    client.send("GET /echo HTTP/1.1\r\nHost: loc");

    CHECK(client.answer().status == 408);
    CHECK(client.is_closed());
}

TEST_CASE("a header that trickles in does not get more time") {
    const fake::TestServer server(short_limits());
    auto client = server.connect();
    const auto start = Clocked::now();

    client.send("GET /echo HTTP/1.1\r\n");
    while (client.is_quiet(std::chrono::milliseconds(10)) && client.send("A: b\r\n")) {
    }

    CHECK(client.answer().status == 408);
    CHECK(Clocked::now() - start < std::chrono::milliseconds(1000));
}

TEST_CASE("a caller who says nothing is hung up on") {
    const fake::TestServer server(short_limits());
    auto client = server.connect();

    CHECK(client.rest().empty());
    CHECK(client.is_closed());
}

TEST_CASE("a connection that idles after its answer is closed in silence") {
    const fake::TestServer server(short_limits());
    auto client = server.connect();
    client.send(get("/echo"));
    CHECK(client.answer().header("Connection") == "keep-alive");

    CHECK(client.rest().empty());
    CHECK(client.is_closed());
}

TEST_CASE("a small body that does not come is answered with 408 and costs no worker") {
    auto limits = short_limits();
    limits.workers = 1;
    const fake::TestServer server(limits);
    auto client = server.connect();

    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf");

    CHECK(time_of_one(server) < std::chrono::milliseconds(50));
    CHECK(client.answer().status == 408);
    CHECK(client.is_closed());
}

TEST_CASE("a large body that stops coming is answered with 408") {
    const fake::TestServer server(short_limits());
    auto client = server.connect();

    client.send(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n" +
        std::string(100'000, 'x'));

    CHECK(client.answer().status == 408);
    CHECK(client.is_closed());
}

TEST_CASE("a sender who leaves in the middle of a body does no harm") {
    fake::TestServer server(short_limits());
    {
        auto client = server.connect();
        client.send(
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n" +
            std::string(100'000, 'x'));
    }

    CHECK(server.served(1).at(0).status == 400);
    CHECK(time_of_one(server) < std::chrono::milliseconds(50));
}

TEST_CASE("slow readers of large answers cost no worker") {
    auto limits = fake::quick_limits();
    limits.workers = 1;
    const fake::TestServer server(limits);
    std::vector<fake::RawClient> readers;
    for (int i = 0; i < 5; ++i) {
        readers.push_back(server.connect(4096));
        readers.back().send(get("/length?10000000"));
    }

    CHECK(time_of_one(server) < std::chrono::milliseconds(1000));
    CHECK(readers.front().answer().body.size() == 10'000'000);
    CHECK(readers.back().answer().body.size() == 10'000'000);
}

TEST_CASE("a reader who reads nothing is hung up on") {
    fake::FakeClock clock;
    fake::TestServer server(short_limits(), {}, {}, &clock);
    auto reader = server.connect(4096);
    reader.send(get("/length?10000000"));
    server.served(1);

    clock.advance(std::chrono::minutes(10));
    const auto deadline = Clocked::now() + std::chrono::seconds(5);
    while (server.server().connections() > 0 && Clocked::now() < deadline)
        std::this_thread::yield();

    CHECK(reader.answer().body.size() < 10'000'000);
}

TEST_CASE("a large body that stops coming is waited for by the clock of the server") {
    fake::FakeClock clock;
    fake::TestServer server(fake::quick_limits(), {}, {}, &clock);
    auto client = server.connect();
    client.send(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n" +
        std::string(100'000, 'x'));

    CHECK(client.is_quiet(std::chrono::milliseconds(20)));
    // However late the request is taken up, one of these passes while its body is waited for.
    while (client.is_quiet(std::chrono::milliseconds(5)))
        clock.advance(std::chrono::minutes(10));

    CHECK(client.answer().status == 408);
}

TEST_CASE("what is quick is answered while every worker is busy, in order and not without end") {
    auto limits = fake::quick_limits();
    limits.workers = 1;
    limits.most_queued = 1;
    std::stop_source release;
    fake::TestServer server(limits, [&release](api::Request&) {
        SystemClock().sleep(Milliseconds(5000), release.get_token());
        return fake::text_response("late");
    });
    auto working = server.connect();
    working.send(get("/wait"));
    CHECK(working.is_quiet(std::chrono::milliseconds(20)));

    auto client = server.connect();
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += get("/quick");
    client.send(many);
    for (int i = 0; i < 100; ++i)
        CHECK(client.answer().body == "quick");

    CHECK(server.quick_thread != std::thread::id());
    release.request_stop();
    CHECK(working.answer().body == "late");
    working.send(get("/echo"));
    CHECK(working.answer().status == 200);
}

TEST_CASE("500 idle and half-sent connections do not keep others waiting") {
    const fake::TestServer server;
    std::vector<fake::RawClient> crowd;
    for (int i = 0; i < 500; ++i) {
        crowd.push_back(server.connect());
        if (i % 3 == 0)
            crowd.back().send("GET /echo HTTP/1.1\r\nHost: local");
        if (i % 3 == 1)
            crowd.back().send(
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab");
    }

    for (int i = 0; i < 20; ++i)
        CHECK(time_of_one(server) < std::chrono::milliseconds(50));
    crowd[0].send("host\r\n\r\n");
    crowd[1].send("cdefghi");
    CHECK(crowd[0].answer().status == 200);
    CHECK(crowd[1].answer().body == "POST /echo? abcdefghi");
}

TEST_CASE("connections beyond the limit are answered with 503 and the others go on") {
    auto limits = fake::quick_limits();
    limits.most_connections = 3;
    const fake::TestServer server(limits);
    std::vector<fake::RawClient> busy;
    for (int i = 0; i < 3; ++i) {
        busy.push_back(server.connect());
        busy.back().send("GET /echo HT");
        CHECK(busy.back().is_quiet(std::chrono::milliseconds(20)));
    }

    const auto beyond = server.ask(get("/echo"));

    CHECK(beyond.status == 503);
    CHECK(beyond.header("Retry-After") == "1");
    busy[0].send("TP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(busy[0].answer().status == 200);
}

TEST_CASE("a connection that idles after its answer makes room for a new one") {
    auto limits = fake::quick_limits();
    limits.most_connections = 2;
    const fake::TestServer server(limits);
    auto first = server.connect();
    auto second = server.connect();
    first.send(get("/echo"));
    CHECK(first.answer().status == 200);
    second.send(get("/echo"));
    CHECK(second.answer().status == 200);

    // Until its worker has given one of them back there is no room.
    auto third = server.ask(get("/echo")).status;
    for (int tries = 0; third == 503 && tries < 2000; ++tries)
        third = server.ask(get("/echo")).status;
    CHECK(third == 200);
    // They may have been given back in either order: one made room, the other goes on.
    second.send(get("/echo"));
    if (second.answer().status == 200) {
        CHECK(first.is_closed());
    } else {
        first.send(get("/echo"));
        CHECK(first.answer().status == 200);
    }
}

TEST_CASE("requests beyond the queue are answered with 503 while the workers are busy") {
    auto limits = fake::quick_limits();
    limits.workers = 1;
    limits.most_queued = 1;
    std::stop_source release;
    fake::TestServer server(limits, [&release](api::Request&) {
        SystemClock().sleep(Milliseconds(5000), release.get_token());
        return fake::text_response("late");
    });
    auto working = server.connect();
    auto queued = server.connect();
    working.send(get("/wait"));
    CHECK(working.is_quiet(std::chrono::milliseconds(30)));
    queued.send(get("/wait"));
    CHECK(queued.is_quiet(std::chrono::milliseconds(30)));

    CHECK(server.ask(get("/echo")).status == 503);
    release.request_stop();
    CHECK(working.answer().body == "late");
    CHECK(queued.answer().body == "late");
}

TEST_CASE("while all that work wait for something, others are answered") {
    auto limits = fake::quick_limits();
    limits.workers = 8;
    limits.few_workers = 2;
    std::mutex mutex;
    std::condition_variable changed;
    int inside = 0;
    // Each waits until all eight are there.
    const fake::TestServer server(limits, [&](api::Request&) {
        std::unique_lock lock(mutex);
        ++inside;
        changed.notify_all();
        const bool is_full =
            changed.wait_for(lock, std::chrono::seconds(5), [&] { return inside >= 8; });
        return fake::text_response(is_full ? "together" : "alone");
    });
    std::vector<fake::RawClient> clients;
    for (int i = 0; i < 8; ++i) {
        clients.push_back(server.connect());
        clients.back().send(get("/wait"));
    }

    for (auto& client : clients)
        CHECK(client.answer().body == "together");
}

TEST_CASE("a caller who leaves is told to the handler") {
    std::atomic<bool> has_noticed = false;
    fake::TestServer server(fake::quick_limits(), [&has_noticed](api::Request& request) {
        has_noticed = !SystemClock().sleep(Milliseconds(5000), request.stop);
        return fake::text_response("nobody reads this");
    });
    {
        auto client = server.connect();
        client.send(get("/wait"));
        CHECK(client.is_quiet(std::chrono::milliseconds(30)));
    }

    server.served(1);

    CHECK(has_noticed);
}

TEST_CASE("a caller who closes its sending side after the request gets the answer") {
    const fake::TestServer server;
    auto client = server.connect();

    client.send(get("/echo"));
    client.half_close();

    CHECK(client.answer().status == 200);
    CHECK(client.is_closed());
}

TEST_CASE("a keep-alive connection answers without the delay of two small packets") {
    const fake::TestServer server;
    auto client = server.connect();
    const auto start = Clocked::now();

    for (int i = 0; i < 50; ++i) {
        client.send(get("/echo"));
        CHECK(client.answer().status == 200);
    }

    // With Nagle's algorithm on: 50 times 40 ms.
    CHECK(Clocked::now() - start < std::chrono::milliseconds(1000));
}

TEST_CASE("many callers at once are each answered their own") {
    const fake::TestServer server;
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> callers;
    callers.reserve(8);
    for (int t = 0; t < 8; ++t) {
        callers.emplace_back([&server, &wrong, t] {
            auto client = server.connect();
            for (int i = 0; i < 200; ++i) {
                const auto mine = std::to_string(t) + "x" + std::to_string(i);
                client.send(post("/echo", mine));
                if (client.answer().body != "POST /echo? " + mine)
                    ++wrong;
            }
        });
    }
    callers.clear();

    CHECK(wrong == 0);
}

}  // namespace
}  // namespace caas
