// What a platform, an account or an organization may send in a time, kept in the store so that
// all engines of an installation share it.
//
// A budget is a bucket of tokens that refills evenly. Its size and pace are chosen so that in no
// stretch of time as long as the window more is spent than the allowance says: a bucket as big as
// the whole allowance would let almost twice as much through. Functions over a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"

namespace caas::delivery {

// At most `most` in any `window`. The name says whose it is: "account:0190…", "platform:mastodon".
struct Allowance {
    std::string name;
    int most = 0;
    Milliseconds window{};

    // What may be spent at once after a long rest: a fifth, and at least one.
    int burst() const;
    // How long one spent takes to come back.
    Milliseconds interval() const;
};

// Why nothing was taken.
struct Shortage {
    Instant at{};            // when to ask again
    bool is_closed = false;  // the platform wants that; otherwise as much went out as may
    Milliseconds pace{};     // how long after that there is another one; 0: at once
};

// What a post costs. A thread's parts go together, so it waits until there is enough for all of
// them, or a full burst; who has waited for that once needs only one more, whatever others took
// meanwhile, and owes the rest. So a window may hold a thread's parts less one more than its
// allowance, where nobody would ever have been able to save up for the thread.
struct Price {
    int count = 1;
    bool has_waited = false;
};

// Takes it out of every allowance, or nothing out of any.
std::optional<Shortage> spend(
    store::Transaction& transaction,
    std::span<const Allowance> allowances,
    const Price& price,
    Instant now);

// Puts back what `spend` took so long ago, for something that is not sent after all. What came back
// by itself meanwhile is not given twice.
void refund(
    store::Transaction& transaction,
    std::span<const Allowance> allowances,
    int count,
    Milliseconds passed);

// The platform said that nothing more goes through until then, which is a day ahead at most.
void close_budget(
    store::Transaction& transaction, const Allowance& allowance, Instant until, Instant now);

// Of the same name and window.
struct NewAllowance {
    Allowance before;
    Allowance after;
};

// All budgets whose names begin with that of the allowances have another size from now on: what is
// spent counts as many as before, and is back within a window.
void resize_budgets(store::Transaction& transaction, const NewAllowance& change, Instant now);

// The wall clock was set back, by so much where that is known and else by zero: who owes for longer
// than a window from now on, were it for a thread, owes for so much less, and for a window at most.
// Harmless to repeat, since every engine does it.
void shorten_debts(store::Transaction& transaction, Milliseconds set_back, Instant now);

// How many posts of a platform engines have in hand.
std::int64_t in_hand(store::Reader& reader, std::string_view platform);

// Forgets what is full again. Gives how many.
std::int64_t prune_budgets(store::Transaction& transaction, Instant now);

}  // namespace caas::delivery
