// The half of a container's life that others can see: publishing it, and finding out whether it was
// published. Pure functions but for the calls.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/base/json.h"
#include "core/platform/meta/container.h"

namespace caas::platform::meta {

inline constexpr std::string_view locate_step = "locate";

// FINISHED, IN_PROGRESS, PUBLISHED, ERROR, EXPIRED as the platform says, or GONE when it knows no
// such container.
struct State {
    std::string status;
    std::string why;
};

std::variant<State, Outcome> read_state(
    const Dialect& dialect, const std::string& container, const Access& access, const Tools& tools);

Outcome publish(
    const Dialect& dialect,
    const Publication& publication,
    const Json& prepared,
    const Journal& journal,
    const Access& access,
    const Tools& tools);

Outcome locate(
    const Dialect& dialect,
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools);

}  // namespace caas::platform::meta
