#include "core/billing/plan_bought.h"

namespace caas::billing {
namespace {

bool gives_what_was_bought(const PlanState& state, Instant now) {
    switch (state.standing) {
        case Standing::trialing:
        case Standing::active:
            return true;
        case Standing::past_due:
            return state.grace_until && now < *state.grace_until;
        case Standing::none:
        case Standing::incomplete:
        case Standing::unpaid:
        case Standing::canceled:
        case Standing::paused:
            return false;
    }
    return false;
}

}  // namespace

const config::Plan* plan_bought(const Plans& plans, const PlanState& state, Instant now) {
    if (!plans.has_billing() || !gives_what_was_bought(state, now))
        return nullptr;
    const bool is_period_over = state.period_end && now >= *state.period_end;
    if (is_period_over && state.cancel_at_period_end)
        return nullptr;
    // A plan that was taken out of the file is what it would be without.
    return plans.find(is_period_over && state.next_plan ? *state.next_plan : state.plan);
}

}  // namespace caas::billing
