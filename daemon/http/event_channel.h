// Writes a stream of events as chunks of one answer, waiting for a slow reader only so long. For
// one thread.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string_view>
#include <utility>

#include "core/base/clock.h"
#include "daemon/http/headway.h"
#include "daemon/http/limits.h"

namespace caas::http {

class EventChannel {
  public:
    struct Stops {
        std::stop_token left;     // the reader did
        std::stop_token closing;  // nobody waits for one who takes nothing
        std::stop_token ended;    // nobody waits for a slow one either
    };

    // `is_chunked` is false for a caller that speaks HTTP/1.0: there the end of the connection is
    // the end of the body.
    EventChannel(int socket, bool is_chunked, const Limits& limits, const Clock& clock, Stops stops)
        : socket_(socket),
          is_chunked_(is_chunked),
          limits_(limits),
          clock_(clock),
          stops_(std::move(stops)) {}

    // False when the reader left or takes too long; then for good. What a reader takes at once is
    // given even when the server stops, so that a stream can say how it ended. Nothing is sent for
    // empty `bytes`: it only asks.
    bool write(std::string_view bytes);
    // The end of the body. False when it could not be sent.
    bool finish();
    // As it is, outside of any chunk.
    bool write_raw(std::string_view bytes);

  private:
    bool is_given_up(std::size_t left, Headway& headway) const;
    bool wait_until_writable(Monotonic deadline) const;

    int socket_;
    bool is_chunked_;
    const Limits& limits_;
    const Clock& clock_;
    Stops stops_;
    bool is_broken_ = false;
};

}  // namespace caas::http
