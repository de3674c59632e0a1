// The seam to HTTP: one request, one answer or one typed failure. Never retries, never follows a
// redirect. A create, and any POST or PATCH, is never sent twice; what is harmless to repeat (GET,
// HEAD, PUT, DELETE) may be sent again when a kept connection turns out to be dead.
//
// Implementations are safe to use from several threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace caas::net {

using Header = std::pair<std::string, std::string>;
using Headers = std::vector<Header>;

// A body that is too long to hold: `size` bytes, read piece by piece on the thread that sends.
struct BodySource {
    std::int64_t size = 0;
    // At most `most` bytes from `offset`, none only at the end. What it throws ends the transfer
    // and comes out of send().
    std::function<std::string(std::int64_t offset, std::size_t most)> read;
};

struct Request {
    std::string method = "GET";
    std::string url;
    Headers headers;
    std::string body;
    std::optional<BodySource> source{};  // instead of `body`
    // True for a call that creates something and may not be repeated: it goes out on a connection
    // of its own. libcurl 7.88 re-sends a POST by itself when a reused connection dies before an
    // answer.
    bool is_create = false;
    std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
    std::chrono::milliseconds total_timeout = std::chrono::seconds(30);
    // Gives up when fewer than 1 byte a second arrives for this long; 0 turns it off.
    std::chrono::seconds stall_timeout = std::chrono::seconds(30);
    std::size_t most_response_bytes = 8U << 20U;
    // When set, body bytes of a 2xx answer go here as they arrive and are not kept; returning false
    // ends the transfer with Failure::Kind::canceled.
    std::function<bool(std::string_view)> on_data;
    // A URL that a person gave (webhooks, media): addresses in private ranges are refused.
    bool only_public_addresses = false;
    std::stop_token stop;
};

struct Response {
    int status = 0;
    Headers headers;
    std::string body;

    // The last header of that name, whatever its case.
    std::optional<std::string> header(std::string_view name) const;
};

// No usable answer came.
struct Failure {
    enum class Kind {
        bad_url,
        refused_address,
        resolve,
        connect,
        tls,
        timeout,
        broken,     // the connection died or the answer was cut off
        too_large,  // more than most_response_bytes
        canceled,
    };

    Kind kind = Kind::broken;
    // Whether bytes of the request may have reached the other side. False only when it is certain.
    bool may_have_left = true;
    std::string message;  // for logs and people; holds no query string and no header
};

using Result = std::variant<Response, Failure>;

class HttpClient {
  public:
    HttpClient() = default;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    virtual ~HttpClient() = default;

    virtual Result send(const Request& request) = 0;
};

// "resolve", "timeout" …: stable words for journals.
std::string_view name(Failure::Kind kind);

}  // namespace caas::net
