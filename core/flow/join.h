// Joining an organization by an invitation.
#pragma once

#include <string_view>

#include "core/access/invitation.h"
#include "core/flow/tools.h"

namespace caas::flow {

// access::accept_invitation, where the plan of the organization has a seat left: throws
// Error(plan_limit) besides.
access::Invitation join(
    const Tools& tools,
    store::Transaction& transaction,
    std::string_view invitation,
    const PersonId& person);

}  // namespace caas::flow
