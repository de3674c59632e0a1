// A pretend Stripe: the API of 2026-10-28.endive as far as caas uses it, as strict as Stripe is
// with what it is sent (version, key, parameters, idempotency), over a world that goes on by a
// clock of its own; and events, signed as Stripe signs them. Thread-safe.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/sandbox/platform_pretend.h"
#include "core/sandbox/stripe_parameters.h"
#include "core/sandbox/stripe_world.h"

namespace caas::sandbox {

// t=…,v1=… over the body, with each secret.
std::string sign_stripe_event(
    const std::vector<Secret>& secrets, Seconds time, std::string_view body);

class PretendStripe final : public PretendPlatform, public net::HttpClient {
  public:
    // Any other key is refused.
    PretendStripe(Instant now, Secret key)
        : world_(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count()),
          key_(std::move(key)) {}

    net::Result send(const net::Request& request) override { return handle(request); }

    // Its own clock; it does not go back.
    void advance_to(Instant then);
    Instant now() const;

    // Runs `function(StripeWorld&)` under the lock: what people do at Stripe.
    template <typename Function>
    auto with(Function&& function) {
        const std::scoped_lock lock(mutex());
        return std::forward<Function>(function)(world_);
    }

    // To so many requests whose key it knows it says that the first one is still being worked on.
    void hold_keys(int requests);
    // The events from the `first`-th on, the oldest first.
    std::vector<StripeEvent> events(std::size_t first = 0) const;
    // What was sent, by method and path: "POST /v1/customers?email=…", ids and all.
    std::vector<std::string> asked() const;

  protected:
    net::Response work(const net::Request& request) override;
    std::optional<net::Response> refuse(PlatformFault fault) override;

  private:
    struct Kept {
        std::string request;
        net::Response response;
        Seconds at = 0;
    };

    net::Response serve(
        const net::Request& request, std::string_view path, const std::string& input);

    StripeWorld world_;
    Secret key_;
    std::map<std::string, Kept> kept_;  // by Idempotency-Key
    std::vector<std::string> asked_;
    std::int64_t requests_ = 0;
    int held_ = 0;
};

}  // namespace caas::sandbox
