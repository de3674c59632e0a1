#include "core/flow/subscribe_event.h"

#include <map>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/base/error.h"
#include "core/base/money.h"
#include "core/base/stop_point.h"
#include "core/billing/event.h"
#include "core/billing/period.h"
#include "core/billing/subscription.h"
#include "core/flow/billing_letter.h"
#include "core/flow/subscribe_stripe.h"

namespace caas::flow {
namespace {

namespace stripe = billing::stripe;
using billing::Customer;
using billing::WaitingEvent;

// As many as are surely done within the time for which they are claimed.
constexpr std::int64_t most_at_once = 10;

// One batch: what events say is looked up one after the other, then each customer once.
class Batch {
  public:
    // `away`: with what words Stripe did not answer the batches before.
    Batch(const Tools& tools, const stripe::Client& client, std::optional<std::string>& away)
        : tools_(tools), client_(client), away_(away) {}

    void look_at(const WaitingEvent& waiting) {
        const auto json = json::try_parse(waiting.payload);
        const auto event = json ? stripe::read_event(*json) : std::nullopt;
        if (!event)
            throw Error(Code::storage_corrupt, "This is no event of Stripe");
        const std::string_view type = event->type;
        if (type == "customer.deleted")
            look_at_deletion(*event);
        else if (type.starts_with("checkout.session."))
            look_at_checkout(*event);
        else if (type.starts_with("customer.subscription."))
            look_at_subscription(*event);
        else if (type.starts_with("invoice."))
            look_at_invoice(*event);
        else if (type.starts_with("charge."))
            look_at_charge(*event);
    }

    // Whose subscriptions are to be asked for, of the event looked at last.
    std::set<std::string> take_touched() { return std::exchange(touched_, {}); }

    // Set once Stripe does not answer: the rest is put off without asking, since each call may take
    // minutes, and what was claimed is claimed for two.
    const std::optional<std::string>& away() const { return away_; }

    void note(const Error& error) {
        if (error.code() == Code::platform_unavailable && !away_)
            away_ = error.what();
    }

    // nullopt when all went well.
    std::optional<std::string> apply(const std::string& id) {
        const auto at = applied_.find(id);
        if (at != applied_.end())
            return at->second;
        if (away_)
            return away_;
        std::optional<std::string> problem;
        try {
            const auto customer = tools_.store.read(
                [&](store::Reader& reader) { return billing::find_customer(reader, id); });
            if (customer)
                apply_subscriptions(tools_, client_, *customer);
        } catch (const Error& error) {
            note(error);
            problem = error.what();
        }
        applied_.emplace(id, problem);
        return problem;
    }

  private:
    template <typename Write>
    void write(Write write) {
        tools_.store.write([&](store::Transaction& transaction) { write(transaction); });
    }

    bool tell(
        store::Transaction& transaction,
        const Customer& customer,
        const BillingLetter& letter,
        const std::string& source) {
        return tell_owners(tools_, transaction, customer.organization, letter, source);
    }

    std::optional<Customer> touch(const std::string& id) {
        auto customer = known_customer(tools_, client_, id);
        if (customer)
            touched_.insert(id);
        return customer;
    }

    void look_at_deletion(const stripe::Event& event) {
        const auto customer = tools_.store.read(
            [&](store::Reader& reader) { return billing::find_customer(reader, event.object_id); });
        if (customer && stripe::is_customer_gone(client_, customer->id))
            apply_deletion(tools_, client_, *customer, event.created_at);
    }

    void look_at_checkout(const stripe::Event& event) {
        const auto session = stripe::get_checkout(client_, event.object_id);
        const auto customer = touch(session.customer);
        if (!customer)
            return;
        write([&](store::Transaction& transaction) {
            if (session.status != "open")
                billing::close_checkout(
                    transaction, session.id, session.status == "complete" ? "complete" : "expired");
            if (event.type == "checkout.session.async_payment_failed")
                tell(transaction, *customer, failed_checkout_letter(), session.id);
        });
    }

    void look_at_subscription(const stripe::Event& event) {
        const auto customer = touch(event.customer);
        if (!customer || customer->is_deleted)
            return;
        if (event.type == "customer.subscription.pending_update_expired")
            write([&](store::Transaction& transaction) {
                tell(transaction, *customer, expired_change_letter(), event.id);
            });
        if (event.type == "customer.subscription.trial_will_end")
            tell_of_trial(*customer, event.object_id);
    }

    void tell_of_trial(const Customer& customer, const std::string& id) {
        const auto now = stripe::get_subscription(client_, id);
        if (now.status != "trialing" || !now.trial_end || now.is_ending())
            return;
        write([&](store::Transaction& transaction) {
            const auto bought = billing::read_bought(tools_.plans(), transaction, now);
            if (!bought)
                return;
            const auto day = billing::day_text(*now.trial_end);
            const auto& title = tools_.plans().get(bought->plan).title;
            tell(transaction, customer, trial_end_letter(title, day), id + "/" + day);
        });
    }

    void look_at_invoice(const stripe::Event& event) {
        if (event.object_id.empty() || is_known_as_paid(event))
            return;
        const auto invoice = stripe::get_invoice(client_, event.object_id);
        if (invoice.subscription.empty())
            return;
        const auto customer = touch(invoice.customer);
        if (!customer)
            return;
        if (invoice.status == "paid") {
            apply_invoice(tools_, client_, *customer, invoice);
            return;
        }
        tell_of_invoice(event, invoice, *customer);
    }

    // Nothing of a paid invoice changes any more.
    bool is_known_as_paid(const stripe::Event& event) {
        const bool is_known = tools_.store.read(
            [&](store::Reader& reader) { return billing::is_paid(reader, event.object_id); });
        if (is_known && !event.customer.empty())
            touched_.insert(event.customer);
        return is_known;
    }

    void tell_of_invoice(
        const stripe::Event& event, const stripe::Invoice& invoice, const Customer& customer) {
        // Only while it is still so: events may come late.
        if (customer.is_deleted || (invoice.status != "open" && invoice.status != "draft"))
            return;
        const auto amount = money_text(invoice.amount_due, invoice.currency);
        write([&](store::Transaction& transaction) {
            if (event.type == "invoice.payment_failed")
                tell(
                    transaction,
                    customer,
                    failed_payment_letter(
                        {amount,
                         invoice.next_attempt ? billing::day_text(*invoice.next_attempt) : "",
                         grace_day(invoice),
                         invoice.page}),
                    invoice.id + "/" + std::to_string(invoice.attempts));
            else if (event.type == "invoice.payment_action_required")
                tell(transaction, customer, needed_action_letter(amount, invoice.page), invoice.id);
            else if (event.type == "invoice.finalization_failed")
                tell(transaction, customer, failed_invoice_letter(), invoice.id);
        });
        if (event.type == "invoice.finalization_failed")
            tools_.log.write(
                Level::error, "billing.invoice_not_finalized", {{"invoice", invoice.id}});
    }

    // A renewal's period begins when its invoice is made.
    std::string grace_day(const stripe::Invoice& invoice) const {
        if (invoice.reason != "subscription_cycle")
            return {};
        return billing::day_text(invoice.created_at + grace_of(tools_));
    }

    void look_at_charge(const stripe::Event& event) {
        const auto charge = stripe::get_charge(client_, event.charge);
        const auto customer = known_customer(tools_, client_, charge.customer);
        if (!customer)
            return;
        const bool is_dispute = event.type == "charge.dispute.created";
        const auto amount =
            money_text(is_dispute ? charge.amount : charge.refunded, charge.currency);
        const auto source =
            is_dispute ? event.object_id : charge.id + "/" + std::to_string(charge.refunded);
        write([&](store::Transaction& transaction) {
            const auto letter = is_dispute ? dispute_letter(amount) : refund_letter(amount);
            if (!tell(transaction, *customer, letter, source))
                return;
            access::record(
                transaction,
                tools_.clock.now(),
                {},
                customer->organization.text(),
                {is_dispute ? "billing.dispute" : "billing.refund", charge.id},
                {{"amount", amount}});
        });
        tools_.log.write(
            Level::warn,
            is_dispute ? "billing.dispute" : "billing.refund",
            {{"organization", customer->organization.text()}, {"charge", charge.id}});
    }

    const Tools& tools_;
    const stripe::Client& client_;
    std::set<std::string> touched_;
    std::map<std::string, std::optional<std::string>> applied_;
    std::optional<std::string>& away_;
};

struct Looked {
    const WaitingEvent* event;
    std::set<std::string> customers;
    std::optional<std::string> problem;
};

Looked look(Batch& batch, const WaitingEvent& event, Log& log) {
    Looked out{&event, {}, batch.away()};
    if (out.problem)
        return out;
    try {
        batch.look_at(event);
    } catch (const stripe::CallError& error) {
        // What is not there any more has nothing to tell.
        if (error.refusal().is_missing())
            log.write(
                Level::warn, "billing.event_void", {{"event", event.id}, {"why", error.what()}});
        else
            out.problem = error.what();
        batch.note(error);
    } catch (const Error& error) {
        if (error.code() == Code::canceled)
            throw;
        out.problem = error.what();
    }
    out.customers = batch.take_touched();
    return out;
}

// All in one transaction. An event that was worked on and is not settled, since the program died,
// is worked on again, and changes nothing more.
void finish(const Tools& tools, const std::vector<Looked>& all) {
    const auto now = tools.clock.now();
    std::set<std::string_view> dead;
    tools.store.write([&](store::Transaction& transaction) {
        dead.clear();
        for (const auto& one : all) {
            if (!one.problem)
                billing::settle_event(transaction, one.event->id, now);
            else if (billing::put_off_event(
                         transaction, *one.event, *one.problem, tools.random, now))
                dead.insert(one.event->id);
        }
    });
    for (const auto& one : all) {
        if (!one.problem)
            continue;
        const bool is_dead = dead.contains(one.event->id);
        tools.log.write(
            is_dead ? Level::error : Level::warn,
            is_dead ? "billing.event_given_up" : "billing.event_put_off",
            {{"event", one.event->id},
             {"why", *one.problem},
             {"tries", std::to_string(one.event->tries)}});
    }
}

}  // namespace

WorkedEvents work_on_events(const Tools& tools, const std::stop_token& stop) {
    WorkedEvents out;
    auto client = stripe_client(tools);
    client.stop_with(stop);
    std::optional<std::string> away;
    while (!stop.stop_requested()) {
        out.again = tools.store.read(
            [&](store::Reader& reader) { return billing::next_event(reader, tools.clock.now()); });
        if (!out.again || *out.again > tools.clock.now())
            return out;
        const auto claimed = tools.store.write([&](store::Transaction& transaction) {
            return billing::claim_events(transaction, tools.clock.now(), most_at_once);
        });
        stop_point("event.claimed");
        Batch batch(tools, client, away);
        std::vector<Looked> looked;
        looked.reserve(claimed.size());
        for (const auto& event : claimed)
            looked.push_back(look(batch, event, tools.log));
        for (auto& one : looked) {
            for (const auto& customer : one.customers) {
                auto problem = batch.apply(customer);
                if (!one.problem)
                    one.problem = std::move(problem);
            }
            (one.problem ? out.failed : out.settled) += 1;
        }
        stop_point("event.applied");
        finish(tools, looked);
    }
    return out;
}

}  // namespace caas::flow
