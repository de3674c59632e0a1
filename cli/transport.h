// How a command reaches the API: in this process or over HTTP. Commands cannot tell which.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/net/http_client.h"
#include "core/net/url.h"

namespace caas::cli {

using Query = net::Pairs;

struct Ask {
    std::string method = "GET";
    // Below /api/v1/ ("content/generate"), or from the root when it begins with a slash.
    std::string path = {};
    Query query = {};
    std::string body = {};                       // JSON; empty: none
    std::optional<net::BodySource> source = {};  // instead of `body`, of the type below
    std::string type = "application/json";
    net::Headers headers = {};
    // When set, an answer that is an event stream goes here event by event.
    std::function<void(std::string_view name, const Json& data)> on_event = {};
    std::stop_token stop = {};
};

struct Answer {
    int status = 200;
    net::Headers headers = {};
    std::string body = {};
};

class Transport {
  public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    // Any status is an answer. Throws Error when there is none (no server, damaged database).
    virtual Answer send(const Ask& ask) = 0;
};

// The path from the root: "/api/v1/content/generate".
std::string target_of(std::string_view path);

}  // namespace caas::cli
