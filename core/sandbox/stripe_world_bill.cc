// Invoices of the pretend Stripe: what is reckoned, charged, tried again and given up.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/sandbox/stripe_render.h"
#include "core/sandbox/stripe_world.h"

namespace caas::sandbox {
namespace {

constexpr Seconds day = 24 * 3600;
// Days between one attempt and the next, of an account that retries four times.
constexpr std::array<Seconds, 3> retries{3 * day, 5 * day, 7 * day};
constexpr Seconds patience = 23 * 3600;

// The share of `amount` for what is left of a period.
std::int64_t share(std::int64_t amount, Seconds left, Seconds whole) {
    return static_cast<std::int64_t>(std::llround(
        static_cast<double>(amount) * static_cast<double>(left) / static_cast<double>(whole)));
}

}  // namespace

Seconds month_after(Seconds anchor, int months) {
    const std::chrono::sys_seconds at{std::chrono::seconds(anchor)};
    const auto midnight = std::chrono::floor<std::chrono::days>(at);
    auto later = std::chrono::year_month_day(midnight) + std::chrono::months(months);
    // The 31st is the last day of shorter months.
    if (!later.ok())
        later = later.year() / later.month() / std::chrono::last;
    return (std::chrono::sys_days(later) + (at - midnight)).time_since_epoch().count();
}

StripeLine StripeWorld::whole_line(const StripeSubscription& subscription) {
    StripeLine line;
    line.id = next_id("il");
    line.price = subscription.price;
    const bool is_trial = subscription.status == "trialing";
    line.description = is_trial ? "Trial period" : "1 × a month";
    line.amount = is_trial ? 0 : find_price(subscription.price)->amount;
    line.start = subscription.period_start;
    line.end = subscription.period_end;
    return line;
}

StripeInvoice& StripeWorld::add_invoice(
    StripeSubscription& subscription, std::string_view reason, std::vector<StripeLine> lines) {
    StripeInvoice invoice;
    invoice.id = next_id("in");
    invoice.customer = subscription.customer;
    invoice.subscription = subscription.id;
    invoice.reason = reason;
    invoice.lines = std::move(lines);
    invoice.created = now_;
    invoices.push_back(std::move(invoice));
    subscription.latest_invoice = invoices.back().id;
    emit("invoice.created", render_stripe(invoices.back(), subscription.metadata));
    return invoices.back();
}

bool StripeWorld::run_invoice(StripeInvoice& invoice) {
    const bool is_draft = invoice.status == "draft" && invoice.finalize_at != 0;
    if (is_draft && invoice.finalize_at <= now_) {
        finalize(invoice);
        return true;
    }
    if (invoice.status != "open" || invoice.next_attempt == 0 || invoice.next_attempt > now_)
        return false;
    attempt(invoice);
    return true;
}

void StripeWorld::finalize(StripeInvoice& invoice) {
    invoice.status = "open";
    invoice.finalize_at = 0;
    auto& customer = *find_customer(invoice.customer);
    const auto total = invoice.total();
    if (total < 0) {
        customer.balance += total;
    } else if (customer.balance < 0) {
        invoice.from_balance = std::min(total, -customer.balance);
        customer.balance += invoice.from_balance;
    }
    emit(
        "invoice.finalized",
        render_stripe(invoice, find_subscription(invoice.subscription)->metadata));
    attempt(invoice);
}

// True when it is paid.
bool StripeWorld::attempt(StripeInvoice& invoice) {
    auto& customer = *find_customer(invoice.customer);
    const bool needs_card = invoice.due() > 0;
    if (needs_card) {
        ++invoice.attempts;
        invoice.next_attempt = 0;
        if (customer.card != StripeCard::pays) {
            fail(invoice);
            return false;
        }
        charges.push_back({next_id("ch"), customer.id, invoice.due(), 0, now_, false});
        invoice.charge = charges.back().id;
        emit("charge.succeeded", render_stripe(charges.back()));
    }
    settle(invoice);
    return true;
}

void StripeWorld::settle(StripeInvoice& invoice) {
    invoice.status = "paid";
    invoice.paid_at = now_;
    invoice.next_attempt = 0;
    auto& subscription = *find_subscription(invoice.subscription);
    if (subscription.pending && subscription.pending->invoice == invoice.id)
        apply_pending(subscription);
    emit("invoice.paid", render_stripe(invoice, subscription.metadata));
    emit("invoice.payment_succeeded", render_stripe(invoice, subscription.metadata));
    const bool is_waiting = subscription.status == "incomplete" ||
                            subscription.status == "past_due" || subscription.status == "unpaid";
    if (is_waiting && subscription.latest_invoice == invoice.id)
        set_status(subscription, "active");
}

void StripeWorld::fail(StripeInvoice& invoice) {
    auto& subscription = *find_subscription(invoice.subscription);
    const bool is_renewal = invoice.reason == "subscription_cycle";
    const auto tries = static_cast<std::size_t>(invoice.attempts);
    const bool is_last = tries > retries.size();
    if (is_renewal && !is_last)
        invoice.next_attempt = now_ + retries.at(tries - 1);
    const auto shown = render_stripe(invoice, subscription.metadata);
    if (find_customer(invoice.customer)->card == StripeCard::asks)
        emit("invoice.payment_action_required", shown);
    emit("invoice.payment_failed", shown);
    if (!is_renewal || subscription.is_over())
        return;
    if (!is_last)
        set_status(subscription, "past_due");
    else if (gives_up_ == StripeGivesUp::unpaid)
        set_status(subscription, "unpaid");
    else
        cancel(subscription);
}

bool StripeWorld::pay(StripeInvoice& invoice) {
    if (invoice.status != "open")
        return false;
    find_customer(invoice.customer)->card = StripeCard::pays;
    return attempt(invoice);
}

void StripeWorld::void_invoice(StripeInvoice& invoice) {
    if (invoice.status != "open" && invoice.status != "draft")
        return;
    invoice.status = "void";
    invoice.next_attempt = 0;
    emit(
        "invoice.voided",
        render_stripe(invoice, find_subscription(invoice.subscription)->metadata));
}

std::vector<StripeLine> StripeWorld::prorate(
    const StripeSubscription& subscription, const std::string& price, Seconds as_of) {
    if (price == subscription.price || subscription.status == "trialing")
        return {};
    const auto at = std::clamp(as_of, subscription.period_start, subscription.period_end);
    const auto whole = subscription.period_end - subscription.period_start;
    const auto left = subscription.period_end - at;
    StripeLine back;
    back.id = next_id("il");
    back.price = subscription.price;
    back.description = "Unused time";
    back.amount = -share(find_price(subscription.price)->amount, left, whole);
    back.is_proration = true;
    back.start = at;
    back.end = subscription.period_end;
    auto more = back;
    more.id = next_id("il");
    more.price = price;
    more.description = "Remaining time";
    more.amount = share(find_price(price)->amount, left, whole);
    return {back, more};
}

bool StripeWorld::change_price(
    StripeSubscription& subscription,
    const std::string& price,
    const std::string& proration,
    const std::string& behavior,
    Seconds as_of) {
    auto lines = proration == "always_invoice" ? prorate(subscription, price, as_of)
                                               : std::vector<StripeLine>{};
    const auto card = find_customer(subscription.customer)->card;
    if (!lines.empty() && behavior == "error_if_incomplete" && card != StripeCard::pays)
        return false;
    if (!lines.empty() && behavior == "pending_if_incomplete") {
        auto& invoice = add_invoice(subscription, "subscription_update", std::move(lines));
        subscription.pending = StripePending{price, invoice.id, now_ + patience};
        finalize(invoice);
        if (subscription.pending)
            emit_updated(subscription);
        return true;
    }
    if (subscription.price != price) {
        subscription.price = price;
        emit_updated(subscription);
    }
    if (!lines.empty())
        finalize(add_invoice(subscription, "subscription_update", std::move(lines)));
    return true;
}

void StripeWorld::apply_pending(StripeSubscription& subscription) {
    const bool has_waited = find_invoice(subscription.pending->invoice)->attempts > 1;
    subscription.price = subscription.pending->price;
    subscription.pending.reset();
    if (has_waited)
        emit(
            "customer.subscription.pending_update_applied",
            render_stripe(subscription, *find_price(subscription.price)));
    emit_updated(subscription);
}

void StripeWorld::refund(StripeCharge& charge, std::int64_t amount) {
    charge.refunded = std::min(charge.amount, charge.refunded + amount);
    emit("charge.refunded", render_stripe(charge));
}

void StripeWorld::dispute(StripeCharge& charge) {
    charge.is_disputed = true;
    emit("charge.dispute.created", render_stripe_dispute(charge, next_id("dp"), now_));
}

}  // namespace caas::sandbox
