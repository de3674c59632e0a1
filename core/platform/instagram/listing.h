// Instagram's posts of the account and what is counted of them.
#pragma once

#include <optional>

#include "core/platform/driver.h"
#include "core/platform/meta/container.h"

namespace caas::platform::instagram {

inline constexpr std::string_view base_url = "https://graph.instagram.com";
inline constexpr std::string_view version = "v26.0";
inline constexpr std::string_view upload_url = "https://rupload.facebook.com";

extern const meta::Service service;

std::optional<meta::Found> find(
    const meta::Wanted& wanted,
    const Publication& publication,
    const Access& access,
    const Tools& tools);

// Of a post or, when it is one, of a comment.
Metrics measure(const Entry& published, const Access& access, const Tools& tools);

}  // namespace caas::platform::instagram
