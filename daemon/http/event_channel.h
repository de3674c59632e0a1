// Writes a stream of events as chunks of one answer, waiting for a slow reader only so long. For
// one thread.
#pragma once

#include <stop_token>
#include <string_view>

#include "core/base/clock.h"
#include "daemon/http/limits.h"

namespace caas::http {

class EventChannel {
  public:
    // `is_chunked` is false for a caller that speaks HTTP/1.0: there the end of the connection is
    // the end of the body.
    EventChannel(
        int socket, bool is_chunked, const Limits& limits, const Clock& clock, std::stop_token left)
        : socket_(socket),
          is_chunked_(is_chunked),
          limits_(limits),
          clock_(clock),
          left_(std::move(left)) {}

    // False when the reader left, takes too long, or the server stops; then for good. Nothing is
    // sent for empty `bytes`: it only asks.
    bool write(std::string_view bytes);
    // The end of the body. False when it could not be sent.
    bool finish();
    // As it is, outside of any chunk.
    bool write_raw(std::string_view bytes);

  private:
    bool wait_until_writable(Monotonic deadline) const;

    int socket_;
    bool is_chunked_;
    const Limits& limits_;
    const Clock& clock_;
    std::stop_token left_;
    bool is_broken_ = false;
};

}  // namespace caas::http
