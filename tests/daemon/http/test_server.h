// A server on a free port with a handler made for tests, and everything that it logged.
//
// /quick answers at once; /echo answers "METHOD PATH?QUERY BODY"; /length?N answers N bytes; the
// rest is the test's own.
#pragma once

#include <array>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "daemon/http/listener.h"
#include "daemon/http/server.h"
#include "tests/daemon/http/raw_client.h"

namespace caas::fake {

inline std::string read_body(api::Request& request) {
    std::string body;
    std::array<char, 4096> piece{};
    while (request.body) {
        const auto count = request.body->read(piece);
        if (count == 0)
            break;
        body.append(piece.data(), count);
    }
    return body;
}

inline api::Response text_response(std::string text, int status = 200) {
    api::Response response;
    response.status = status;
    response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
    response.body = std::move(text);
    return response;
}

inline http::Limits quick_limits() {
    http::Limits limits;
    limits.workers = 4;
    return limits;
}

class TestServer {
  public:
    using More = std::function<api::Response(api::Request&)>;

    // `clock`: another one than the machine's; it outlives the server.
    explicit TestServer(
        http::Limits limits = quick_limits(),
        More more = {},
        http::Policy policy = {},
        const Clock* clock = nullptr)
        : more_(std::move(more)),
          server_(
              {limits,
               std::move(policy),
               [](const http::Head& head) { return head.path == "/quick"; }},
              clock == nullptr ? clock_ : *clock,
              random_,
              [this](api::Request& request) { return handle(request); },
              [this](const http::Served& served) { keep(served); }) {
        server_.start(http::listen_on(place_));
    }

    std::uint16_t port() const { return place_.port; }

    RawClient connect(int receive_buffer = 0) const { return RawClient(port(), receive_buffer); }

    // One request on a connection of its own.
    Answer ask(std::string_view bytes) const {
        auto client = connect();
        client.send(bytes);
        return client.answer();
    }

    http::Server& server() { return server_; }

    // The first `count` lines of the log, waiting for them.
    std::vector<http::Served> served(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(5), [&] { return log_.size() >= count; });
        return log_;
    }

    // Which thread answered /quick last.
    std::thread::id quick_thread;

  private:
    api::Response handle(api::Request& request) {
        if (request.target == "/echo")
            return text_response(
                request.method + " " + request.target + "?" + request.query + " " +
                read_body(request));
        if (request.target == "/quick") {
            quick_thread = std::this_thread::get_id();
            return text_response("quick");
        }
        if (request.target == "/length")
            return text_response(std::string(std::stoul(request.query), 'x'));
        if (more_)
            return more_(request);
        throw Error(Code::not_found, "There is nothing here.");
    }

    void keep(const http::Served& served) {
        const std::scoped_lock lock(mutex_);
        log_.push_back(served);
        changed_.notify_all();
    }

    SystemClock clock_;
    SystemRandom random_;
    More more_;
    http::Place place_{"127.0.0.1", 0};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<http::Served> log_;
    http::Server server_;
};

// A request without a body, as an ordinary client sends it.
inline std::string get(std::string_view target, std::string_view more_headers = {}) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" +
           std::string(more_headers) + "\r\n";
}

inline std::string post(
    std::string_view target, std::string_view body, std::string_view more_headers = {}) {
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + std::string(more_headers) + "\r\n" + std::string(body);
}

}  // namespace caas::fake
