// Which plan an organization has, and what it has ordered. Knows nothing of who takes the money.
//
// Repository functions over a reader or a transaction; they keep no state. Thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/config/plans.h"
#include "core/config/settings.h"
#include "core/store/connection.h"

namespace caas::billing {

// The plans of the installation (share/plans.toml). Immutable once made.
class Plans {
  public:
    // `unpaid`: the id of the plan of whoever pays for none. `has_billing`: whether plans can be
    // bought here at all; where not, what organizations once bought is not looked at. Throws
    // Error(invalid) when there is no plan `unpaid`.
    Plans(std::vector<config::Plan> all, std::string_view unpaid, bool has_billing);

    const std::vector<config::Plan>& all() const noexcept { return all_; }

    // Throws Error(invalid).
    const config::Plan& get(std::string_view id) const { return config::find_plan(all_, id); }

    // nullptr when there is none.
    const config::Plan* find(std::string_view id) const;
    // nullptr when none has this key.
    const config::Plan* find_by_lookup_key(std::string_view key) const;

    // Of whoever pays for none.
    const config::Plan& unpaid() const { return get(unpaid_); }

    // How much a plan is, to be compared: the dearer one is the greater; of two at one price, the
    // one with more tokens. What there is not is the least.
    using Size = std::pair<std::int64_t, std::int64_t>;
    Size size_of(std::string_view id) const;

    bool has_billing() const noexcept { return has_billing_; }

    // Whether anything may be locked here at all: somebody's plan has such a limit.
    bool may_lock() const;

  private:
    std::vector<config::Plan> all_;
    std::string unpaid_;
    bool has_billing_;
};

// Of plans.toml in the folder `share`. The plan of whoever pays for none is plans.default where it
// is set; else `free` where plans can be bought (there is a stripe.secret_key), `self_hosted` where
// they cannot. Throws Error as config::read_plans.
Plans load_plans(const std::filesystem::path& share, const config::Settings& settings);

// Loads them when they are first asked for. Thread-safe. `settings` must outlive it.
class PlanFile {
  public:
    PlanFile(std::filesystem::path share, const config::Settings& settings)
        : share_(std::move(share)), settings_(settings) {}

    // Valid as long as this.
    const Plans& get();

  private:
    const std::filesystem::path share_;
    const config::Settings& settings_;
    std::mutex mutex_;  // guards what follows
    std::optional<Plans> plans_;
};

// How what was bought stands. Only trialing, active, and past_due within its grace, give what the
// plan allows; otherwise the plan of whoever pays for none holds.
enum class Standing : std::uint8_t {
    none,  // nothing was ever bought
    incomplete,
    trialing,
    active,
    past_due,
    unpaid,
    canceled,
    paused,
};

std::string_view name(Standing standing);
std::optional<Standing> standing_of(std::string_view name);

struct PlanState {
    std::string plan;  // that was bought: an id of share/plans.toml; with `none` the unpaid one's
    Standing standing = Standing::none;
    Instant since;                        // of this plan
    std::optional<Instant> period_start;  // what was paid for last
    std::optional<Instant> period_end;
    std::optional<Instant> trial_end;
    std::optional<Instant> grace_until;  // past_due only; without one there is no grace
    bool cancel_at_period_end = false;
    std::optional<std::string> next_plan;  // that the next period is of, where it is another one
};

// As it was set last.
PlanState plan_of(
    const Plans& plans, store::Reader& reader, const OrganizationId& organization, Instant now);
// Whether what was bought is not paid, and does not hold any more since its grace has ended.
bool has_ended_grace(const PlanState& state, Instant now);
// The organizations of which that is so since a month ago or less, and whose owners were not told
// (customer.h, note_told): kind "grace_end", source the end in milliseconds.
std::vector<OrganizationId> list_ended_graces(store::Reader& reader, Instant now);
// The plan whose limits hold at `now`: by its standing, its grace, and what was ordered for the end
// of the period when that has passed.
const config::Plan& plan_in_force(const Plans& plans, const PlanState& state, Instant now);
const config::Plan& plan_in_force(
    const Plans& plans, store::Reader& reader, const OrganizationId& organization, Instant now);

// Replaces what is known of the organization's plan. When another plan is in force by it, what is
// over its limits is locked (newest first, but for what the owner wants to keep) and what is not is
// unlocked; nothing is deleted. The same again changes nothing. Throws Error: invalid for a plan
// there is not, not_found for an organization there is not.
void set_plan(
    const Plans& plans,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const PlanState& state,
    Instant now);

// Makes the locks anew by the plan in force: after something that counts was taken away, the owner
// has chosen what to keep, or time has passed.
void relock(
    const Plans& plans,
    store::Transaction& transaction,
    const OrganizationId& organization,
    Instant now);

}  // namespace caas::billing
