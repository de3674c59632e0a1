#include "core/flow/subscribe.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/flow/letter.h"
#include "core/flow/subscribe_parts.h"

namespace caas::flow {
namespace {

namespace stripe = billing::stripe;
using access::Principal;
using billing::Bought;
using billing::Customer;

constexpr std::string_view portal_setting = "portal_configuration";

std::string page_of(const Tools& tools, std::string_view query) {
    return public_base(tools) + "/app/billing" + std::string(query);
}

// The one there is, or a new one, which is the same however often it is asked for.
Customer need_customer(
    const Tools& tools, const stripe::Client& client, const Principal& principal) {
    if (auto known = customer_of(tools, client, principal)) {
        if (!stripe::is_customer_gone(client, known->id))
            return *std::move(known);
        apply_deletion(tools, client, *known, tools.clock.now());
    }
    stripe::CustomerWish wish;
    wish.organization = principal.organization.text();
    tools.store.read([&](store::Reader& reader) {
        wish.name = access::find_organization(reader, principal.organization)->name;
        const auto owners = billing::owners_of(reader, principal.organization);
        wish.email = owners.empty() ? "" : owners.front().email;
    });
    const auto made = stripe::read_customer(
        send_order(tools, client, wish.organization, stripe::create_customer(wish)));
    tools.store.write([&](store::Transaction& transaction) {
        billing::add_customer(
            transaction, made.id, principal.organization, client.is_live(), tools.clock.now());
    });
    return *customer_of(tools, client, principal);
}

// One checkout of an organization at a time, whichever program it is made by: two pages that both
// could be paid on would be two plans. Whoever dies with it holds it for a minute; whoever takes
// longer may lose it to another.
class CheckoutHold {
  public:
    CheckoutHold(const Tools& tools, const OrganizationId& organization)
        : tools_(tools), name_("checkout/" + organization.text()) {
        for (int tries = 0; !take(); ++tries) {
            if (tries == most_tries || !tools_.clock.sleep(pause, {}))
                throw busy();
        }
    }

    CheckoutHold(const CheckoutHold&) = delete;
    CheckoutHold& operator=(const CheckoutHold&) = delete;

    ~CheckoutHold() {
        try {
            tools_.store.write([&](store::Transaction& transaction) {
                billing::drop_turn(transaction, name_, until_);
            });
        } catch (const std::exception&) {
            return;  // it ends by itself
        }
    }

    bool is_held(store::Reader& reader) const {
        const auto turn = billing::find_turn(reader, name_);
        return turn && turn->due_at == until_;
    }

    static Error busy() {
        return Error(
                   Code::busy,
                   "Somebody of the organization is buying a plan at this moment",
                   "Try again in a moment.")
            .retry_after(static_cast<int>(span.count()));
    }

  private:
    static constexpr std::chrono::seconds span{60};
    static constexpr Milliseconds pause{250};
    static constexpr int most_tries = 20;

    bool take() {
        return tools_.store.write([&](store::Transaction& transaction) {
            const auto now = tools_.clock.now();
            until_ = now + span;
            return billing::take_turn(transaction, name_, now, until_, now);
        });
    }

    const Tools& tools_;
    const std::string name_;
    Instant until_;
};

// Pages that may still be paid on are closed before there is another one, so that nobody pays
// twice. Gives the one that is open for the very same.
std::optional<StripePage> close_others(
    const Tools& tools,
    const stripe::Client& client,
    const Customer& customer,
    const config::Plan& plan,
    const stripe::Price& price) {
    while (true) {
        const auto open = tools.store.read([&](store::Reader& reader) {
            return billing::find_open_checkout(reader, customer.id);
        });
        if (!open)
            return std::nullopt;
        auto session = stripe::get_checkout(client, open->id);
        if (session.status == "open") {
            if (open->plan == plan.id && open->price == price.id)
                return StripePage{session.id, session.url, session.expires_at};
            try {
                session = stripe::read_session(send_order(
                    tools,
                    client,
                    customer.organization.text(),
                    stripe::expire_checkout(open->id)));
            } catch (const stripe::CallError& error) {
                // It was paid on, or ran out, at this very moment.
                if (error.code() != Code::platform_refused)
                    throw;
                session = stripe::get_checkout(client, open->id);
                if (session.status == "open")
                    throw;
            }
        }
        tools.store.write([&](store::Transaction& transaction) {
            billing::close_checkout(
                transaction, open->id, session.status == "complete" ? "complete" : "expired");
        });
    }
}

// Nothing that is alive may be there; what was never paid is ended.
void require_nothing_bought(
    const Tools& tools, const stripe::Client& client, const Customer& customer) {
    for (const auto& one : present_of(tools, client, customer).bought) {
        if (!one.is_alive())
            continue;
        if (one.status == "incomplete") {
            stripe::cancel_now(client, one.id);
            continue;
        }
        const auto& title = tools.plans().get(one.plan).title;
        throw Error(
            Code::conflict,
            "The organization has the plan " + title + " already (" + one.status + ")",
            one.status == "unpaid" || one.status == "past_due"
                ? "Pay what is open: caas billing portal"
                : "To have another one: caas billing change PLAN");
    }
}

bool is_first_time(const Tools& tools, const Customer& customer) {
    return tools.store.read([&](store::Reader& reader) {
        const auto all = billing::customers_of(reader, customer.organization, customer.is_live);
        return std::all_of(all.begin(), all.end(), [&](const Customer& one) {
            const auto bought = billing::list_bought(reader, one.id);
            return std::all_of(bought.begin(), bought.end(), [](const Bought& it) {
                return it.status == "incomplete" || it.status == "incomplete_expired";
            });
        });
    });
}

// The portal's configuration: one that the operator made, or ours, of which Stripe gave the id
// once.
struct Configuration {
    std::string id;
    std::string setting;  // under which it is kept; empty: it is the operator's
};

Configuration configuration_of(const Tools& tools, const stripe::Client& client) {
    auto set = tools.settings.text("stripe.portal_configuration");
    if (!set.empty())
        return {std::move(set), {}};
    const auto name = std::string(portal_setting) + (client.is_live() ? "_live" : "_test");
    auto known = tools.store.read(
        [&](store::Reader& reader) { return billing::find_stripe_setting(reader, name); });
    if (known)
        return {*std::move(known), name};
    const auto made =
        send_order(tools, client, "installation", stripe::create_portal_configuration());
    auto id = json::text_or(made, "id", "");
    tools.store.write([&](store::Transaction& transaction) {
        billing::keep_stripe_setting(transaction, name, id);
    });
    return {std::move(id), name};
}

Json open_portal(
    const Tools& tools,
    const stripe::Client& client,
    const Customer& customer,
    const std::string& configuration) {
    const auto order = stripe::create_portal(customer.id, configuration, page_of(tools, ""));
    // A second page costs nothing, and one of hours ago does not open any more.
    return client.post(order.path, order.form, "caas-" + order.kind + "-" + tools.ids.text());
}

// With another configuration when the one that is kept is gone at Stripe.
Json open_portal(const Tools& tools, const stripe::Client& client, const Customer& customer) {
    const auto configuration = configuration_of(tools, client);
    try {
        return open_portal(tools, client, customer, configuration.id);
    } catch (const stripe::CallError& error) {
        const auto& refusal = error.refusal();
        if (configuration.setting.empty() || !refusal.is_missing() || refusal.param == "customer")
            throw;
    }
    tools.store.write([&](store::Transaction& transaction) {
        billing::forget_stripe_setting(transaction, configuration.setting);
    });
    return open_portal(tools, client, customer, configuration_of(tools, client).id);
}

}  // namespace

StripePage begin_checkout(const Tools& tools, const Principal& principal, const std::string& id) {
    const auto client = stripe_client(tools);
    const auto& plan = plan_for_sale(tools, id);
    const auto price = price_of(client, plan);
    const CheckoutHold hold(tools, principal.organization);
    const auto customer = need_customer(tools, client, principal);
    auto page = close_others(tools, client, customer, plan, price);
    require_nothing_bought(tools, client, customer);
    if (page)
        return *std::move(page);
    stripe::CheckoutWish wish;
    wish.organization = principal.organization.text();
    wish.customer = customer.id;
    wish.price = price.id;
    wish.plan = plan.id;
    wish.success_url = page_of(tools, "?checkout=done&session_id={CHECKOUT_SESSION_ID}");
    wish.cancel_url = page_of(tools, "?checkout=left");
    if (is_first_time(tools, customer))
        wish.trial_days = tools.settings.integer("stripe.trial_days");
    wish.has_tax = tools.settings.truth("stripe.automatic_tax");
    const auto session = stripe::read_session(
        send_order(tools, client, wish.organization, stripe::create_checkout(wish)));
    const auto now = tools.clock.now();
    const bool is_kept = tools.store.write([&](store::Transaction& transaction) {
        if (!hold.is_held(transaction))
            return false;
        billing::keep_checkout(
            transaction,
            {session.id,
             customer.id,
             plan.id,
             price.id,
             session.url,
             session.expires_at.value_or(now + std::chrono::hours(24))},
            now);
        return true;
    });
    if (!is_kept) {
        send_order(tools, client, wish.organization, stripe::expire_checkout(session.id));
        throw CheckoutHold::busy();
    }
    record_billing(
        tools, principal, "billing.checkout", {{"plan", plan.id}, {"session", session.id}});
    return {session.id, session.url, session.expires_at};
}

StripePage begin_portal(const Tools& tools, const Principal& principal) {
    const auto client = stripe_client(tools);
    const auto customer = customer_of(tools, client, principal);
    if (!customer)
        throw Error(
            Code::conflict,
            "There is nothing to show: nothing was ever bought",
            "Buy a plan: caas billing checkout PLAN");
    const auto made = open_portal(tools, client, *customer);
    record_billing(tools, principal, "billing.portal", nullptr);
    return {json::text_or(made, "id", ""), json::text_or(made, "url", ""), std::nullopt};
}

bool has_living_subscription(
    store::Reader& reader, const OrganizationId& organization, Instant now) {
    for (const bool is_live : {true, false}) {
        for (const auto& customer : billing::customers_of(reader, organization, is_live)) {
            if (customer.is_deleted)
                continue;
            const auto bought = billing::list_bought(reader, customer.id);
            const bool takes_money =
                std::any_of(bought.begin(), bought.end(), [](const Bought& one) {
                    return one.is_alive() && !one.is_ending;
                });
            const auto open = billing::find_open_checkout(reader, customer.id);
            if (takes_money || (open && open->expires_at > now))
                return true;
        }
    }
    return false;
}

}  // namespace caas::flow
