// Answers that are not bytes in memory: streams of events and pieces of files.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/daemon/http/test_server.h"

namespace caas {
namespace {

using fake::get;

api::Response stream_response(api::EventStream stream) {
    api::Response response;
    response.headers = {{"Content-Type", "text/event-stream; charset=utf-8"}};
    response.body = std::move(stream);
    return response;
}

// A file of 300,000 bytes whose content tells the position, removed with the object.
class PlainFile {
  public:
    PlainFile()
        : path_(
              std::filesystem::temp_directory_path() /
              ("caas-http-" + std::to_string(::getpid()))) {
        for (int i = 0; i < 30'000; ++i)
            text_ += std::to_string(1'000'000'000 + i);
        std::ofstream(path_) << text_;
    }

    PlainFile(const PlainFile&) = delete;
    PlainFile& operator=(const PlainFile&) = delete;

    ~PlainFile() { std::filesystem::remove(path_); }

    const std::filesystem::path& path() const { return path_; }

    const std::string& text() const { return text_; }

  private:
    std::filesystem::path path_;
    std::string text_;
};

api::Response file_response(const PlainFile& file, std::uint64_t from, std::uint64_t length) {
    api::Response response;
    response.body = api::FileRange{file.path(), from, length};
    return response;
}

TEST_CASE("events arrive one by one as they are written") {
    std::stop_source second;
    const fake::TestServer server(fake::quick_limits(), [&second](api::Request&) {
        return stream_response([&second](const auto& write) {
            write("data: 1\n\n");
            SystemClock().sleep(Milliseconds(5000), second.get_token());
            write("data: 2\n\n");
        });
    });
    auto client = server.connect();

    client.send(get("/events") + get("/echo"));

    CHECK(client.head().find("Transfer-Encoding: chunked") != std::string::npos);
    CHECK(client.chunk() == "data: 1\n\n");
    CHECK(client.is_quiet(std::chrono::milliseconds(30)));
    second.request_stop();
    CHECK(client.chunk() == "data: 2\n\n");
    CHECK(client.chunk().empty());
    CHECK(client.was_ended);
    CHECK(client.answer().body == "GET /echo? ");
}

TEST_CASE("a stream to a caller of HTTP 1.0 ends with its connection") {
    const fake::TestServer server(fake::quick_limits(), [](api::Request&) {
        return stream_response([](const auto& write) { write("data: 1\n\n"); });
    });
    auto client = server.connect();

    client.send("GET /events HTTP/1.0\r\n\r\n");

    CHECK(client.rest().ends_with("\r\n\r\ndata: 1\n\n"));
    CHECK(client.is_closed());
}

TEST_CASE("a stream whose reader leaves is stopped") {
    std::atomic<bool> was_refused = false;
    fake::TestServer server(fake::quick_limits(), [&was_refused](api::Request& request) {
        const auto stop = request.stop;
        return stream_response([&was_refused, stop](const auto& write) {
            write(": hello\n\n");
            SystemClock().sleep(Milliseconds(5000), stop);
            was_refused = !write("data: 1\n\n");
        });
    });
    {
        auto client = server.connect();
        client.send(get("/events"));
        client.head();
        CHECK(client.chunk() == ": hello\n\n");
    }

    server.served(1);

    CHECK(was_refused);
}

TEST_CASE("a stream whose reader does not read is given up") {
    auto limits = fake::quick_limits();
    limits.write_timeout = Milliseconds(60);
    limits.slowest_rate = 100U << 20U;
    std::atomic<bool> was_refused = false;
    fake::TestServer server(limits, [&was_refused](api::Request&) {
        return stream_response([&was_refused](const auto& write) {
            const std::string piece(100'000, 'x');
            int sent = 0;
            while (sent < 1000 && write(piece))
                ++sent;
            was_refused = sent < 1000;
        });
    });
    auto client = server.connect(4096);
    client.send(get("/events"));

    server.served(1);

    CHECK(was_refused);
}

TEST_CASE("streams beyond the limit are answered with 503 and workers stay for others") {
    auto limits = fake::quick_limits();
    limits.workers = 3;
    limits.most_streams = 2;
    fake::TestServer server(limits, [](api::Request& request) {
        const auto stop = request.stop;
        return stream_response([stop](const auto& write) {
            write(": hello\n\n");
            SystemClock().sleep(Milliseconds(5000), stop);
        });
    });
    auto first = server.connect();
    auto second = server.connect();
    first.send(get("/events"));
    second.send(get("/events"));
    first.head();
    second.head();
    CHECK(first.chunk() == ": hello\n\n");
    CHECK(second.chunk() == ": hello\n\n");

    CHECK(server.ask(get("/events")).status == 503);
    CHECK(server.ask(get("/echo")).status == 200);
}

TEST_CASE("a stream that fails is cut off and says nothing of the fault") {
    fake::TestServer server(fake::quick_limits(), [](api::Request&) {
        return stream_response([](const auto& write) {
            write("data: 1\n\n");
            throw std::runtime_error("the secret is 42");
        });
    });
    auto client = server.connect();

    client.send(get("/events"));

    client.head();
    CHECK(client.chunk() == "data: 1\n\n");
    CHECK(client.rest().empty());
    CHECK(!client.was_ended);
    CHECK(server.served(1).at(0).fault == "the secret is 42");
}

TEST_CASE("endless streams end at once when the server stops") {
    fake::TestServer server(fake::quick_limits(), [](api::Request& request) {
        const auto stop = request.stop;
        auto response = stream_response([stop](const auto& write) {
            write(": hello\n\n");
            SystemClock().sleep(Milliseconds(60'000), stop);
        });
        response.is_endless = true;
        return response;
    });
    auto client = server.connect();
    client.send(get("/events"));
    client.head();
    client.chunk();
    const auto start = std::chrono::steady_clock::now();

    server.server().stop(Milliseconds(10'000));

    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(2'000));
}

TEST_CASE("a stream that has an end comes to it when the server stops") {
    fake::TestServer server(fake::quick_limits(), [](api::Request& request) {
        const auto stop = request.stop;
        return stream_response([stop](const auto& write) {
            write("event: text\n\n");
            const bool is_whole = SystemClock().sleep(Milliseconds(200), stop);
            write(is_whole ? "event: done\n\n" : "event: error\n\n");
        });
    });
    auto client = server.connect();
    client.send(get("/generate"));
    client.head();
    CHECK(client.chunk() == "event: text\n\n");

    server.server().stop(Milliseconds(10'000));

    CHECK(client.chunk() == "event: done\n\n");
    CHECK(client.chunk().empty());
    CHECK(client.was_ended);
}

TEST_CASE("a stream that the server cannot wait for any longer says how it ended") {
    fake::TestServer server(fake::quick_limits(), [](api::Request& request) {
        const auto stop = request.stop;
        return stream_response([stop](const auto& write) {
            write("event: text\n\n");
            const bool is_whole = SystemClock().sleep(Milliseconds(60'000), stop);
            write(is_whole ? "event: done\n\n" : "event: error\n\n");
        });
    });
    auto client = server.connect();
    client.send(get("/generate"));
    client.head();
    CHECK(client.chunk() == "event: text\n\n");

    server.server().stop(Milliseconds(50));

    CHECK(client.chunk() == "event: error\n\n");
    CHECK(client.chunk().empty());
    CHECK(client.was_ended);
}

TEST_CASE("a piece of a file arrives byte for byte") {
    const PlainFile file;
    const fake::TestServer server(fake::quick_limits(), [&file](api::Request& request) {
        return request.target == "/whole" ? file_response(file, 0, file.text().size())
                                          : file_response(file, 1234, 5678);
    });
    auto client = server.connect(4096);

    client.send(get("/whole") + get("/piece") + get("/echo"));

    CHECK(client.answer().body == file.text());
    CHECK(client.answer().body == file.text().substr(1234, 5678));
    CHECK(client.answer().body == "GET /echo? ");
}

TEST_CASE("a file that is gone or too short is 404") {
    const PlainFile file;
    const fake::TestServer server(fake::quick_limits(), [&file](api::Request& request) {
        auto response = file_response(file, 299'999, 2);
        if (request.target == "/gone")
            response.body = api::FileRange{"/nonexistent/caas", 0, 1};
        if (request.target == "/folder")
            response.body = api::FileRange{"/tmp", 0, 1};
        return response;
    });

    CHECK(server.ask(get("/short")).status == 404);
    CHECK(server.ask(get("/gone")).status == 404);
    CHECK(server.ask(get("/folder")).status == 404);
    CHECK(server.ask(get("/gone")).body.find("nonexistent") == std::string::npos);
}

}  // namespace
}  // namespace caas
