// A pretend receiver of webhooks: checks signatures as a careful receiver does and keeps what it
// took. It can be one that takes an equal Caas-Delivery as the same post, or one that does not.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/sandbox/platform_pretend.h"

namespace caas::sandbox {

class PretendReceiver final : public PretendPlatform {
  public:
    // The clock must outlive it.
    PretendReceiver(const Clock& clock, Secret secret)
        : clock_(clock), secret_(std::move(secret)) {}

    struct Delivery {
        std::string id;
        Json body;
        Instant made_at{};
    };

    void know_repeats();
    // In the order they were taken; every one of them would be a post.
    std::vector<Delivery> deliveries() const;
    std::vector<ShownPost> shown() const override;

  protected:
    net::Response work(const net::Request& request) override;
    std::optional<net::Response> refuse(PlatformFault fault) override;

  private:
    const Clock& clock_;
    Secret secret_;
    bool knows_repeats_ = false;
    std::vector<Delivery> deliveries_;
};

}  // namespace caas::sandbox
