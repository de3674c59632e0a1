#include "core/flow/billing_letter.h"

#include "core/billing/customer.h"
#include "core/notice/mail_queue.h"

namespace caas::flow {
namespace {

std::string pay_at(const std::string& page) {
    return page.empty() ? std::string() : "\n\nTo pay it:\n\n  " + page;
}

// What holds for every plan that ends.
std::string locked_by(const std::string& next) {
    return "Nothing was deleted, and posts that are scheduled still go out; what is over the "
           "limits "
           "of " +
           next + " is locked until you ";
}

}  // namespace

bool tell_owners(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const BillingLetter& letter,
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

BillingLetter plan_end_letter(const std::string& plan, const std::string& next) {
    return {
        "plan_end",
        "Your plan " + plan + " has ended",
        "the plan " + plan + " has ended, and " + next + " holds from now on. " + locked_by(next) +
            "choose what to keep or buy a plan again:\n\n  caas billing status\n  caas billing "
            "checkout PLAN"};
}

BillingLetter grace_end_letter(const std::string& plan, const std::string& next) {
    return {
        "grace_end",
        "Your plan " + plan + " is not paid: " + next + " holds",
        "the plan " + plan + " is still not paid, and " + next + " holds from now on. " +
            locked_by(next) + "choose what to keep or pay, which brings " + plan +
            " back:\n\n  caas billing status\n  caas billing portal"};
}

BillingLetter two_plans_letter() {
    return {
        "two_plans",
        "You pay for two plans",
        "there are two subscriptions of your organization at once. Cancel one of them, or answer "
        "this mail to have it refunded: only the greater one counts."};
}

BillingLetter failed_payment_letter(const FailedPayment& payment) {
    std::string text = "the payment of " + payment.amount + " for your plan failed.";
    if (!payment.next_try.empty())
        text += " It is tried again by itself on " + payment.next_try + ".";
    if (!payment.grace.empty())
        text += " Your plan holds until " + payment.grace + ".";
    return {"payment_failed", "A payment failed: " + payment.amount, text + pay_at(payment.page)};
}

BillingLetter needed_action_letter(const std::string& amount, const std::string& page) {
    return {
        "payment_action",
        "Your bank wants you to confirm a payment: " + amount,
        "your bank asks you to confirm the payment of " + amount + " for your plan." +
            pay_at(page)};
}

BillingLetter failed_checkout_letter() {
    return {
        "checkout_failed",
        "Your payment did not go through",
        "the payment for your plan did not go through, and nothing was charged. To try again:\n\n "
        " caas billing checkout PLAN"};
}

BillingLetter expired_change_letter() {
    return {
        "change_expired",
        "Your plan was not changed",
        "the change of your plan was not paid in time and was given up. Your plan is what it was, "
        "and nothing was charged."};
}

BillingLetter failed_invoice_letter() {
    return {
        "invoice_failed",
        "Your invoice could not be made out",
        "an invoice for your plan could not be made out. Mostly an address or a tax number is "
        "missing or wrong."};
}

BillingLetter trial_end_letter(const std::string& plan, const std::string& day) {
    return {
        "trial_end",
        "Your trial of " + plan + " ends on " + day,
        "your trial of " + plan + " ends on " + day +
            ". Then it is charged, when a card is known; to let it end instead: caas billing "
            "cancel"};
}

BillingLetter refund_letter(const std::string& amount) {
    return {
        "refund",
        "You got money back: " + amount,
        amount +
            " of a payment for your plan was given back. Nothing was deleted, and your plan "
            "is what it was; it can be canceled with: caas billing cancel"};
}

BillingLetter dispute_letter(const std::string& amount) {
    return {
        "dispute",
        "A payment is disputed: " + amount,
        "somebody told the bank that the payment of " + amount +
            " for your plan is not right. Nothing was deleted, and your plan is what it was. If it "
            "was a mistake, ask the bank to take it back."};
}

}  // namespace caas::flow
