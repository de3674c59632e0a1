// What the operations of the pretend Stripe do, once a request was found to be well-formed.
#pragma once

#include <optional>
#include <string>

#include "core/base/json.h"
#include "core/sandbox/stripe_parameters.h"
#include "core/sandbox/stripe_world.h"

namespace caas::sandbox {

// What Stripe says no with.
struct StripeRefusal {
    int status = 400;
    std::string type;  // "invalid_request_error"
    std::string code;
    std::string param;
    std::string message;
};

// Throws StripeRefusal.
Json answer_stripe(StripeWorld& world, const StripeOperation& operation, const StripePairs& pairs);
Json render_stripe(const StripeRefusal& refusal);

}  // namespace caas::sandbox
