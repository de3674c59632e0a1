#include "cli/command/due.h"

#include <nlohmann/json.hpp>

#include "cli/input.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"

namespace caas::cli::command {
namespace {

void require_zone(const std::string& zone) {
    if (is_zone(zone))
        return;
    const auto near = nearest_zone(zone);
    throw Error(
        Code::invalid,
        "There is no time zone `" + zone + "`",
        near.empty() ? "zones are named like Europe/Berlin" : "did you mean " + near + "?");
}

}  // namespace

std::string zone_of(const Call& call) {
    auto zone = call.option("tz").value_or("");
    require_zone(zone);
    return zone;
}

bool add_due(const Call& call, Json& body) {
    const auto at = call.option("at");
    const auto in = call.option("in");
    const auto zone = call.option("tz");
    if (at && in)
        throw Error(Code::usage, "`--at` and `--in` cannot be given together");
    if (zone && !at)
        throw Error(Code::usage, "`--tz` needs `--at`");
    if (zone)
        require_zone(*zone);
    if (in) {
        body["in_seconds"] = seconds_of(*in, "in");
        return true;
    }
    if (!at)
        return false;
    if (const auto instant = parse_rfc3339(*at); instant) {
        if (zone)
            throw Error(Code::usage, "`" + *at + "` has an offset of its own: leave `--tz` out");
        body["due_at"] = to_rfc3339(*instant);
        return true;
    }
    if (!parse_local(*at))
        throw Error(
            Code::invalid,
            "`" + *at + "` is not a time",
            "write it as \"2026-12-01 09:00\" or 2026-12-01T09:00:00+01:00");
    body["at"] = *at;
    if (zone)
        body["zone"] = *zone;
    return true;
}

}  // namespace caas::cli::command
