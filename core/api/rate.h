// How many calls an organization and a token may make in a minute, the same for all daemons on one
// database.
//
// A daemon takes calls from the store in blocks of a twentieth of the limit and hands them out from
// memory, so that a call in twenty costs a write at most. Never more calls pass than the limit
// says, however many daemons there are; with n of them, n - 1 blocks (5 % each) may lie unused in
// the others when a call is refused. Minutes are those of the clock, so twice the limit can pass
// around the turn of one. When the store cannot be written, the block is taken for given: a full
// disk is no reason to refuse a look.
//
// Thread-safe. `tools` must outlive it.
#pragma once

#include <memory>

#include "core/api/route.h"

namespace caas::api {

class RateLimiter {
  public:
    explicit RateLimiter(const flow::Tools& tools);
    RateLimiter(const RateLimiter&) = delete;
    RateLimiter& operator=(const RateLimiter&) = delete;
    ~RateLimiter();

    // Takes one call and says in `headers` what is left: RateLimit-Limit, -Remaining, -Reset.
    // Throws Error(rate_limited), which says when to come back. The owner at the machine is not
    // limited.
    void take(const Route& route, const access::Principal& principal, net::Headers& headers);

  private:
    struct Impl;

    std::unique_ptr<Impl> impl_;
};

}  // namespace caas::api
