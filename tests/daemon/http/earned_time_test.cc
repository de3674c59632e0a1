// How long a large body or answer may take: what has come or gone counts, not what was announced.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "tests/daemon/http/test_server.h"
#include "tests/fake/fake_clock.h"

namespace caas {
namespace {

using fake::get;

// A server by a clock that stands still, which counts what it reads of a body.
struct Clocked {
    static http::Limits limits() {
        auto limits = fake::quick_limits();
        limits.most_body_bytes = std::uint64_t{10} << 30U;
        limits.most_slow_bodies = 2;
        return limits;
    }

    api::Response count(api::Request& request) {
        std::array<char, 4096> piece{};
        std::size_t whole = 0;
        ++readers;
        while (const auto bytes = request.body->read(piece)) {
            whole += bytes;
            received += bytes;
        }
        return fake::text_response(std::to_string(whole));
    }

    void await(std::size_t bytes) const {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
        while (received < bytes && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
    }

    void await_readers(int count) const {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
        while (readers < count && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
    }

    fake::FakeClock clock;
    std::atomic<int> readers = 0;
    std::atomic<std::size_t> received = 0;
    fake::TestServer server{
        limits(), [this](api::Request& request) { return count(request); }, {}, &clock};
};

std::string announce(std::uint64_t bytes) {
    return "POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(bytes) +
           "\r\n\r\n";
}

TEST_CASE(
    "who announces a body of a gigabyte and sends nothing is waited for no longer than others") {
    Clocked it;
    auto client = it.server.connect();
    client.send(announce(std::uint64_t{1} << 30U));
    it.await_readers(1);

    it.clock.advance(std::chrono::seconds(19));
    CHECK(client.is_quiet(std::chrono::milliseconds(250)));
    it.clock.advance(std::chrono::seconds(2));

    CHECK(client.answer().status == 408);
}

TEST_CASE("a body that keeps coming has the time that it earns") {
    Clocked it;
    auto client = it.server.connect();
    const std::string piece(100'000, 'x');
    client.send(announce(20 * piece.size()));

    for (std::size_t sent = 1; sent <= 20; ++sent) {
        client.send(piece);
        it.await(sent * piece.size());
        it.clock.advance(std::chrono::seconds(11));
    }

    CHECK(client.answer().body == "2000000");
}

// Two that a worker waits for already: as many as may be.
struct Crowded : Clocked {
    Crowded() {
        for (auto* client : {&first, &second})
            client->send(announce(body.size()));
        await_readers(2);
        pass();
    }

    // As much time as makes a body a slow one, while its worker waits for it.
    void pass() {
        for (int turn = 0; turn < 2; ++turn) {
            second.is_quiet(std::chrono::milliseconds(250));
            clock.advance(std::chrono::milliseconds(1'100));
        }
        second.is_quiet(std::chrono::milliseconds(250));
    }

    const std::string body = std::string(100'000, 'x');
    fake::RawClient first = server.connect();
    fake::RawClient second = server.connect();
};

TEST_CASE("beside as many bodies as may be waited for, the next slow one is told to come again") {
    Crowded it;
    auto third = it.server.connect();
    third.send(announce(it.body.size()));
    it.await_readers(3);
    it.pass();

    const auto refused = third.answer();
    CHECK(refused.status == 503);
    CHECK(refused.header("Retry-After") == "10");
    CHECK(refused.body.find(R"("code":"busy")") != std::string::npos);
    for (auto* client : {&it.first, &it.second}) {
        client->send(it.body);
        CHECK(client->answer().body == "100000");
    }
}

TEST_CASE("a body that need not be waited for is taken beside as many slow ones as may be") {
    Crowded it;

    auto third = it.server.connect();
    third.send(announce(it.body.size()) + it.body);

    CHECK(third.answer().body == "100000");
}

TEST_CASE("a slow body that is complete leaves its place to the next") {
    Crowded it;
    it.first.send(it.body);
    REQUIRE(it.first.answer().status == 200);

    auto third = it.server.connect();
    third.send(announce(it.body.size()));
    it.await_readers(3);
    it.pass();
    third.send(it.body);

    CHECK(third.answer().body == "100000");
}

TEST_CASE("who asks for an answer of fifty megabytes and takes nothing has not long") {
    Clocked it;
    auto reader = it.server.connect(4096);
    reader.send(get("/length?50000000"));
    it.server.served(1);

    // What the kernel took on its behalf earns some minutes; all of it would earn more than an
    // hour.
    it.clock.advance(std::chrono::minutes(30));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (it.server.server().connections() > 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();

    CHECK(it.server.server().connections() == 0);
}

}  // namespace
}  // namespace caas
