#include "core/sandbox/stripe_world.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/sandbox/stripe_render.h"

namespace caas::sandbox {
namespace {

constexpr Seconds hour = 3600;
constexpr Seconds day = 24 * hour;
constexpr Seconds warning = 3 * day;     // before a trial ends
constexpr Seconds patience = 23 * hour;  // for a first payment, and for a pending update
constexpr Seconds session_life = 24 * hour;

template <typename Kind>
Kind* find_in(std::deque<Kind>& all, std::string_view id) {
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const Kind& one) { return one.id == id; });
    return at == all.end() ? nullptr : &*at;
}

void sooner(std::optional<Seconds>& best, Seconds when) {
    if (when != 0 && (!best || when < *best))
        best = when;
}

}  // namespace

std::string StripeWorld::next_id(std::string_view prefix) {
    auto number = std::to_string(++number_);
    number.insert(0, number.size() < 8 ? 8 - number.size() : 0, '0');
    return std::string(prefix) + "_" + number;
}

void StripeWorld::emit(std::string_view type, const Json& object) {
    StripeEvent event;
    event.id = next_id("evt");
    event.type = type;
    event.created = now_;
    event.body = json::dump(
        {{"id", event.id},
         {"object", "event"},
         {"api_version", "2026-10-28.endive"},
         {"created", now_},
         {"data", {{"object", object}}},
         {"livemode", false},
         {"pending_webhooks", 1},
         {"request", {{"id", nullptr}, {"idempotency_key", nullptr}}},
         {"type", type}});
    events.push_back(std::move(event));
}

void StripeWorld::emit_updated(const StripeSubscription& subscription) {
    emit(
        "customer.subscription.updated",
        render_stripe(subscription, *find_price(subscription.price)));
}

StripePrice* StripeWorld::find_price(std::string_view id) {
    return find_in(prices, id);
}

StripeCustomer* StripeWorld::find_customer(std::string_view id) {
    return find_in(customers, id);
}

StripeSession* StripeWorld::find_session(std::string_view id) {
    return find_in(sessions, id);
}

StripeSubscription* StripeWorld::find_subscription(std::string_view id) {
    return find_in(subscriptions, id);
}

StripeInvoice* StripeWorld::find_invoice(std::string_view id) {
    return find_in(invoices, id);
}

StripeCharge* StripeWorld::find_charge(std::string_view id) {
    return find_in(charges, id);
}

const StripePrice& StripeWorld::add_price(
    const std::string& product, const std::string& lookup_key, std::int64_t amount) {
    prices.push_back({next_id("price"), lookup_key, product, amount, now_, true});
    return prices.back();
}

const StripePrice& StripeWorld::replace_price(const std::string& lookup_key, std::int64_t amount) {
    std::string product = "prod";
    for (auto& price : prices) {
        if (price.lookup_key != lookup_key)
            continue;
        price.lookup_key.clear();
        product = price.product;
    }
    return add_price(product, lookup_key, amount);
}

StripeCustomer& StripeWorld::add_customer(
    const std::string& name, const std::string& email, StripePairs metadata) {
    StripeCustomer customer;
    customer.id = next_id("cus");
    customer.name = name;
    customer.email = email;
    customer.metadata = std::move(metadata);
    customer.created = now_;
    customers.push_back(std::move(customer));
    emit("customer.created", render_stripe(customers.back()));
    return customers.back();
}

void StripeWorld::delete_customer(StripeCustomer& customer) {
    const auto last = render_stripe(customer);
    for (auto& subscription : subscriptions) {
        if (subscription.customer == customer.id && !subscription.is_over())
            cancel(subscription);
    }
    customer.is_deleted = true;
    emit("customer.deleted", last);
}

StripeSession& StripeWorld::add_session(StripeSession session) {
    session.id = next_id("cs_test");
    session.created = now_;
    session.expires = now_ + session_life;
    sessions.push_back(std::move(session));
    return sessions.back();
}

void StripeWorld::expire(StripeSession& session) {
    session.status = "expired";
    emit("checkout.session.expired", render_stripe(session));
}

StripeSubscription& StripeWorld::subscribe(StripeSession& session) {
    StripeSubscription made;
    made.id = next_id("sub");
    made.item = "si_of_" + made.id;
    made.customer = session.customer;
    made.price = session.price;
    made.metadata = session.subscription_metadata;
    made.missing_method = session.missing_method;
    made.created = now_;
    made.anchor = now_;
    made.period_start = now_;
    if (session.trial_days > 0) {
        made.status = "trialing";
        made.trial_start = now_;
        made.trial_end = now_ + session.trial_days * day;
        made.anchor = made.trial_end;
        made.period_end = made.trial_end;
    } else {
        made.status = "incomplete";
        made.periods = 1;
        made.period_end = month_after(made.anchor, 1);
    }
    subscriptions.push_back(std::move(made));
    session.subscription = subscriptions.back().id;
    return subscriptions.back();
}

bool StripeWorld::complete(StripeSession& session, StripeCard card, bool is_slow) {
    if (session.status != "open")
        return false;
    auto& customer = *find_customer(session.customer);
    const bool needs_card = session.needs_card || session.trial_days == 0;
    if (card == StripeCard::declines || card == StripeCard::asks ||
        (card == StripeCard::none && needs_card))
        return false;
    if (card != StripeCard::none)
        customer.card = card;
    auto& subscription = subscribe(session);
    emit(
        "customer.subscription.created",
        render_stripe(subscription, *find_price(subscription.price)));
    auto& invoice = add_invoice(subscription, "subscription_create", {whole_line(subscription)});
    session.status = "complete";
    if (is_slow) {
        invoice.status = "open";
        emit("checkout.session.completed", render_stripe(session));
        return true;
    }
    finalize(invoice);
    session.payment_status = invoice.total() == 0 ? "no_payment_required" : "paid";
    emit("checkout.session.completed", render_stripe(session));
    return true;
}

void StripeWorld::settle_slow(StripeSession& session, bool is_paid) {
    auto& subscription = *find_subscription(session.subscription);
    auto& invoice = *find_invoice(subscription.latest_invoice);
    if (is_paid) {
        attempt(invoice);
        session.payment_status = "paid";
        emit("checkout.session.async_payment_succeeded", render_stripe(session));
        return;
    }
    void_invoice(invoice);
    set_status(subscription, "incomplete_expired");
    emit("checkout.session.async_payment_failed", render_stripe(session));
}

void StripeWorld::set_status(StripeSubscription& subscription, const std::string& status) {
    if (subscription.status == status)
        return;
    subscription.status = status;
    emit_updated(subscription);
}

void StripeWorld::set_ending(
    StripeSubscription& subscription, bool cancels_at_period_end, Seconds cancel_at) {
    subscription.cancels_at_period_end = cancels_at_period_end;
    subscription.cancel_at = cancels_at_period_end ? subscription.period_end : cancel_at;
    const bool is_ending = cancels_at_period_end || cancel_at != 0;
    subscription.canceled_at = is_ending ? now_ : 0;
    emit_updated(subscription);
}

void StripeWorld::cancel(StripeSubscription& subscription) {
    if (subscription.pending) {
        void_invoice(*find_invoice(subscription.pending->invoice));
        subscription.pending.reset();
    }
    if (auto* first = find_invoice(subscription.latest_invoice);
        first != nullptr && subscription.status == "incomplete")
        void_invoice(*first);
    subscription.status = "canceled";
    subscription.ended_at = now_;
    if (subscription.canceled_at == 0)
        subscription.canceled_at = now_;
    for (auto& invoice : invoices) {
        if (invoice.subscription == subscription.id)
            invoice.next_attempt = 0;
    }
    emit(
        "customer.subscription.deleted",
        render_stripe(subscription, *find_price(subscription.price)));
}

void StripeWorld::pause(StripeSubscription& subscription) {
    subscription.status = "paused";
    emit(
        "customer.subscription.paused",
        render_stripe(subscription, *find_price(subscription.price)));
    emit_updated(subscription);
}

void StripeWorld::resume(StripeSubscription& subscription) {
    subscription.status = "active";
    subscription.anchor = now_;
    subscription.periods = 1;
    subscription.period_start = now_;
    subscription.period_end = month_after(now_, 1);
    emit(
        "customer.subscription.resumed",
        render_stripe(subscription, *find_price(subscription.price)));
    emit_updated(subscription);
    finalize(add_invoice(subscription, "subscription_update", {whole_line(subscription)}));
}

void StripeWorld::advance_to(Seconds then) {
    while (true) {
        const auto due = next_due();
        if (!due || *due > then)
            break;
        now_ = std::max(now_, *due);
        run_due();
    }
    now_ = std::max(now_, then);
}

std::optional<Seconds> StripeWorld::next_due() const {
    std::optional<Seconds> best;
    for (const auto& session : sessions) {
        if (session.status == "open")
            sooner(best, session.expires);
    }
    for (const auto& one : subscriptions) {
        if (one.is_over() || one.status == "paused")
            continue;
        if (one.pending)
            sooner(best, one.pending->expires);
        if (one.status == "incomplete") {
            sooner(best, one.created + patience);
            continue;
        }
        if (one.status == "trialing" && !one.is_warned)
            sooner(best, std::max(one.trial_end - warning, one.created));
        sooner(best, one.period_end);
        if (one.cancel_at != 0)
            sooner(best, one.cancel_at);
    }
    for (const auto& invoice : invoices) {
        if (invoice.status == "draft")
            sooner(best, invoice.finalize_at);
        else if (invoice.status == "open")
            sooner(best, invoice.next_attempt);
    }
    return best;
}

// Does the first thing that is due; what it brings may be due at once.
void StripeWorld::run_due() {
    for (auto& invoice : invoices) {
        if (run_invoice(invoice))
            return;
    }
    for (auto& subscription : subscriptions) {
        if (run_subscription(subscription))
            return;
    }
    for (auto& session : sessions) {
        if (run_session(session))
            return;
    }
}

bool StripeWorld::run_session(StripeSession& session) {
    if (session.status != "open" || session.expires > now_)
        return false;
    expire(session);
    return true;
}

bool StripeWorld::run_subscription(StripeSubscription& one) {
    if (one.is_over() || one.status == "paused")
        return false;
    if (one.pending && one.pending->expires <= now_) {
        void_invoice(*find_invoice(one.pending->invoice));
        one.pending.reset();
        emit(
            "customer.subscription.pending_update_expired",
            render_stripe(one, *find_price(one.price)));
        return true;
    }
    if (one.status == "incomplete") {
        if (one.created + patience > now_)
            return false;
        void_invoice(*find_invoice(one.latest_invoice));
        set_status(one, "incomplete_expired");
        return true;
    }
    if (one.status == "trialing" && !one.is_warned && one.trial_end - warning <= now_) {
        one.is_warned = true;
        emit("customer.subscription.trial_will_end", render_stripe(one, *find_price(one.price)));
        return true;
    }
    if (one.cancel_at != 0 && one.cancel_at <= now_) {
        cancel(one);
        return true;
    }
    if (one.period_end > now_)
        return false;
    if (one.status == "trialing")
        end_trial(one);
    else
        roll(one);
    return true;
}

void StripeWorld::end_trial(StripeSubscription& one) {
    const bool has_card = find_customer(one.customer)->card != StripeCard::none;
    if (!has_card && one.missing_method == "cancel") {
        cancel(one);
        return;
    }
    if (!has_card && one.missing_method == "pause") {
        pause(one);
        return;
    }
    one.periods = 0;
    one.status = "active";
    roll(one);
}

void StripeWorld::roll(StripeSubscription& one) {
    one.period_start = one.period_end;
    one.period_end = month_after(one.anchor, ++one.periods);
    auto& invoice = add_invoice(one, "subscription_cycle", {whole_line(one)});
    // Of what is not paid any more, drafts stay drafts.
    if (one.status != "unpaid")
        invoice.finalize_at = now_ + hour;
    emit_updated(one);
}

}  // namespace caas::sandbox
