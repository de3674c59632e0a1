// Weekly slots and the next free one of an account.
#pragma once

#include <set>
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
    store::Transaction& transaction,
    const access::Principal& principal,
    std::string_view account,
    std::vector<schedule::Slot> slots);

// The slots of an account at which no post of it waits, one after the other from `now` on. Whoever
// asks at the same time, here or in another daemon, gets others, once this transaction has stored
// its posts. For one transaction.
class FreeSlots {
  public:
    // Throws Error(conflict) when the account has no slots.
    FreeSlots(
        store::Transaction& transaction,
        const platform::Account& account,
        std::string zone,
        Instant now);

    // The next one that is none of `planned`, which this transaction will store. Throws
    // Error(conflict) when none is free for five years.
    delivery::DueTime next(const std::set<Instant>& planned);

  private:
    void read_to(Instant instant);

    store::Transaction& transaction_;
    WorkspaceId workspace_;
    AccountId account_;
    std::string name_;
    std::string zone_;
    Instant now_;
    schedule::SlotTimes times_;
    std::set<Instant> taken_;
    Instant read_;
};

// The next time of one slot.
Instant next_time(const schedule::Slot& slot, const std::string& zone, Instant now);

}  // namespace caas::flow
