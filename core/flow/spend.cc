#include "core/flow/spend.h"

#include <algorithm>

#include "core/base/money.h"
#include "core/base/stop_point.h"
#include "core/billing/gate.h"
#include "core/flow/provider_choice.h"
#include "core/flow/usage_letter.h"
#include "core/provider/failure.h"
#include "core/provider/retry.h"

namespace caas::flow {
namespace {

// Common tokenizers make a token of two bytes or more of what people write, even of Chinese and of
// emoji; what takes more than was reserved is bounded where it is settled.
constexpr std::size_t bytes_per_token = 2;
// What a request for mending adds to the texts: the faults, in words.
constexpr std::int64_t mend_tokens = 1000;

bool is_offline(const Assignment& assignment) {
    return assignment.driver.id == "offline";
}

// At most, with `mends` for each variant.
provider::Usage most_usage(
    const Assignment& assignment, std::size_t prompt_bytes, std::int64_t mends) {
    const auto variants = std::int64_t{assignment.variants};
    const auto output = std::int64_t{assignment.endpoint.max_output_tokens};
    const auto prompt = static_cast<std::int64_t>(prompt_bytes / bytes_per_token) + 1;
    provider::Usage out;
    out.is_known = true;
    out.input = variants * (prompt + mends * (prompt + output + mend_tokens));
    out.output = variants * output * (1 + mends);
    return out;
}

// In money there is no bound where it is settled: each try may cost something, and a token may be
// a single byte.
std::optional<std::int64_t> most_cost(
    const Assignment& assignment,
    std::size_t prompt_bytes,
    std::int64_t mends,
    const std::string& model) {
    auto usage = most_usage(assignment, prompt_bytes * bytes_per_token, mends);
    usage.input *= provider::most_tries;
    usage.output *= provider::most_tries;
    return provider::cost_microdollars(usage, model, assignment.prices);
}

std::int64_t provider_tokens(const provider::Usage& usage) {
    return usage.input + usage.output;
}

// For a provider that does not say what it took: by the length of what it wrote, and as much again
// for what it read.
std::int64_t guessed_tokens(const Candidate& candidate) {
    std::size_t bytes = 0;
    for (const auto& part : candidate.body.parts)
        bytes += part.text.size();
    return static_cast<std::int64_t>(2 * bytes / bytes_per_token);
}

std::int64_t counted_tokens(const std::vector<Candidate>& candidates) {
    std::int64_t out = 0;
    for (const auto& candidate : candidates)
        out +=
            candidate.usage.is_known ? provider_tokens(candidate.usage) : guessed_tokens(candidate);
    return out;
}

// Where nothing is sold, nothing has to be looked up.
const config::Plan& plan_now(const Tools& tools, const OrganizationId& organization) {
    const auto& plans = tools.plans();
    if (!plans.has_billing())
        return plans.unpaid();
    return *tools.store.read([&](store::Reader& reader) {
        return &billing::plan_in_force(plans, reader, organization, tools.clock.now());
    });
}

}  // namespace

Spending::Spending(const Tools& tools, const access::Principal& principal)
    : tools_(tools),
      organization_(principal.organization),
      workspace_(principal.workspace),
      person_(principal.person),
      plan_(plan_now(tools, organization_)),
      generation_(tools.ids.text()),
      month_cap_(tools.settings.integer("plans.monthly_cap_cents") * microdollars_per_cent) {}

Spending::~Spending() {
    give_back();
}

void Spending::require_variants(int variants) const {
    const auto limit = config::Limit::variants;
    const auto most = plan_.limit(limit);
    if (most && variants > *most)
        throw billing::over_limit(tools_.plans(), plan_, limit, 0, variants);
}

billing::Wish Spending::wish_for(const Assignment& assignment, std::size_t prompt_bytes) const {
    billing::Wish wish;
    wish.generation = generation_;
    wish.organization = organization_;
    wish.expires_at = end_of_call();
    if (is_offline(assignment)) {
        wish.ways = {{1, 0}};
        return wish;
    }
    wish.month_cap = month_cap_;
    const auto per_token = tools_.settings.integer("plans.provider_tokens");
    for (std::int64_t mends = assignment.most_mends; mends >= 0; --mends) {
        const auto usage = most_usage(assignment, prompt_bytes, mends);
        const auto cost = most_cost(assignment, prompt_bytes, mends, model_);
        if (!cost && month_cap_ > 0)
            throw Error(
                Code::plan_limit,
                "What the model " + model_ +
                    " costs is not known, and what providers may cost in a month is limited",
                "give its price in [prices] of the configuration, or take another model",
                {{"", "plan.monthly_cap", "the model has no price"}});
        wish.ways.push_back(
            {billing::plan_tokens(provider_tokens(usage), per_token), cost.value_or(0)});
    }
    return wish;
}

void Spending::reserve(Assignment& assignment, std::size_t prompt_bytes) {
    provider_ = std::string(assignment.driver.id);
    model_ = assignment.endpoint.model.empty() ? std::string(assignment.driver.default_model)
                                               : assignment.endpoint.model;
    longest_call_ =
        is_offline(assignment)
            ? provider::longest_wait
            : provider::most_tries * (assignment.endpoint.timeout + provider::longest_wait);
    const auto wish = wish_for(assignment, prompt_bytes);
    // What nothing limits is counted when it is over.
    if (!plan_.limit(config::Limit::tokens_per_period) && wish.month_cap == 0)
        return;
    try {
        const auto way = tools_.store.write([&](store::Transaction& transaction) {
            const auto chosen =
                billing::reserve(tools_.plans(), transaction, tools_.ids, wish, tools_.clock.now());
            stop_point("reserve.written");
            return chosen;
        });
        is_reserved_ = true;
        reserved_microdollars_ = wish.ways.at(way).microdollars;
        if (!is_offline(assignment))
            assignment.most_mends -= static_cast<int>(way);
    } catch (const Error& e) {
        const auto& details = e.details();
        if (!details.empty() && details.front().rule == "plan.tokens_per_period")
            tell_that_none_is_left();
        throw;
    }
    stop_point("reserve.durable");
}

Instant Spending::end_of_call() const {
    return tools_.clock.now() + longest_call_;
}

void Spending::prolong() {
    if (!is_reserved_)
        return;
    tools_.store.write([&](store::Transaction& transaction) {
        billing::extend(transaction, generation_, end_of_call());
    });
}

billing::Debit Spending::debit_of(const std::vector<Candidate>& candidates) const {
    billing::Debit debit;
    debit.generation = generation_;
    debit.is_reserved = is_reserved_;
    debit.organization = organization_;
    debit.workspace = workspace_;
    debit.person = person_;
    debit.provider = provider_;
    debit.model =
        candidates.empty() || candidates.front().model.empty() ? model_ : candidates.front().model;
    debit.input_tokens = lost_.input;
    debit.output_tokens = lost_.output;
    bool is_known = true;
    for (const auto& candidate : candidates) {
        debit.input_tokens += candidate.usage.input;
        debit.output_tokens += candidate.usage.output;
        is_known = is_known && candidate.cost_microdollars.has_value();
        debit.microdollars += candidate.cost_microdollars.value_or(0);
    }
    if (!is_known && month_cap_ > 0)
        debit.microdollars = cost_of_untold();
    debit.microdollars += lost_microdollars_;
    if (has_untold_loss_ && month_cap_ > 0)
        debit.microdollars = std::max(debit.microdollars, cost_of_untold());
    return debit;
}

std::int64_t Spending::cost_of_untold() const {
    return reserved_microdollars_ / provider::most_tries;
}

void Spending::settle(store::Transaction& transaction, const std::vector<Candidate>& candidates) {
    auto debit = debit_of(candidates);
    debit.tokens = is_free() ? 1
                             : billing::plan_tokens(
                                   counted_tokens(candidates),
                                   tools_.settings.integer("plans.provider_tokens"));
    const auto settled =
        billing::settle(tools_.plans(), transaction, tools_.ids, debit, tools_.clock.now());
    has_mail_ = warn_of_usage(tools_, transaction, organization_, settled) || has_mail_;
    stop_point("settle.written");
}

void Spending::settle_alone(const std::vector<Candidate>& candidates) {
    try {
        tools_.store.write(
            [&](store::Transaction& transaction) { settle(transaction, candidates); });
        close();
    } catch (const Error& e) {
        if (is_reserved_)
            throw;
        tools_.log.write(
            Level::warn, "usage.not_counted", {{"code", std::string(facts(e.code()).name)}});
    }
}

void Spending::charge(const std::vector<Candidate>& candidates) noexcept {
    try {
        settle_alone(candidates);
    } catch (const std::exception& e) {
        tools_.log.write(Level::warn, "usage.not_counted", {{"why", e.what()}});
    }
}

void Spending::tell_that_none_is_left() {
    try {
        has_mail_ = tools_.store.write([&](store::Transaction& transaction) {
            return warn_that_none_is_left(tools_, transaction, organization_);
        });
    } catch (const Error& e) {
        tools_.log.write(
            Level::warn, "usage.not_told", {{"code", std::string(facts(e.code()).name)}});
    }
}

void Spending::note_failure(const Error& error) {
    const auto* call = dynamic_cast<const provider::CallError*>(&error);
    if (call == nullptr)
        return;
    lost_.input += call->usage.input;
    lost_.output += call->usage.output;
    lost_microdollars_ +=
        provider::cost_microdollars(call->usage, model_, prices_of(tools_.settings)).value_or(0);
    has_untold_loss_ = has_untold_loss_ || (call->has_answer && !call->usage.is_known);
}

void Spending::fail(const std::vector<Candidate>& candidates) noexcept {
    try {
        auto debit = debit_of(candidates);
        debit.is_done = false;
        const bool has_cost = debit.input_tokens + debit.output_tokens + debit.microdollars > 0;
        if (!has_cost || is_free())
            return;
        tools_.store.write([&](store::Transaction& transaction) {
            billing::settle(tools_.plans(), transaction, tools_.ids, debit, tools_.clock.now());
        });
        close();
    } catch (const std::exception& e) {
        tools_.log.write(Level::warn, "usage.not_counted", {{"why", e.what()}});
    }
}

void Spending::give_back() noexcept {
    if (!is_reserved_)
        return;
    try {
        tools_.store.write(
            [&](store::Transaction& transaction) { billing::release(transaction, generation_); });
    } catch (const std::exception& e) {
        tools_.log.write(Level::warn, "usage.not_released", {{"why", e.what()}});
    }
}

}  // namespace caas::flow
