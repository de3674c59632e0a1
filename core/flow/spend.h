// What a generation costs its organization: an upper estimate is reserved before the provider is
// called, what it really took is settled in the transaction that keeps what was written, and when
// nothing comes of it, nothing is taken.
//
// One generation, for one thread. `tools` must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/access/principal.h"
#include "core/base/id.h"
#include "core/billing/reservation.h"
#include "core/flow/tools.h"
#include "core/flow/writer.h"

namespace caas::flow {

class Spending {
  public:
    // `principal`: who has something written, and where.
    Spending(const Tools& tools, const access::Principal& principal);
    Spending(const Spending&) = delete;
    Spending& operator=(const Spending&) = delete;
    // Gives back what was not settled; what the process cannot give back any more ends by itself.
    ~Spending();

    // Refuses more variants than the plan allows: Error(plan_limit).
    void require_variants(int variants) const;

    // Reserves what `assignment` may cost, and lowers its number of mends where there is not enough
    // left for all of them. `prompt_bytes`: of the first prompt, with the schema. Throws
    // Error(plan_limit); the owners are told once a period when nothing is left.
    void reserve(Assignment& assignment, std::size_t prompt_bytes);

    // A call of the provider begins: the reservation lasts until it has ended, however often it is
    // tried.
    void prolong();

    // In the transaction that keeps what was written.
    void settle(store::Transaction& transaction, const std::vector<Candidate>& candidates);

    // The same where nothing is kept. What nothing limits is given also when it cannot be counted:
    // on a disk that is full or read-only.
    void settle_alone(const std::vector<Candidate>& candidates);

    // The same where it may not be kept any more, for a caller who is told so anyway.
    void charge(const std::vector<Candidate>& candidates) noexcept;

    // That transaction is durable.
    void close() noexcept { is_reserved_ = false; }

    // A call ended with `error`: what it cost is counted with the rest, but takes no plan token.
    void note_failure(const Error& error);

    // Nothing came of it: no plan token is taken, but what `candidates` and the failures that were
    // noted cost is counted.
    void fail(const std::vector<Candidate>& candidates) noexcept;

    // Whether no provider is paid for it.
    bool is_free() const noexcept { return provider_ == "offline"; }

    // Whether something is reserved that was neither settled nor counted.
    bool is_reserved() const noexcept { return is_reserved_; }

    // Whether a mail was put in the queue.
    bool has_mail() const noexcept { return has_mail_; }

  private:
    billing::Wish wish_for(const Assignment& assignment, std::size_t prompt_bytes) const;
    billing::Debit debit_of(const std::vector<Candidate>& candidates) const;
    // What a provider does not tell counts against the cap as one try that took all it might.
    std::int64_t cost_of_untold() const;
    Instant end_of_call() const;
    void tell_that_none_is_left();
    void give_back() noexcept;

    const Tools& tools_;
    const OrganizationId organization_;
    const WorkspaceId workspace_;
    const PersonId person_;
    const config::Plan& plan_;  // in force when it began
    const std::string generation_;
    std::int64_t month_cap_ = 0;  // microdollars; 0: any
    std::int64_t reserved_microdollars_ = 0;
    std::string provider_;
    std::string model_;
    Milliseconds longest_call_{};
    provider::Usage lost_;  // to failures
    std::int64_t lost_microdollars_ = 0;
    bool has_untold_loss_ = false;
    bool is_reserved_ = false;
    bool has_mail_ = false;
};

}  // namespace caas::flow
