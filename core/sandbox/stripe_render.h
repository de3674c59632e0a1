// The objects of the pretend Stripe as its API of 2026-10-28.endive shows them. Pure.
#pragma once

#include "core/base/json.h"
#include "core/sandbox/stripe_world.h"

namespace caas::sandbox {

Json render_stripe(const StripePrice& price);
Json render_stripe(const StripeCustomer& customer);
Json render_stripe(const StripeSession& session);
Json render_stripe(const StripeLine& line, const StripeInvoice& invoice);
Json render_stripe(const StripeInvoice& invoice, const StripePairs& metadata);
Json render_stripe(const StripeCharge& charge);
Json render_stripe(const StripeSubscription& subscription, const StripePrice& price);
Json render_stripe_dispute(const StripeCharge& charge, const std::string& id, Seconds now);
// One page of a list.
Json render_stripe_list(Json data, bool has_more, std::string_view url);

}  // namespace caas::sandbox
