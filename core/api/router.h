// The one way in: finds the route, asks for the permission, runs the handler, and turns whatever is
// thrown into a problem document. On the way: cross-origin rules, rate limits, Idempotency-Key,
// entity tags. Thread-safe.
#pragma once

#include <memory>
#include <optional>

#include "core/api/route.h"

namespace caas::api {

struct Match;
class RateLimiter;

class Router {
  public:
    // `context` must outlive the router.
    explicit Router(const Context& context);
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;
    ~Router();

    // `principal`: who asks, nullopt when nobody said; then only open routes answer and every other
    // one says 401 before it looks at the body. Never throws.
    Response handle(Request& request, const std::optional<access::Principal>& principal) const;

  private:
    Response dispatch(
        const Match& found,
        Request& request,
        const std::optional<access::Principal>& principal,
        net::Headers& headers) const;

    const Context& context_;
    const std::unique_ptr<RateLimiter> rates_;
    const std::unique_ptr<Listeners> listeners_;
    const std::unique_ptr<Tally> tally_;
};

}  // namespace caas::api
