#include "core/flow/subscribe_stripe.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/billing/invoice.h"
#include "core/billing/subscription.h"
#include "core/flow/billing_letter.h"

namespace caas::flow {
namespace {

namespace stripe = billing::stripe;
using billing::Bought;
using billing::Customer;
using billing::PlanState;
using billing::Standing;

constexpr int most_tries = 8;

bool is_same(const PlanState& a, const PlanState& b) {
    const auto parts = [](const PlanState& state) {
        return std::tie(
            state.plan,
            state.standing,
            state.period_start,
            state.period_end,
            state.trial_end,
            state.grace_until,
            state.cancel_at_period_end,
            state.next_plan);
    };
    // Since when nothing is bought, nobody keeps.
    const bool is_since = a.since == b.since || a.standing == Standing::none;
    return is_since && parts(a) == parts(b);
}

std::string words_of(const PlanState& state) {
    auto out = state.plan + ", " + std::string(billing::name(state.standing));
    if (state.cancel_at_period_end)
        out += ", ends with its period";
    if (state.next_plan)
        out += ", " + *state.next_plan + " next";
    return out;
}

// What is ours by its mark, and of what we do not sell, must not pass unseen.
Error sells_nothing(const std::string& id) {
    return {
        Code::invalid,
        "The price of " + id + " sells no plan",
        "Give a price of it at Stripe a lookup key of share/plans.toml."};
}

std::string words_of(const Bought& bought) {
    return bought.status + ", " + bought.plan + (bought.is_ending ? ", ending" : "");
}

// What is kept of one organization at Stripe.
struct Kept {
    std::vector<Bought> bought;
    std::vector<billing::PaidInvoice> paid;
};

Kept kept_of(store::Reader& reader, const Customer& customer) {
    Kept out;
    for (const auto& one : billing::customers_of(reader, customer.organization, customer.is_live)) {
        for (auto& bought : billing::list_bought(reader, one.id))
            out.bought.push_back(std::move(bought));
        for (auto& paid : billing::list_paid(reader, one.id))
            out.paid.push_back(std::move(paid));
    }
    return out;
}

class Applying {
  public:
    Applying(
        const Tools& tools,
        store::Transaction& transaction,
        const Customer& customer,
        std::vector<Difference>* found)
        : tools_(tools), transaction_(transaction), customer_(customer), found_(found) {}

    void keep(const std::vector<stripe::Subscription>& subscriptions) {
        std::map<std::string, Bought> before;
        for (auto& bought : billing::list_bought(transaction_, customer_.id))
            before.emplace(bought.id, bought);
        for (const auto& one : subscriptions) {
            const auto bought = billing::read_bought(tools_.plans(), transaction_, one);
            if (!bought) {
                refuse_stranger(one);
                continue;
            }
            billing::keep_price(transaction_, bought->price, bought->plan);
            const auto at = before.find(bought->id);
            if (at != before.end() && at->second == *bought)
                continue;
            billing::keep_bought(transaction_, *bought);
            billing::end_orders_for(
                transaction_, customer_.organization.text(), bought->id, tools_.clock.now());
            note(
                "subscription " + bought->id,
                at == before.end() ? "" : words_of(at->second),
                words_of(*bought));
        }
    }

    void set_plan() {
        const auto& plans = tools_.plans();
        const auto now = tools_.clock.now();
        const auto grace = grace_of(tools_);
        const auto kept = kept_of(transaction_, customer_);
        const auto after = billing::state_of(plans, kept.bought, kept.paid, grace, now);
        const auto before = billing::plan_of(plans, transaction_, customer_.organization, now);
        const auto* best = billing::foremost(plans, kept.bought, kept.paid, grace, now);
        if (after.standing == Standing::past_due && now < *after.grace_until &&
            !billing::has_paid_period(*best, kept.paid))
            billing::give_ahead(
                plans,
                transaction_,
                tools_.ids,
                customer_,
                {best->latest_invoice,
                 best->id,
                 best->plan,
                 best->period_start,
                 best->period_end,
                 *after.grace_until},
                now);
        warn_of_two(kept.bought);
        if (is_same(before, after))
            return;
        billing::set_plan(plans, transaction_, customer_.organization, after, now);
        note("plan", words_of(before), words_of(after));
        record(before, after);
        if (best != nullptr)
            tell_of_end(before, after, best->id, now);
    }

  private:
    static void refuse_stranger(const stripe::Subscription& subscription) {
        if (subscription.organization.empty() || subscription.status == "canceled" ||
            subscription.status == "incomplete_expired")
            return;
        throw sells_nothing(subscription.id);
    }

    void note(const std::string& what, const std::string& here, const std::string& there) {
        if (found_ != nullptr)
            found_->push_back({customer_.organization, what, here, there});
    }

    void record(const PlanState& before, const PlanState& after) {
        access::record(
            transaction_,
            tools_.clock.now(),
            {},
            customer_.organization.text(),
            {"billing.plan", customer_.organization.text()},
            {{"from", words_of(before)}, {"to", words_of(after)}});
    }

    void tell_of_end(
        const PlanState& before, const PlanState& after, const std::string& id, Instant now) {
        const auto is_over = [](Standing standing) {
            return standing == Standing::canceled || standing == Standing::unpaid ||
                   standing == Standing::paused;
        };
        const auto& plans = tools_.plans();
        if (!is_over(after.standing) || is_over(before.standing) ||
            before.standing == Standing::none)
            return;
        tell_owners(
            tools_,
            transaction_,
            customer_.organization,
            plan_end_letter(plans.get(before.plan).title, plans.unpaid().title),
            id + "/" + std::string(billing::name(after.standing)) + "/" +
                std::to_string(to_ms(after.period_end.value_or(now))));
    }

    // Nobody is to pay twice: the checkout sees to it, but at Stripe itself everything is possible.
    void warn_of_two(const std::vector<Bought>& bought) {
        const Bought* first = nullptr;
        for (const auto& one : bought) {
            const bool takes_money =
                one.status == "active" || one.status == "trialing" || one.status == "past_due";
            if (!takes_money || one.is_ending)
                continue;
            if (first != nullptr)
                warn_of(first->id + "/" + one.id);
            first = &one;
        }
    }

    void warn_of(const std::string& both) {
        const auto& organization = customer_.organization;
        tools_.log.write(
            Level::error,
            "billing.two_subscriptions",
            {{"organization", organization.text()}, {"subscriptions", both}});
        tell_owners(tools_, transaction_, organization, two_plans_letter(), both);
    }

    const Tools& tools_;
    store::Transaction& transaction_;
    const Customer& customer_;
    std::vector<Difference>* found_;
};

}  // namespace

bool sells_plans(const Tools& tools) {
    return !tools.settings.secret("stripe.secret_key").empty();
}

stripe::Client stripe_client(const Tools& tools) {
    if (!sells_plans(tools))
        throw Error(
            Code::invalid,
            "This installation sells no plans: billing is off, and everything is allowed",
            "Its operator turns it on with stripe.secret_key or STRIPE_SECRET_KEY.");
    return {
        {tools.http, tools.clock, tools.random, tools.log},
        tools.settings.text("stripe.base_url"),
        tools.settings.secret("stripe.secret_key")};
}

std::chrono::days grace_of(const Tools& tools) {
    return std::chrono::days(tools.settings.integer("stripe.grace_days"));
}

std::optional<Customer> known_customer(
    const Tools& tools, const stripe::Client& client, const std::string& id) {
    if (id.empty())
        return std::nullopt;
    const auto find = [&] {
        return tools.store.read(
            [&](store::Reader& reader) { return billing::find_customer(reader, id); });
    };
    if (auto known = find())
        return known;
    const auto there = stripe::get_customer(client, id);
    const OrganizationId organization(there.organization);
    if (there.is_deleted || organization.empty() || there.is_live != client.is_live())
        return std::nullopt;
    const bool is_adopted = tools.store.write([&](store::Transaction& transaction) {
        return access::find_organization(transaction, organization).has_value() &&
               billing::add_customer(
                   transaction, id, organization, there.is_live, tools.clock.now());
    });
    if (!is_adopted) {
        tools.log.write(
            Level::warn,
            "billing.stranger",
            {{"customer", id}, {"organization", organization.text()}});
        return std::nullopt;
    }
    return find();
}

void apply_subscriptions(
    const Tools& tools,
    const stripe::Client& client,
    const Customer& customer,
    std::vector<Difference>* found) {
    for (int tries = 0; tries < most_tries; ++tries) {
        const auto known = tools.store.read(
            [&](store::Reader& reader) { return billing::find_customer(reader, customer.id); });
        if (!known || known->is_deleted)
            return;
        // Asked after the revision was read: when that is still the same afterwards, nobody has
        // kept a younger answer.
        const auto subscriptions = stripe::list_subscriptions(client, customer.id);
        std::vector<Difference> differences;
        const bool is_done = tools.store.write([&](store::Transaction& transaction) {
            access::lock_organization(transaction, known->organization);
            if (!billing::take_revision(transaction, known->id, known->revision))
                return false;
            Applying applying(tools, transaction, *known, &differences);
            applying.keep(subscriptions);
            applying.set_plan();
            return true;
        });
        if (!is_done)
            continue;
        if (found != nullptr)
            found->insert(found->end(), differences.begin(), differences.end());
        return;
    }
    throw Error(Code::busy, "Others change this subscription just now", "Try again.");
}

bool apply_invoice(
    const Tools& tools,
    const stripe::Client& client,
    const Customer& customer,
    const stripe::Invoice& invoice) {
    if (invoice.status != "paid" || invoice.subscription.empty())
        return false;
    const auto& plans = tools.plans();
    std::map<std::string, std::optional<std::string>> sold;
    for (const auto& line : invoice.lines) {
        if (line.price.empty() || sold.contains(line.price))
            continue;
        stripe::Price price;
        price.id = line.price;
        const auto find = [&] {
            return tools.store.read([&](store::Reader& reader) {
                return billing::plan_of_price(plans, reader, price);
            });
        };
        auto plan = find();
        if (!plan) {
            price = stripe::get_price(client, line.price);
            plan = find();
        }
        sold.emplace(line.price, plan);
    }
    const auto paid = billing::read_paid(plans, invoice, [&](const std::string& price) {
        const auto at = sold.find(price);
        return at == sold.end() ? std::nullopt : at->second;
    });
    // Settled it would be for good, and whoever paid would have nothing.
    const bool has_stranger = std::any_of(
        sold.begin(), sold.end(), [](const auto& one) { return !one.second.has_value(); });
    if (paid.kind == billing::Paid::nothing && has_stranger && !invoice.organization.empty())
        throw sells_nothing(invoice.id);
    return tools.store.write([&](store::Transaction& transaction) {
        access::lock_organization(transaction, customer.organization);
        billing::take_revision(transaction, customer.id);
        for (const auto& [price, plan] : sold) {
            if (plan)
                billing::keep_price(transaction, price, *plan);
        }
        const auto now = tools.clock.now();
        if (!billing::settle_invoice(plans, transaction, tools.ids, customer, paid, now))
            return false;
        access::record(
            transaction,
            now,
            {},
            customer.organization.text(),
            {"billing.paid", invoice.id},
            {{"plan", paid.plan_after ? Json(*paid.plan_after) : Json()},
             {"amount", invoice.amount_paid},
             {"currency", invoice.currency}});
        return true;
    });
}

void apply_deletion(
    const Tools& tools, const stripe::Client& client, const Customer& customer, Instant when) {
    std::vector<stripe::Subscription> last;
    try {
        last = stripe::list_subscriptions(client, customer.id);
    } catch (const stripe::CallError& error) {
        if (!error.refusal().is_missing())
            throw;
    }
    tools.store.write([&](store::Transaction& transaction) {
        access::lock_organization(transaction, customer.organization);
        const auto known = billing::find_customer(transaction, customer.id);
        if (!known || known->is_deleted)
            return;
        Applying applying(tools, transaction, *known, nullptr);
        applying.keep(last);
        for (auto bought : billing::list_bought(transaction, known->id)) {
            if (!bought.is_alive())
                continue;
            bought.status = "canceled";
            bought.ended_at = when;
            billing::keep_bought(transaction, bought);
        }
        billing::end_customer(transaction, known->id, tools.clock.now());
        applying.set_plan();
    });
}

}  // namespace caas::flow
