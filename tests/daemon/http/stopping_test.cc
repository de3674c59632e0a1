// Whom a server that ends waits for: who gets on with its answer or its body, and nobody else.
#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "tests/daemon/http/test_server.h"
#include "tests/fake/fake_clock.h"

namespace caas {
namespace {

using fake::get;
using Clocked = std::chrono::steady_clock;

http::Limits impatient_limits() {
    auto limits = fake::quick_limits();
    limits.stop_patience = Milliseconds(300);
    return limits;
}

// Until the server ends.
void await_end(const api::Request& request) {
    while (!request.closing.stop_requested())
        std::this_thread::yield();
}

// How long the server takes to end, with more grace than any test has patience.
Clocked::duration time_to_stop(fake::TestServer& server) {
    const auto start = Clocked::now();
    server.server().stop(std::chrono::seconds(15));
    return Clocked::now() - start;
}

TEST_CASE("a caller who takes nothing of an answer does not hold up the end") {
    fake::TestServer server(impatient_limits());
    auto reader = server.connect(4096);
    reader.send(get("/length?10000000"));
    server.served(1);

    CHECK(time_to_stop(server) < std::chrono::seconds(5));
    CHECK(reader.answer().body.size() < 10'000'000);
}

TEST_CASE("a caller who asks for more and more and takes nothing does not hold up the end") {
    fake::TestServer server(impatient_limits());
    auto reader = server.connect(4096);
    for (int i = 0; i < 100; ++i)
        reader.send(get("/length?1000000"));
    server.served(1);

    CHECK(time_to_stop(server) < std::chrono::seconds(5));
}

TEST_CASE("a caller who takes an answer slowly gets all of it when the server ends") {
    fake::FakeClock clock;
    std::atomic<bool> is_held = false;
    std::atomic<bool> is_ending = false;
    fake::TestServer server(
        impatient_limits(),
        [&](api::Request& request) {
            is_held = true;
            await_end(request);
            is_ending = true;
            return fake::text_response("told");
        },
        {},
        &clock);
    auto held = server.connect();
    held.send(get("/hold"));
    auto reader = server.connect(200'000);
    reader.send(get("/length?10000000"));
    server.served(1);
    while (!is_held)
        std::this_thread::yield();
    std::size_t taken = 0;
    std::jthread reading([&] {
        while (!is_ending)
            std::this_thread::yield();
        while (const auto count = reader.skip_some()) {
            taken += count;
            clock.advance(Milliseconds(6));
        }
    });

    time_to_stop(server);

    reading.join();
    CHECK(taken > 10'000'000);
    CHECK_FALSE(reader.was_reset);
    CHECK(clock.monotonic() > impatient_limits().stop_patience);
}

TEST_CASE("a reader who takes nothing of a stream that has an end does not hold up the end") {
    std::atomic<bool> is_writing = false;
    std::atomic<bool> was_refused = false;
    fake::TestServer server(impatient_limits(), [&](api::Request&) {
        api::Response response;
        response.body = api::EventStream([&](const auto& write) {
            const std::string piece(100'000, 'x');
            int sent = 0;
            while (sent < 1000 && write(piece)) {
                is_writing = true;
                ++sent;
            }
            was_refused = sent < 1000;
        });
        return response;
    });
    auto client = server.connect(4096);
    client.send(get("/events"));
    while (!is_writing)
        std::this_thread::yield();

    CHECK(time_to_stop(server) < std::chrono::seconds(5));
    CHECK(was_refused);
}

TEST_CASE("a sender whose large body stops coming does not hold up the end") {
    std::atomic<bool> is_reading = false;
    fake::TestServer server(impatient_limits(), [&is_reading](api::Request& request) {
        is_reading = true;
        return fake::text_response(fake::read_body(request));
    });
    auto client = server.connect();
    client.send(
        "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n" +
        std::string(100'000, 'x'));
    while (!is_reading)
        std::this_thread::yield();

    CHECK(time_to_stop(server) < std::chrono::seconds(5));
    CHECK(client.answer().status == 503);
}

TEST_CASE("a body that comes slowly is read to its end when the server ends") {
    constexpr std::size_t pieces = 50;
    const std::string piece(10'000, 'x');
    fake::FakeClock clock;
    std::atomic<bool> is_reading = false;
    std::atomic<bool> is_ending = false;
    std::atomic<std::size_t> received = 0;
    fake::TestServer server(
        impatient_limits(),
        [&](api::Request& request) {
            std::array<char, 4096> bytes{};
            is_reading = true;
            await_end(request);
            is_ending = true;
            while (const auto count = request.body->read(bytes))
                received += count;
            return fake::text_response(std::to_string(received));
        },
        {},
        &clock);
    auto client = server.connect();
    client.send(
        "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
        std::to_string(pieces * piece.size()) + "\r\n\r\n");
    while (!is_reading)
        std::this_thread::yield();
    std::jthread sending([&] {
        while (!is_ending)
            std::this_thread::yield();
        for (std::size_t sent = 1; sent <= pieces; ++sent) {
            client.send(piece);
            while (received < sent * piece.size() && server.server().connections() > 0)
                std::this_thread::yield();
            clock.advance(Milliseconds(12));
        }
    });

    time_to_stop(server);

    sending.join();
    CHECK(client.answer().body == "500000");
    CHECK(clock.monotonic() > impatient_limits().stop_patience);
}

}  // namespace
}  // namespace caas
