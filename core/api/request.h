// One call of the API, whatever carries it: a command in this process or HTTP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/net/http_client.h"

namespace caas::api {

// The bytes of a request, read once from the front. For one thread.
class BodySource {
  public:
    BodySource() = default;
    BodySource(const BodySource&) = delete;
    BodySource& operator=(const BodySource&) = delete;
    virtual ~BodySource() = default;

    // The announced length in bytes, where one was announced.
    virtual std::optional<std::uint64_t> length() const = 0;
    // Reads up to into.size() bytes; 0 at the end. Throws Error(timeout) or Error(bad_request) when
    // the sender stalls or goes away, Error(unavailable) when the server has no more time for it.
    virtual std::size_t read(std::span<char> into) = 0;
};

// A body that is in memory already.
class TextBody final : public BodySource {
  public:
    explicit TextBody(std::string text) : text_(std::move(text)) {}

    std::optional<std::uint64_t> length() const override { return text_.size(); }

    std::size_t read(std::span<char> into) override;

  private:
    std::string text_;
    std::size_t at_ = 0;
};

struct Request {
    std::string method = "GET";
    std::string target;  // the path as it was sent, still percent-encoded, without the query
    std::string query;   // without the question mark, still encoded
    net::Headers headers;
    std::unique_ptr<BodySource> body;  // null: none
    std::string remote_address;        // empty for a call in process
    std::string request_id;            // empty: the router makes one
    std::stop_token stop;              // the caller left, or has to go
    std::stop_token closing;  // the server wants to end: what is only held is answered as it is

    // For an answer that is held until there is something to say: sleeps so long. False when it is
    // held no longer.
    bool hold(Clock& clock, Milliseconds duration) const;
    // The last header of that name, whatever its case.
    std::optional<std::string> header(std::string_view name) const;
};

}  // namespace caas::api
