#include "core/sandbox/platform_fault.h"

#include <array>

namespace caas::sandbox {
namespace {

constexpr std::array faults{
    PlatformFault::unreachable,
    PlatformFault::lost_before,
    PlatformFault::lost_after,
    PlatformFault::late,
    PlatformFault::delayed,
    PlatformFault::long_delayed,
    PlatformFault::error_before,
    PlatformFault::error_after,
    PlatformFault::proxy_page,
    PlatformFault::cut_off,
    PlatformFault::page,
    PlatformFault::rate_limit,
    PlatformFault::expired_token,
};

}  // namespace

std::string_view name(PlatformFault fault) {
    switch (fault) {
        case PlatformFault::none:
            return "none";
        case PlatformFault::unreachable:
            return "unreachable";
        case PlatformFault::lost_before:
            return "lost_before";
        case PlatformFault::lost_after:
            return "lost_after";
        case PlatformFault::late:
            return "late";
        case PlatformFault::delayed:
            return "delayed";
        case PlatformFault::long_delayed:
            return "long_delayed";
        case PlatformFault::error_before:
            return "error_before";
        case PlatformFault::error_after:
            return "error_after";
        case PlatformFault::proxy_page:
            return "proxy_page";
        case PlatformFault::cut_off:
            return "cut_off";
        case PlatformFault::page:
            return "page";
        case PlatformFault::rate_limit:
            return "rate_limit";
        case PlatformFault::expired_token:
            return "expired_token";
        case PlatformFault::duplicate:
            return "duplicate";
    }
    return "none";
}

std::optional<PlatformFault> find_platform_fault(std::string_view wanted) {
    for (const auto fault : faults) {
        if (name(fault) == wanted)
            return fault;
    }
    if (wanted == name(PlatformFault::duplicate))
        return PlatformFault::duplicate;
    return std::nullopt;
}

std::span<const PlatformFault> platform_faults() {
    return faults;
}

void FaultLine::queue(PlatformFault fault, int spare) {
    for (int i = 0; i < spare; ++i)
        waiting_.push_back(PlatformFault::none);
    waiting_.push_back(fault);
}

PlatformFault FaultLine::next() {
    if (waiting_.empty())
        return always_;
    const auto fault = waiting_.front();
    waiting_.pop_front();
    return fault == PlatformFault::none ? always_ : fault;
}

}  // namespace caas::sandbox
