// Reads a stream of server-sent events as its bytes arrive, wherever they are cut (WHATWG HTML,
// "Server-sent events"). Not thread-safe: one parser, one stream.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace caas::net {

struct Event {
    std::string name;  // "message" when the stream gave none
    std::string data;  // lines joined with "\n"
    std::string id;    // the last one seen, also of earlier events
};

class SseParser {
  public:
    // `on_event` returns false to stop the stream; what it throws, feed and finish throw.
    explicit SseParser(
        std::function<bool(const Event&)> on_event,
        std::size_t most_event_bytes = std::size_t{1} << 20U);

    // False from the moment `on_event` said so. Throws Error(too_large) for an event beyond the
    // bound: fits Request::on_data as it is.
    bool feed(std::string_view bytes);
    // The stream ended: an event that no empty line closed is given out as well, because several
    // compatible servers forget the last one (the standard would drop it).
    bool finish();

  private:
    void take_line();
    void dispatch();

    std::function<bool(const Event&)> on_event_;
    std::size_t most_;
    std::string line_;
    Event event_;
    bool has_data_ = false;
    bool is_first_line_ = true;
    bool was_return_ = false;  // a CR came last: an LF right after it belongs to it
    bool is_stopped_ = false;
};

}  // namespace caas::net
