// Short ways to make requests and to take results apart, for the tests of the client.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "core/net/http_client.h"
#include "tests/fake/loopback.h"

namespace caas {

inline net::Request get(std::string url) {
    net::Request request;
    request.url = std::move(url);
    request.total_timeout = std::chrono::seconds(10);
    return request;
}

inline net::Request post(std::string url, std::string body) {
    auto request = get(std::move(url));
    request.method = "POST";
    request.body = std::move(body);
    return request;
}

inline net::Response answered(net::Result result) {
    if (const auto* failure = std::get_if<net::Failure>(&result))
        throw std::runtime_error(failure->message);
    return std::get<net::Response>(std::move(result));
}

inline net::Failure failed(net::Result result) {
    if (!std::holds_alternative<net::Failure>(result))
        throw std::runtime_error("there was an answer");
    return std::get<net::Failure>(std::move(result));
}

// A port nobody listens on: it was ours a moment ago.
inline std::string dead_url() {
    return fake::Loopback().url("/x");
}

}  // namespace caas
