// What all pretend platforms share: a request comes in, a fault may strike before or after the
// work, an answer or none goes out. No socket. Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/net/http_client.h"
#include "core/sandbox/platform_fault.h"

namespace caas::sandbox {

class PretendPlatform {
  public:
    PretendPlatform() = default;
    PretendPlatform(const PretendPlatform&) = delete;
    PretendPlatform& operator=(const PretendPlatform&) = delete;
    virtual ~PretendPlatform() = default;

    net::Result handle(const net::Request& sent);

    void queue(PlatformFault fault, int spare = 0);
    void set_always(PlatformFault fault);
    // What was delayed arrives now.
    void arrive();
    // How many requests came in, those that failed included.
    int requests() const;

  protected:
    // Both are called under the lock.
    virtual net::Response work(const net::Request& request) = 0;
    // The platform's own words for rate_limit and expired_token; nullopt when it has none, and does
    // its work instead.
    virtual std::optional<net::Response> refuse(PlatformFault fault) = 0;

    std::mutex& mutex() const { return mutex_; }

  private:
    struct Delayed {
        net::Request request;
        int left = 0;  // requests that overtake it
    };

    void let_arrive(bool all);

    mutable std::mutex mutex_;
    FaultLine faults_;
    std::vector<Delayed> delayed_;
    int requests_ = 0;
};

net::Response json_response(int status, const Json& body, net::Headers headers = {});
// The value of the request's header of that name, whatever its case; empty when there is none.
std::string header_of(const net::Request& request, std::string_view name);
// What follows "Bearer ".
std::string bearer_of(const net::Request& request);

}  // namespace caas::sandbox
