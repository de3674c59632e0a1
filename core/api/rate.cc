#include "core/api/rate.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "core/base/error.h"
#include "core/billing/plan.h"

namespace caas::api {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t blocks = 20;  // in which a limit is handed out

struct Lease {
    std::int64_t limit = 0;
    std::int64_t left = 0;   // in this process
    std::int64_t taken = 0;  // by all daemons, as far as is known
    bool is_used_up = false;
    bool is_refilling = false;  // somebody asks the store; whoever needs a call waits for them

    std::int64_t remaining() const { return std::max<std::int64_t>(0, limit - taken) + left; }
};

// Grants `count` calls of `name` in this minute; nullopt when so many are not left. Gives how many
// are taken then. A daemon whose clock is behind counts into the newer minute.
std::optional<std::int64_t> grant(
    store::Transaction& transaction,
    const std::string& name,
    std::int64_t minute,
    std::int64_t count,
    std::int64_t limit) {
    const auto rows = transaction.query(
        R"(INSERT INTO call_count (name, minute, taken)
VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE
SET taken = CASE WHEN call_count.minute < $2 THEN $3 ELSE call_count.taken + $3 END,
    minute = CASE WHEN call_count.minute < $2 THEN $2 ELSE call_count.minute END
WHERE call_count.minute < $2 OR call_count.taken + $3 <= $4
RETURNING taken)",
        {name, minute, count, limit});
    if (rows.empty())
        return std::nullopt;
    return rows.front().integer(0);
}

std::int64_t limit_of(const config::CallLimits& limits, Rate rate) {
    if (rate == Rate::generate)
        return limits.generate;
    return rate == Rate::read ? limits.read : limits.write;
}

std::string_view name_of(Rate rate) {
    if (rate == Rate::generate)
        return "generate";
    return rate == Rate::read ? "read" : "write";
}

std::string caller_of(const access::Principal& principal) {
    return principal.token ? "token/" + principal.token->text()
                           : "person/" + principal.person.text();
}

}  // namespace

struct RateLimiter::Impl {
    explicit Impl(const flow::Tools& given) : tools(given) {}

    // Looked up once a minute: another plan holds from the next one on.
    const config::Plan& plan(const OrganizationId& organization, std::int64_t now) {
        const auto& plans = tools.plans();
        if (!plans.has_billing())
            return plans.unpaid();
        {
            const std::scoped_lock lock(mutex);
            forget_former_minute(now);
            const auto known = in_force.find(organization);
            if (known != in_force.end())
                return *known->second;
        }
        const auto* const found =
            tools.store.read([&](store::Reader& reader) -> const config::Plan* {
                return &billing::plan_in_force(plans, reader, organization, tools.clock.now());
            });
        const std::scoped_lock lock(mutex);
        in_force[organization] = found;
        return *found;
    }

    // A call of `name` from memory or from the store; nullopt when none is left in this minute.
    std::optional<Lease> take(const std::string& name, std::int64_t limit, std::int64_t now) {
        {
            std::unique_lock lock(mutex);
            // One at a time: a crowd would lease block upon block, and have nothing left to lease
            // for those of other daemons, or for itself once it starts again.
            is_refilled.wait(lock, [&] {
                forget_former_minute(now);
                const auto& lease = leases[name];
                return !lease.is_refilling || lease.left > 0;
            });
            auto& lease = leases[name];
            lease.limit = limit;
            if (lease.left > 0) {
                --lease.left;
                return lease;
            }
            if (lease.is_used_up)
                return std::nullopt;
            lease.is_refilling = true;
        }
        return refill(name, limit, now);
    }

    // With `mutex` held. Whoever waited across the end of a minute counts into the new one.
    void forget_former_minute(std::int64_t now) {
        if (now <= minute)
            return;
        minute = now;
        leases.clear();
        in_force.clear();
    }

    // How many calls were leased, and how many all daemons have by now.
    std::pair<std::int64_t, std::int64_t> lease_block(
        const std::string& name, std::int64_t limit, std::int64_t now) {
        const auto block = std::max<std::int64_t>(1, limit / blocks);
        std::pair<std::int64_t, std::int64_t> leased{0, 0};
        try {
            tools.store.write([&](store::Transaction& transaction) {
                // What is left may be less than a block.
                for (const auto count : {block, std::int64_t{1}}) {
                    if (const auto sum = grant(transaction, name, now, count, limit)) {
                        leased = {count, *sum};
                        return;
                    }
                }
            });
        } catch (const Error& e) {
            tools.log.write(
                Level::warn, "rate.not_counted", {{"code", std::string(facts(e.code()).name)}});
            leased.first = block;
        }
        return leased;
    }

    // Takes one of what was leased; nullopt when nothing is there.
    std::optional<Lease> note_leased(
        const std::string& name, std::int64_t limit, std::int64_t got, std::int64_t taken) {
        const std::scoped_lock lock(mutex);
        auto& lease = leases[name];
        lease.limit = limit;
        lease.taken = std::max(lease.taken, taken);
        lease.left += got;
        lease.is_refilling = false;
        lease.is_used_up = lease.left == 0;
        is_refilled.notify_all();
        if (lease.left == 0)
            return std::nullopt;
        --lease.left;
        return lease;
    }

    std::optional<Lease> refill(const std::string& name, std::int64_t limit, std::int64_t now) {
        try {
            const auto [got, taken] = lease_block(name, limit, now);
            return note_leased(name, limit, got, taken);
        } catch (...) {
            note_leased(name, limit, 0, 0);
            throw;
        }
    }

    void give_back(const std::string& name) {
        const std::scoped_lock lock(mutex);
        ++leases[name].left;
        is_refilled.notify_all();
    }

    const flow::Tools& tools;
    std::mutex mutex;  // guards what follows
    std::condition_variable is_refilled;
    std::unordered_map<OrganizationId, const config::Plan*> in_force;  // in this minute
    std::int64_t minute = 0;
    std::unordered_map<std::string, Lease> leases;
};

RateLimiter::RateLimiter(const flow::Tools& tools) : impl_(std::make_unique<Impl>(tools)) {}

RateLimiter::~RateLimiter() = default;

void RateLimiter::take(
    const Route& route, const access::Principal& principal, net::Headers& headers) {
    const auto rate = rate_of(route);
    if (rate == Rate::none || principal.is_local_owner)
        return;
    const auto now = to_ms(impl_->tools.clock.now());
    const auto& plan = impl_->plan(principal.organization, now / minute_ms);
    const auto kind = "/" + std::string(name_of(rate));
    const std::array<std::string, 2> names{
        caller_of(principal) + kind, "organization/" + principal.organization.text() + kind};
    const std::array<std::int64_t, 2> limits{
        limit_of(plan.token, rate), limit_of(plan.organization, rate)};
    const auto reset = (minute_ms - now % minute_ms + 999) / 1000;
    std::optional<Lease> tightest;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto lease = impl_->take(names.at(i), limits.at(i), now / minute_ms);
        if (!lease) {
            if (i > 0)
                impl_->give_back(names.at(0));
            headers.emplace_back("RateLimit-Limit", std::to_string(limits.at(i)));
            headers.emplace_back("RateLimit-Remaining", "0");
            headers.emplace_back("RateLimit-Reset", std::to_string(reset));
            throw Error(
                Code::rate_limited,
                std::string(
                    i == 0 ? "You have used up your " : "Your organization has used up its ") +
                    std::to_string(limits.at(i)) + " calls of this minute (" +
                    std::string(name_of(rate)) + ", plan " + plan.title + ")",
                "wait for as long as Retry-After says")
                .retry_after(static_cast<int>(reset));
        }
        if (!tightest || lease->remaining() < tightest->remaining())
            tightest = lease;
    }
    headers.emplace_back("RateLimit-Limit", std::to_string(tightest->limit));
    headers.emplace_back("RateLimit-Remaining", std::to_string(tightest->remaining()));
    headers.emplace_back("RateLimit-Reset", std::to_string(reset));
}

}  // namespace caas::api
