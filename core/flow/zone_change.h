// When the rules of a zone change (a country gives up summer time), what was scheduled for nine
// o'clock there stays at nine o'clock: its instant is computed again.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/time_zone.h"
#include "core/flow/tools.h"

namespace caas::flow {

// Where zones come from; tests pretend other rules.
struct ZoneSource {
    std::function<std::string()> version;
    std::function<Resolved(const LocalTime&, std::string_view zone)> resolve;
};

// The machine's.
ZoneSource system_zones();

// Compares the version of the zone data with the one of the last time and, when it is another,
// computes the instants of all waiting posts that were given as a local time again, in one
// transaction. Gives how many posts were moved by it.
int heed_zone_change(const Tools& tools, const ZoneSource& zones);

}  // namespace caas::flow
