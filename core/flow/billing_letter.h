// What the owners of an organization are written about its plan and its payments; each thing once,
// however often one hears of it. Put in the queue in the transaction of what they tell of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/money.h"  // money_text, of amounts in its letters
#include "core/flow/tools.h"

namespace caas::flow {

// `source`: what it is about, told of once.
void tell_of_plan_end(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& plan,
    const std::string& next,
    const std::string& source);
void tell_of_two_plans(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& source);
// `grace`: the day until which the plan holds, may be empty; `page`: where to pay, may be empty.
void tell_of_failed_payment(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& amount,
    const std::string& grace,
    const std::string& page,
    const std::string& source);
void tell_of_needed_action(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& amount,
    const std::string& page,
    const std::string& source);
void tell_of_failed_checkout(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& source);
void tell_of_expired_change(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& source);
void tell_of_failed_invoice(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& source);
// `day`: "2026-12-24".
void tell_of_trial_end(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& plan,
    const std::string& day,
    const std::string& source);
// True when it is told for the first time.
bool tell_of_refund(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& amount,
    const std::string& source);
bool tell_of_dispute(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& amount,
    const std::string& source);

}  // namespace caas::flow
