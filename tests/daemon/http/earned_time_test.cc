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
        return limits;
    }

    api::Response count(api::Request& request) {
        std::array<char, 4096> piece{};
        is_reading = true;
        while (const auto bytes = request.body->read(piece))
            received += bytes;
        return fake::text_response(std::to_string(received));
    }

    void await(std::size_t bytes) const {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
        while (received < bytes && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
    }

    fake::FakeClock clock;
    std::atomic<bool> is_reading = false;
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
    while (!it.is_reading)
        std::this_thread::yield();

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
