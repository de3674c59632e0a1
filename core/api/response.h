// What the API answers: bytes, a range of a file, or a stream of events.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/json.h"
#include "core/net/http_client.h"

namespace caas::api {

struct FileRange {
    std::filesystem::path file;
    std::uint64_t from = 0;
    std::uint64_t length = 0;
};

// Produces the body by calling `write` until it is done or `write` returns false (the reader left).
using EventStream = std::function<void(const std::function<bool(std::string_view)>& write)>;

struct Response {
    int status = 200;
    net::Headers headers;
    std::variant<std::string, FileRange, EventStream> body;
    // The pattern that matched ("/api/v1/posts/{id}"), for the request log; empty when none did.
    std::string route;
    // A stream that goes on until its reader leaves: whoever serves it may end it whenever it
    // suits.
    bool is_endless = false;
};

// `application/json; charset=utf-8`; the charset also keeps cpp-httplib from compressing it slowly.
Response json_response(int status, const Json& body);
// The same for a body that is JSON text already.
Response json_text_response(int status, std::string body);
Response no_content();
// One server-sent event: "event: name", "data: …" (one line of JSON), a blank line.
std::string event_text(std::string_view name, const Json& data);

}  // namespace caas::api
