// In which organization and workspace a request acts: that of its path, else those of its headers
// Caas-Organization and Caas-Workspace (percent-encoded), else the caller's own.
#pragma once

#include "core/api/route.h"

namespace caas::api {

// The caller as a member of the organization the request is about, with their role there. An
// organization they are no member of does not exist for them; the owner at the machine is at home
// in all. Throws Error: not_found, conflict, forbidden for one that is disabled.
access::Principal stand(
    const Context& context,
    const Request& request,
    const Route& route,
    const std::map<std::string, std::string, std::less<>>& path,
    const access::Principal& principal);

// The same for a request whose body names the organization. Throws Error besides: forbidden when
// the role there does not allow `action`.
access::Principal stand_in(
    const Context& context,
    const access::Principal& principal,
    const std::string& organization,
    access::Action action);

}  // namespace caas::api
