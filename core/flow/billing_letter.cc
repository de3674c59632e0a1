#include "core/flow/billing_letter.h"

#include "core/billing/customer.h"
#include "core/notice/mail_queue.h"

namespace caas::flow {
namespace {

struct Letter {
    std::string_view kind;
    std::string subject;
    std::string text;  // between the greeting and the end
};

bool tell(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const Letter& letter,
    const std::string& source) {
    const auto now = tools.clock.now();
    if (!billing::note_told(transaction, organization, letter.kind, source, now))
        return false;
    for (const auto& owner : billing::owners_of(transaction, organization))
        notice::enqueue(
            transaction,
            tools.ids,
            tools.vault(),
            now,
            {owner.email,
             letter.subject,
             "Hello " + owner.name + ",\n\n" + letter.text +
                 "\n\nInvoices, cards and everything else: caas billing portal\n"});
    return true;
}

std::string pay_at(const std::string& page) {
    return page.empty() ? std::string() : "\n\nTo pay it:\n\n  " + page;
}

}  // namespace

void tell_of_plan_end(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& plan,
    const std::string& next,
    const std::string& source) {
    tell(
        tools,
        transaction,
        organization,
        {"plan_end",
         "Your plan " + plan + " has ended",
         "the plan " + plan + " has ended, and " + next +
             " holds from now on. Nothing was deleted, and posts that are scheduled still go "
             "out; what is over the limits of " +
             next +
             " is locked until you choose what to keep or buy a plan again:\n\n  caas billing "
             "status\n  caas billing checkout PLAN"},
        source);
}

void tell_of_two_plans(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& source) {
    tools.log.write(
        Level::error,
        "billing.two_subscriptions",
        {{"organization", organization.text()}, {"subscriptions", source}});
    tell(
        tools,
        transaction,
        organization,
        {"two_plans",
         "You pay for two plans",
         "there are two subscriptions of your organization at once. Cancel one of them, or answer "
         "this mail to have it refunded: only the greater one counts."},
        source);
}

void tell_of_failed_payment(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& amount,
    const std::string& grace,
    const std::string& page,
    const std::string& source) {
    tell(
        tools,
        transaction,
        organization,
        {"payment_failed",
         "A payment failed: " + amount,
         "the payment of " + amount + " for your plan failed. It is tried again by itself" +
             (grace.empty() ? std::string(".") : ", and your plan holds until " + grace + ".") +
             pay_at(page)},
        source);
}

void tell_of_needed_action(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& amount,
    const std::string& page,
    const std::string& source) {
    tell(
        tools,
        transaction,
        organization,
        {"payment_action",
         "Your bank wants you to confirm a payment: " + amount,
         "your bank asks you to confirm the payment of " + amount + " for your plan." +
             pay_at(page)},
        source);
}

void tell_of_failed_checkout(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& source) {
    tell(
        tools,
        transaction,
        organization,
        {"checkout_failed",
         "Your payment did not go through",
         "the payment for your plan did not go through, and nothing was charged. To try again:\n\n "
         " caas billing checkout PLAN"},
        source);
}

void tell_of_expired_change(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& source) {
    tell(
        tools,
        transaction,
        organization,
        {"change_expired",
         "Your plan was not changed",
         "the change of your plan was not paid in time and was given up. Your plan is what it was, "
         "and nothing was charged."},
        source);
}

void tell_of_failed_invoice(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& source) {
    tell(
        tools,
        transaction,
        organization,
        {"invoice_failed",
         "Your invoice could not be made out",
         "an invoice for your plan could not be made out. Mostly an address or a tax number is "
         "missing or wrong."},
        source);
}

void tell_of_trial_end(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& plan,
    const std::string& day,
    const std::string& source) {
    tell(
        tools,
        transaction,
        organization,
        {"trial_end",
         "Your trial of " + plan + " ends on " + day,
         "your trial of " + plan + " ends on " + day +
             ". Then it is charged, when a card is known; to let it end instead: caas billing "
             "cancel"},
        source);
}

bool tell_of_refund(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& amount,
    const std::string& source) {
    return tell(
        tools,
        transaction,
        organization,
        {"refund",
         "You got money back: " + amount,
         amount + " of a payment for your plan was given back. Nothing was deleted, and your plan "
                  "is what it was; it can be canceled with: caas billing cancel"},
        source);
}

bool tell_of_dispute(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::string& amount,
    const std::string& source) {
    return tell(
        tools,
        transaction,
        organization,
        {"dispute",
         "A payment is disputed: " + amount,
         "somebody told the bank that the payment of " + amount +
             " for your plan is not right. Nothing was deleted, and your plan is what it was. If "
             "it "
             "was a mistake, ask the bank to take it back."},
        source);
}

}  // namespace caas::flow
