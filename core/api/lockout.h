// What a plan has locked is looked at and taken away, and not changed: a member that is locked only
// looks, and in a workspace that is locked nothing is made, connected or scheduled.
#pragma once

#include "core/api/route.h"

namespace caas::api {

// Whether locks stand in the way of such a route at all. What stops or deletes is never in their
// way, nor is what an owner does to get out of them.
bool heeds_locks(const Route& route);

// Of whoever acts, and of the workspace they act in. Throws Error(plan_limit).
void require_unlocked(const Context& context, const access::Principal& acting);
// The same of the workspace that the path of the route names, where it names one.
void require_unlocked(
    const Context& context,
    const access::Principal& acting,
    const Route& route,
    const std::map<std::string, std::string, std::less<>>& path);

}  // namespace caas::api
