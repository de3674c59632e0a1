// Tells the owners of an organization that its plan tokens run out: at 80 % and when none is left,
// each once for the tokens of a period, in the transaction that takes them.
#pragma once

#include "core/billing/reservation.h"
#include "core/flow/tools.h"

namespace caas::flow {

// True when mails were put in the queue.
bool warn_of_usage(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const billing::Settled& settled);
// A generation was refused for want of tokens: told only when all are spent, for another one
// may take less.
bool warn_that_none_is_left(
    const Tools& tools, store::Transaction& transaction, const OrganizationId& organization);

}  // namespace caas::flow
