// Weekly slots and the next free one of an account.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/access/principal.h"
#include "core/delivery/change.h"
#include "core/flow/tools.h"
#include "core/platform/account.h"
#include "core/schedule/slot.h"

namespace caas::flow {

struct AccountSlots {
    platform::Account account;
    std::string zone;  // that they are in
    std::vector<schedule::Slot> slots;
};

// Throws Error(not_found).
AccountSlots slots_of(
    store::Reader& reader, const access::Principal& principal, std::string_view account);
AccountSlots set_slots(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view account,
    std::vector<schedule::Slot> slots);

// The first slot after `now` at which no post of the account waits and that is none of `also`.
// Whoever asks at the same time, here or in another daemon, gets another one, once this transaction
// has stored its post. Throws Error(conflict) when the account has no slots, or none is free.
delivery::DueTime next_free_slot(
    store::Transaction& transaction,
    const platform::Account& account,
    const std::string& zone,
    const std::vector<Instant>& also,
    Instant now);

// The next time of one slot.
Instant next_time(const schedule::Slot& slot, const std::string& zone, Instant now);

}  // namespace caas::flow
