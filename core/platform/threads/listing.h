// Threads' posts of the account and what is counted of them.
#pragma once

#include <optional>

#include "core/platform/driver.h"
#include "core/platform/meta/container.h"

namespace caas::platform::threads {

inline constexpr std::string_view base_url = "https://graph.threads.net";
inline constexpr std::string_view version = "v1.0";

extern const meta::Service service;

std::optional<meta::Found> find(
    const meta::Wanted& wanted,
    const Publication& publication,
    const Access& access,
    const Tools& tools);

void remove(const Entry& published, const Access& access, const Tools& tools);
Metrics measure(const Entry& published, const Access& access, const Tools& tools);

}  // namespace caas::platform::threads
