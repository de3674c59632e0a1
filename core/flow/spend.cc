#include "core/flow/spend.h"

#include <algorithm>

#include "core/base/money.h"
#include "core/base/stop_point.h"
#include "core/billing/gate.h"
#include "core/flow/provider_choice.h"
#include "core/flow/usage_letter.h"
#include "core/provider/failure.h"

namespace caas::flow {
namespace {

// Common tokenizers make a token of two bytes or more of what people write, even of Chinese and of
// emoji; what takes more than was reserved is bounded where it is settled.
constexpr std::size_t bytes_per_token = 2;
// What a request for mending adds to the texts: the faults, in words.
constexpr std::int64_t mend_tokens = 1000;
// ask_with_retries: three tries, and up to a minute before each further one.
constexpr int most_tries = 3;
constexpr auto longest_wait = std::chrono::seconds(60);

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
    usage.input *= most_tries;
    usage.output *= most_tries;
    return provider::cost_microdollars(usage, model, assignment.prices);
}

std::int64_t provider_tokens(const provider::Usage& usage) {
    return usage.input + usage.output;
}

provider::Usage sum_of(const std::vector<Candidate>& candidates) {
    provider::Usage out;
    for (const auto& candidate : candidates) {
        out.is_known = out.is_known || candidate.usage.is_known;
        out.input += candidate.usage.input;
        out.output += candidate.usage.output;
    }
    return out;
}

// For providers that do not say what they took: by the length of what they wrote, and as much again
// for what they read.
std::int64_t guessed_tokens(const std::vector<Candidate>& candidates) {
    std::size_t bytes = 0;
    for (const auto& candidate : candidates) {
        for (const auto& part : candidate.body.parts)
            bytes += part.text.size();
    }
    return static_cast<std::int64_t>(2 * bytes / bytes_per_token);
}

OrganizationId organization_of(store::Reader& reader, const WorkspaceId& workspace) {
    const auto rows = reader.query(
        R"sql(
SELECT organization_id FROM workspace
WHERE id = $1)sql",
        {workspace});
    return rows.empty() ? OrganizationId() : rows.front().id<OrganizationId>(0);
}

}  // namespace

Spending::Spending(const Tools& tools, const WorkspaceId& workspace, const PersonId& person)
    : tools_(tools),
      workspace_(workspace),
      person_(person),
      organization_(tools.store.read(
          [&](store::Reader& reader) { return organization_of(reader, workspace); })),
      generation_(tools.ids.text()),
      month_cap_(tools.settings.integer("plans.monthly_cap_cents") * microdollars_per_cent) {}

Spending::~Spending() {
    give_back();
}

void Spending::require_variants(int variants) {
    tools_.store.read([&](store::Reader& reader) {
        billing::require_room(
            tools_.plans(),
            reader,
            organization_,
            config::Limit::variants,
            variants,
            tools_.clock.now());
    });
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
    longest_call_ = is_offline(assignment)
                        ? std::chrono::duration_cast<Milliseconds>(longest_wait)
                        : most_tries * (assignment.endpoint.timeout + longest_wait);
    const auto wish = wish_for(assignment, prompt_bytes);
    const auto& plans = tools_.plans();
    const bool is_free = tools_.store.read([&](store::Reader& reader) {
        const auto& plan = billing::plan_in_force(plans, reader, organization_, tools_.clock.now());
        return !plan.limit(config::Limit::tokens_per_period);
    });
    // What nothing limits is counted when it is over.
    if (is_free && wish.month_cap == 0)
        return;
    try {
        const auto way = tools_.store.write([&](store::Transaction& transaction) {
            const auto chosen =
                billing::reserve(plans, transaction, tools_.ids, wish, tools_.clock.now());
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
    debit.organization = organization_;
    debit.workspace = workspace_;
    debit.person = person_;
    debit.provider = provider_;
    debit.model =
        candidates.empty() || candidates.front().model.empty() ? model_ : candidates.front().model;
    const auto usage = sum_of(candidates);
    debit.input_tokens = usage.input;
    debit.output_tokens = usage.output;
    bool is_known = true;
    for (const auto& candidate : candidates) {
        is_known = is_known && candidate.cost_microdollars.has_value();
        debit.microdollars += candidate.cost_microdollars.value_or(0);
    }
    // What a provider does not tell counts against the cap as one try that took all it might.
    if (!is_known && month_cap_ > 0)
        debit.microdollars = reserved_microdollars_ / most_tries;
    return debit;
}

void Spending::settle(store::Transaction& transaction, const std::vector<Candidate>& candidates) {
    auto debit = debit_of(candidates);
    const auto usage = sum_of(candidates);
    const auto counted = usage.is_known ? provider_tokens(usage) : guessed_tokens(candidates);
    debit.tokens =
        provider_ == "offline"
            ? 1
            : billing::plan_tokens(counted, tools_.settings.integer("plans.provider_tokens"));
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

void Spending::fail(const std::vector<Candidate>& candidates, const Error& error) noexcept {
    try {
        auto debit = debit_of(candidates);
        debit.is_done = false;
        if (const auto* call = dynamic_cast<const provider::CallError*>(&error)) {
            debit.input_tokens += call->usage.input;
            debit.output_tokens += call->usage.output;
            debit.microdollars +=
                provider::cost_microdollars(call->usage, model_, prices_of(tools_.settings))
                    .value_or(0);
        }
        if (debit.input_tokens + debit.output_tokens == 0 || provider_ == "offline")
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
