// The HTTP/1.1 server in front of the router.
//
// It was meant to be cpp-httplib 0.11.4 behind a poller; the trial of step 1 (measured on two
// cores, 32 workers) decided against it:
// - Overriding the virtual process_and_close_socket works as a hook, but the original is private
//   and cannot be called, so the request must go through the protected process_request with a
//   Stream of ours. That is sound for framing: the Stream replays what the poller has read and
//   ends where the request ends. Peeking (MSG_PEEK) instead is not: level-triggered it spins,
//   edge-triggered it copies a header as often as it has pieces.
// - The library itself accepts a doubled, negative or textual Content-Length, Content-Length
//   beside Transfer-Encoding, a missing Host, "Name : value", bare line feeds, and answers the
//   body of a GET as a second request. So a strict parser must stand before it; behind that, only
//   printing of headers is left to it.
// - For that it costs 5 MB of the 15 MB that an idle caasd may have (libssl, brotli, regex), 16 MB
//   stacks for std::regex, a quarter of the requests a second (47,000 against 61,000 at 64
//   connections), and Range and compression that have to be turned off again. process_request
//   changed its parameters in later releases, so the next Debian would break it.
// So the poller, the strict parser (request_head.h), the guard and the writer here are all there
// is; nothing outside this folder knows.
//
// Thread-safe after start().
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "daemon/http/descriptor.h"
#include "daemon/http/exchange.h"
#include "daemon/http/guard.h"
#include "daemon/http/limits.h"

namespace caas::http {

struct Options {
    Limits limits;
    Policy policy;
    // Requests that are answered on the thread that waits for everybody: those whose answer never
    // waits for a disk, a database or anybody else. May be empty.
    std::function<bool(const Head&)> is_quick{};
};

class Server {
  public:
    // `clock` and `random` outlive the server. `handler` is called by several threads at once, for
    // whole headers only, and may throw; `on_served` must not.
    Server(
        Options options, const Clock& clock, Random& random, Handler handler, OnServed on_served);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    // stop(0)
    ~Server();

    // Answers who connects to `listeners` (listen_on). Throws Error(unavailable).
    void start(std::vector<Descriptor> listeners);

    // Takes no more requests, ends the streams that have no end of their own and what is only held
    // (api::Request::closing), lets everything else finish for at most `grace` as long as its
    // caller gets on with it (Limits::stop_patience), then tells the rest to stop and waits for
    // them. Harmless when called twice.
    void stop(Milliseconds grace);

    // How many callers are connected.
    std::size_t connections() const;

    // False when the poller hangs: it has not answered the last call of this.
    bool answers();

  private:
    struct Running;

    Options options_;
    const Clock& clock_;
    Random& random_;
    Handler handler_;
    OnServed on_served_;
    std::unique_ptr<Running> running_;
};

}  // namespace caas::http
