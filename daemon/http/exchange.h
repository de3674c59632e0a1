// One request and its answer: builds what a handler is given, catches everything it throws, and
// puts its answer on the way. Thread-safe: several workers use one.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/api/request.h"
#include "core/api/response.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "daemon/http/connection.h"

namespace caas::http {

// A response with the status 0 is none: the connection is closed without an answer.
using Handler = std::function<api::Response(api::Request&)>;

// One line of the request log: never a query string, a header or a body.
struct Served {
    std::string method;  // empty when the request was not understood
    std::string route;   // the pattern that matched, else the path
    int status = 0;
    std::chrono::nanoseconds duration{};
    std::string request_id;
    std::string caller;
    std::string fault;  // what an unexpected exception said; for the log only
};

using OnServed = std::function<void(const Served&)>;

class Exchange {
  public:
    struct Parts {
        const Limits& limits;
        const Policy& policy;
        const Clock& clock;
        Random& random;
        Handler handler;
        OnServed on_served;                            // may be empty
        std::function<void(std::uint64_t)> on_stream;  // this answer is an endless stream
        std::stop_token closing;                       // of every request
    };

    explicit Exchange(Parts parts);

    // Answers the request that `connection` holds. After it the connection waits in the phase it
    // says; `false` when there is nobody left to answer.
    bool serve(Connection& connection);
    // Answers what cannot be served; the connection closes after it.
    bool refuse(Connection& connection, const Refusal& refusal);

  private:
    // `reason`: a Refusal or an Error.
    template <typename Reason>
    api::Response refused(
        const Reason& reason, const std::string& request_id, const net::Headers& asked) const;
    api::Response ask_handler(api::Request& request, Served& served) const;
    bool reply(
        Connection& connection,
        const api::Request& request,
        api::Response response,
        Served& served);
    bool reply_with_file(
        Connection& connection,
        const api::Request& request,
        const api::Response& response,
        bool has_body,
        Served& served);
    bool reply_with_stream(
        Connection& connection, const api::Response& response, bool has_body, Served& served);
    bool send(Connection& connection) const;
    std::string next_request_id();
    void log(Served& served, Monotonic since) const;

    Parts parts_;
    const std::uint64_t seed_;
    std::atomic<std::uint64_t> requests_ = 0;
    std::atomic<std::size_t> streams_ = 0;
    std::atomic<std::size_t> slow_bodies_ = 0;
};

// Gives the body of its request, which is still to come, its time and tells a caller who waits for
// that to go on. False when the caller is gone.
bool await_body(Connection& connection, const Limits& limits, const Clock& clock);

// Where the connection stands after its answer has left: idle, or lingering; sets the deadline.
// False when it can be closed at once.
bool after_answer(Connection& connection, const Limits& limits, const Clock& clock);

}  // namespace caas::http
