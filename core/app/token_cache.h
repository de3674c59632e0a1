// Who was seen with which API token a moment ago, so that not every request of a busy client asks
// the database. What this process changes counts at once: a commit that may have changed who may do
// what empties it. What others change on the same database counts within a second. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/access/principal.h"
#include "core/base/clock.h"

namespace caas::app {

class TokenCache {
  public:
    // When something was looked up: what this process had changed, and the time.
    struct Moment {
        std::uint64_t changes = 0;
        Monotonic at{};
    };

    std::optional<access::Principal> find(std::string_view token, const Moment& now);
    // `looked_at`: from before the database was asked.
    void keep(std::string_view token, const Moment& looked_at, const access::Principal& principal);

  private:
    struct Known {
        access::Principal principal;
        Monotonic until{};
    };

    std::mutex mutex_;
    std::uint64_t changes_ = 0;                     // as of which all of them are
    std::unordered_map<std::string, Known> known_;  // by the token's SHA-256
};

}  // namespace caas::app
