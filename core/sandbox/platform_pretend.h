// What all pretend platforms share: a request comes in, a fault may strike before or after the
// work, an answer or none goes out. No socket. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/net/http_client.h"
#include "core/net/url.h"
#include "core/sandbox/platform_fault.h"
#include "core/sandbox/shown.h"

namespace caas::sandbox {

class PretendPlatform {
  public:
    PretendPlatform() = default;
    PretendPlatform(const PretendPlatform&) = delete;
    PretendPlatform& operator=(const PretendPlatform&) = delete;
    virtual ~PretendPlatform() = default;

    net::Result handle(const net::Request& sent);

    void queue(PlatformFault fault, int spare = 0);
    // The next request that is no GET gets it, before those that are queued; none takes it back.
    void arm(PlatformFault fault);
    // What waits for that request; none when nothing does.
    PlatformFault armed() const;
    // Whether it changes anything here: not every platform has tokens that expire, or says of a
    // post that it is there already.
    bool plays(PlatformFault fault);
    void set_always(PlatformFault fault);
    // What was delayed arrives now.
    void arrive();
    // How many requests came in, those that failed included.
    int requests() const;

    // Whether a token is good that this platform was never told of: its sign-in gave it out. Called
    // with each request, under the lock.
    using Gate = std::function<bool(const std::string& token)>;
    void set_gate(Gate gate);
    // "http://127.0.0.1:8001": where addresses of its own begin, instead of at the real platform.
    void set_origin(const std::string& origin);
    // Media are in the making for half a minute, where the platform has such a time.
    void set_slow(bool is_slow);
    bool is_slow() const;

    virtual bool has_processing() const { return false; }

    // What people see, in the order it was made.
    virtual std::vector<ShownPost> shown() const { return {}; }

    // A picture or video of it.
    virtual std::optional<ShownFile> file(const std::string& id) const;

  protected:
    // Both are called under the lock.
    virtual net::Response work(const net::Request& request) = 0;
    // The platform's own words for rate_limit and expired_token; nullopt when it has none, and does
    // its work instead.
    virtual std::optional<net::Response> refuse(PlatformFault fault) = 0;

    // Its words for an equal post; nullopt when it knows none.
    virtual std::optional<net::Response> refuse_duplicate() { return std::nullopt; }

    // What set_slow says, not under the lock.
    virtual void take_speed(bool is_slow);

    std::mutex& mutex() const { return mutex_; }

    bool is_admitted(const std::string& token) const;

    const std::string& origin() const { return origin_; }

  private:
    struct Delayed {
        net::Request request;
        int left = 0;  // requests that overtake it
    };

    void let_arrive(bool all);

    mutable std::mutex mutex_;
    FaultLine faults_;
    std::vector<Delayed> delayed_;
    PlatformFault armed_ = PlatformFault::none;
    bool takes_long_ = false;
    int requests_ = 0;
    Gate gate_;
    std::string origin_;
};

net::Response json_response(int status, const Json& body, net::Headers headers = {});
// The value of the request's header of that name, whatever its case; empty when there is none.
std::string header_of(const net::Request& request, std::string_view name);
// The first value of that name; empty when there is none.
std::string value_of(const net::Pairs& pairs, std::string_view name);
// What follows "Bearer ".
std::string bearer_of(const net::Request& request);

}  // namespace caas::sandbox
