#include "core/flow/join.h"

#include "core/access/member.h"
#include "core/billing/gate.h"

namespace caas::flow {

access::Invitation join(
    const Tools& tools,
    store::Transaction& transaction,
    std::string_view invitation,
    const PersonId& person) {
    const auto now = tools.clock.now();
    const auto found = access::find_invitation(transaction, invitation, now);
    const bool was_member =
        found && access::role_in(transaction, found->organization, person).has_value();
    auto accepted = access::accept_invitation(transaction, invitation, person, now);
    if (!was_member)
        billing::require_seat(tools.plans(), transaction, accepted.organization, now);
    return accepted;
}

}  // namespace caas::flow
