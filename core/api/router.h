// The one way in: finds the route, asks for the permission, runs the handler, and turns whatever is
// thrown into a problem document. Thread-safe; holds no state.
#pragma once

#include <optional>

#include "core/api/route.h"

namespace caas::api {

struct Match;

class Router {
  public:
    // `context` must outlive the router.
    explicit Router(const Context& context) : context_(context) {}

    // `principal`: who asks, nullopt when nobody said; then only open routes answer and every other
    // one says 401 before it looks at the body. Never throws.
    Response handle(Request& request, const std::optional<access::Principal>& principal) const;

  private:
    Response dispatch(
        const Match& found,
        Request& request,
        const std::optional<access::Principal>& principal) const;

    const Context& context_;
};

}  // namespace caas::api
