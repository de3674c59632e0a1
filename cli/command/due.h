// When a post is due, as a person types it: --at with --tz, or --in.
#pragma once

#include <array>
#include <string>

#include "cli/call.h"

namespace caas::cli::command {

inline constexpr std::array due_options{
    Option{
        .name = "at",
        .value = "TIME",
        .help = "\"2026-12-01 09:00\" in the zone, or with an offset: 2026-12-01T09:00:00+01:00"},
    Option{
        .name = "tz",
        .value = "ZONE",
        .help = "of the time, such as Europe/Berlin; if not given the account's zone, then the "
                "workspace's"},
    Option{.name = "in", .value = "TIME", .help = "from now, such as 30s, 45min, 2h or 1d12h"},
};

// The zone of --tz. Throws Error(invalid) that names the nearest.
std::string zone_of(const Call& call);

// Adds due_at, or at and zone, or in_seconds to `body`. False when neither --at nor --in was given.
// Throws Error: usage (both given, no length of time), invalid (no such time).
bool add_due(const Call& call, Json& body);

}  // namespace caas::cli::command
