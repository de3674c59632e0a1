// The ways in which a pretend platform can fail, and the line in which they wait for their request.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>

namespace caas::sandbox {

enum class PlatformFault : std::uint8_t {
    none,
    unreachable,    // certain that nothing was sent
    lost_before,    // the request left and was never worked on; no answer
    lost_after,     // worked on; the connection dies without an answer
    late,           // worked on; the answer does not come in time
    delayed,        // no answer; worked on before the second request from here
    long_delayed,   // the same before the third
    error_before,   // status 500, nothing was done
    error_after,    // status 500, although it was done
    proxy_page,     // status 502 with a page, although it was done
    cut_off,        // done; half of the answer's body arrives
    page,           // done; status 200 with a page for a body
    rate_limit,     // status 429 with the time to wait
    expired_token,  // the access token is too old; platforms without such an end answer as usual
    duplicate,      // an equal post is there, it says; platforms that never say so answer as usual
};

std::string_view name(PlatformFault fault);
std::optional<PlatformFault> find_platform_fault(std::string_view name);
// Those that can strike any request: all but none and duplicate.
std::span<const PlatformFault> platform_faults();

// Says which request gets which fault. Not thread-safe by itself.
class FaultLine {
  public:
    // Strikes after `spare` more requests than those that wait already.
    void queue(PlatformFault fault, int spare = 0);

    // Every request from now on, until it is none again.
    void set_always(PlatformFault fault) { always_ = fault; }

    PlatformFault next();

  private:
    std::deque<PlatformFault> waiting_;
    PlatformFault always_ = PlatformFault::none;
};

}  // namespace caas::sandbox
