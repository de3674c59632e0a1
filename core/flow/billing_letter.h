// What the owners of an organization are written about its plan and its payments; each thing once,
// however often one hears of it. Put in the queue in the transaction of what they tell of. The
// letters themselves are pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/flow/tools.h"

namespace caas::flow {

// What is written, between the greeting and the end.
struct BillingLetter {
    std::string_view kind;  // with the source: what is told once
    std::string subject;
    std::string text;
};

// To every owner who can be written to; `source`: what it is about. True when it is told for the
// first time.
bool tell_owners(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const BillingLetter& letter,
    const std::string& source);

// `next`: the title of the plan that holds from now on.
BillingLetter plan_end_letter(const std::string& plan, const std::string& next);
// A renewal was not paid, and the days for which the plan held all the same are over.
BillingLetter grace_end_letter(const std::string& plan, const std::string& next);
BillingLetter two_plans_letter();

// A payment that failed. Days are "2026-12-24"; what there is not is empty.
struct FailedPayment {
    std::string amount;
    std::string next_try;  // when Stripe tries again by itself
    std::string grace;     // until when the plan holds
    std::string page;      // where to pay
};

BillingLetter failed_payment_letter(const FailedPayment& payment);
// `page`: where to confirm it, may be empty.
BillingLetter needed_action_letter(const std::string& amount, const std::string& page);
BillingLetter failed_checkout_letter();
BillingLetter expired_change_letter();
BillingLetter failed_invoice_letter();
BillingLetter trial_end_letter(const std::string& plan, const std::string& day);
BillingLetter refund_letter(const std::string& amount);
BillingLetter dispute_letter(const std::string& amount);

}  // namespace caas::flow
