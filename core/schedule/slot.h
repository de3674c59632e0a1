// Weekly posting times of an account: "mondays at nine", in the account's zone.
//
// Functions over a reader or a transaction; the account's id comes from its workspace, which the
// caller has checked. Slots are plain values.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/schedule/day.h"
#include "core/schedule/wall.h"
#include "core/store/connection.h"

namespace caas::schedule {

inline constexpr std::size_t most_slots = 500;

struct Slot {
    Day day = 1;
    int minute = 0;  // since midnight

    auto operator<=>(const Slot&) const = default;
};

// "mon,wed 09:00, fri 17:30": days, then the times they have. Sorted, each once. Throws
// Error(invalid) that names the word it does not know.
std::vector<Slot> parse_slots(std::string_view text);

// In the order of the week.
std::vector<Slot> list_slots(store::Reader& reader, const AccountId& account);
// The same, and nobody else may take one of them before this transaction ends.
std::vector<Slot> lock_slots(store::Transaction& transaction, const AccountId& account);
// Replaces them all. Throws Error(invalid) when they are too many or out of range.
void set_slots(store::Transaction& transaction, const AccountId& account, std::vector<Slot> slots);

// The times of slots from a moment on, without end. For one thread.
class SlotTimes {
  public:
    // `slots`: sorted, at least one.
    SlotTimes(std::vector<Slot> slots, WallDay from);

    Wall next();

  private:
    std::vector<Slot> slots_;
    WallDay day_;
    std::size_t at_ = 0;
};

}  // namespace caas::schedule
