// A home that sells plans at a pretend Stripe, whose clock is moved with the home's own.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/access/identity.h"
#include "core/billing/event.h"
#include "core/billing/subscription.h"
#include "core/flow/subscribe.h"
#include "core/flow/subscribe_event.h"
#include "core/flow/subscribe_sync.h"
#include "core/notice/mail_queue.h"
#include "core/sandbox/stripe_pretend.h"
#include "tests/fake/home.h"

namespace caas::flow {

struct SubscribeRig {
    struct Mails final : notice::Mailer {
        notice::Delivery send(const notice::Mail& mail) override {
            taken.push_back(mail);
            return notice::Sent{"kept"};
        }

        std::vector<notice::Mail> taken;
    };

    explicit SubscribeRig(std::map<std::string, std::string> more = {})
        : home(variables(std::move(more))), stripe(home.clock.now(), Secret("sk_test_sandbox")) {
        home.http.handler = [this](const net::Request& request) { return stripe.handle(request); };
        home.store.write([&](store::Transaction& transaction) {
            access::set_email(transaction, home.owner.person, "ana@example.org");
        });
        stripe.with([&](sandbox::StripeWorld& world) {
            pro = world.add_price("prod_pro", "caas_pro_monthly", 2900).id;
            team = world.add_price("prod_team", "caas_team_monthly", 9900).id;
        });
    }

    static std::map<std::string, std::string> variables(std::map<std::string, std::string> more) {
        more.insert({"STRIPE_SECRET_KEY", "sk_test_sandbox"});
        more.insert({"STRIPE_WEBHOOK_SECRET", "whsec_sandbox"});
        return more;
    }

    // What Stripe would have delivered since the last time.
    void deliver() {
        for (const auto& event : stripe.events(delivered)) {
            ++delivered;
            deliver(event);
        }
    }

    billing::Reception deliver(const sandbox::StripeEvent& event) {
        const auto read = billing::stripe::read_event(json::parse(event.body, "An event"));
        return home.store.write([&](store::Transaction& transaction) {
            return billing::receive(transaction, *read, event.body, false, home.clock.now());
        });
    }

    // Those of the home, over another way to Stripe or with other plans.
    Tools tools_with(net::HttpClient& http, std::function<const billing::Plans&()> plans) {
        const auto& own = home.tools;
        return {
            own.store,
            own.clock,
            own.random,
            own.ids,
            http,
            own.settings,
            own.vault,
            own.log,
            own.share,
            own.data,
            std::move(plans)};
    }

    // How many pages there are on which somebody could pay.
    std::int64_t open_pages() {
        return stripe.with([](sandbox::StripeWorld& world) {
            return std::count_if(world.sessions.begin(), world.sessions.end(), [](const auto& one) {
                return one.status == "open";
            });
        });
    }

    std::int64_t asked(const std::string& what) const {
        const auto all = stripe.asked();
        return std::count_if(all.begin(), all.end(), [&](const std::string& line) {
            return line.starts_with(what);
        });
    }

    Synced sync() { return sync_organization(home.tools, home.owner.organization); }

    WorkedEvents work() { return work_on_events(home.tools); }

    void settle() {
        deliver();
        CHECK(work().failed == 0);
    }

    // Time passes, for Stripe and here, and what happens is told hour by hour.
    void pass(Milliseconds span) {
        const auto end = home.clock.now() + span;
        while (home.clock.now() < end) {
            const auto step = std::min<Milliseconds>(
                std::chrono::hours(1),
                std::chrono::duration_cast<Milliseconds>(end - home.clock.now()));
            home.clock.advance(step);
            stripe.advance_to(home.clock.now());
            if (stripe.events(delivered).empty())
                continue;
            settle();
        }
    }

    // The same, and nobody is told.
    void pass_unheard(Milliseconds span) {
        home.clock.advance(span);
        stripe.advance_to(home.clock.now());
    }

    bool pay_page(const std::string& id, sandbox::StripeCard card = sandbox::StripeCard::pays) {
        return stripe.with([&](sandbox::StripeWorld& world) {
            return world.complete(*world.find_session(id), card);
        });
    }

    // All of it: checkout, payment, events.
    void buy(const std::string& plan) {
        REQUIRE(pay_page(begin_checkout(home.tools, home.owner, plan).id));
        settle();
    }

    void set_card(sandbox::StripeCard card) {
        stripe.with([&](sandbox::StripeWorld& world) {
            for (auto& customer : world.customers)
                customer.card = card;
        });
    }

    billing::PlanState plan() {
        return home.store.read([&](store::Reader& reader) {
            return billing::plan_of(
                home.tools.plans(), reader, home.owner.organization, home.clock.now());
        });
    }

    std::string in_force() {
        return home.store.read([&](store::Reader& reader) {
            return billing::plan_in_force(
                       home.tools.plans(), reader, home.owner.organization, home.clock.now())
                .id;
        });
    }

    // "invoice 5000", "upgrade 15000" …, in the order in which they begin; the free plan's refills
    // left out.
    std::vector<std::string> grants() {
        std::vector<std::string> out;
        const auto rows = home.store.read([&](store::Reader& reader) {
            return reader.query(
                "SELECT reason, tokens FROM token_grant WHERE reason <> 'refill' "
                "ORDER BY valid_from, reason, source",
                {});
        });
        for (const auto& row : rows)
            out.push_back(row.text(0) + " " + std::to_string(row.integer(1)));
        return out;
    }

    std::vector<std::string> subjects() {
        notice::deliver_mail(
            {home.store, mailer, home.tools.vault, home.clock, home.random, home.log});
        std::vector<std::string> out;
        for (const auto& mail : mailer.taken)
            out.push_back(mail.subject);
        return out;
    }

    // Of the mail with that subject; empty: there is none.
    std::string text_of(const std::string& subject) {
        subjects();
        const auto at =
            std::find_if(mailer.taken.begin(), mailer.taken.end(), [&](const notice::Mail& mail) {
                return mail.subject == subject;
            });
        return at == mailer.taken.end() ? std::string() : at->text;
    }

    std::int64_t charged() {
        return stripe.with([](sandbox::StripeWorld& world) {
            std::int64_t sum = 0;
            for (const auto& charge : world.charges)
                sum += charge.amount;
            return sum;
        });
    }

    fake::Home home;
    sandbox::PretendStripe stripe;
    std::string pro;
    std::string team;
    std::size_t delivered = 0;
    Mails mailer;
};

}  // namespace caas::flow
