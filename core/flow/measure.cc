#include "core/flow/measure.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/delivery/attempt.h"
#include "core/delivery/post.h"
#include "core/delivery/queue.h"
#include "core/flow/account_call.h"
#include "core/flow/application.h"
#include "core/metric/round.h"
#include "core/metric/sample.h"
#include "core/platform/account.h"

namespace caas::flow {
namespace {

constexpr int most_enrolled_at_once = 500;
constexpr int most_rounds_at_once = 20;
// Posts settle in the order of their commits, not of their moments; other daemons' clocks differ.
constexpr Milliseconds slack = std::chrono::minutes(10);
// How long ago a post may be out when nobody ever looked.
constexpr Milliseconds first_reach = std::chrono::hours(24 * 30);
// How often new posts are looked for; the first numbers are asked for ten minutes after a post.
constexpr Milliseconds enroll_every = std::chrono::minutes(5);
constexpr Milliseconds try_again = std::chrono::minutes(30);

bool is_measured(const Tools& tools, std::string_view platform) {
    const auto* driver = platform::find(platform);
    return driver != nullptr && driver->measure != nullptr &&
           (!driver->charges_for_reads || tools.settings.truth("metrics.paid"));
}

std::vector<std::string> measured_platforms(const Tools& tools) {
    std::vector<std::string> ids;
    for (const auto* driver : platform::all()) {
        if (is_measured(tools, driver->id))
            ids.emplace_back(driver->id);
    }
    return ids;
}

// When new posts are looked for again.
Instant next_enrollment(Instant until) {
    return until + slack + enroll_every;
}

void enroll_new(const Tools& tools) {
    const auto now = tools.clock.now();
    const auto known = tools.store.read(metric::enrolled_until);
    if (known && next_enrollment(*known) > now)
        return;
    auto from = known.value_or(now - first_reach);
    PostId after;
    while (true) {
        const auto found = tools.store.read([&](store::Reader& reader) {
            return delivery::published_since(reader, from, after, most_enrolled_at_once);
        });
        const bool is_last = found.size() < most_enrolled_at_once;
        const bool is_any = std::ranges::any_of(
            found, [&](const auto& post) { return is_measured(tools, post.platform); });
        if (is_any || is_last)
            tools.store.write([&](store::Transaction& transaction) {
                for (const auto& post : found) {
                    if (is_measured(tools, post.platform))
                        metric::enroll(transaction, post.post, post.workspace, post.at, now);
                }
                if (is_last)
                    metric::set_enrolled_until(transaction, now - slack);
            });
        if (is_last)
            return;
        from = found.back().at;
        after = found.back().post;
    }
}

struct Subject {
    platform::Account account;
    platform::Access access;
    std::vector<platform::Entry> published;
};

// nullopt, and why, when there is nothing to ask.
std::pair<std::optional<Subject>, std::string> find_subject(const Tools& tools, const PostId& id) {
    return tools.store.read(
        [&](store::Reader& reader) -> std::pair<std::optional<Subject>, std::string> {
            const auto post = delivery::find_post(reader, id);
            if (!post || post->removed_at)
                return {std::nullopt, "the post is gone"};
            auto account = platform::load_account(reader, post->account);
            if (account.state == platform::AccountState::disconnected)
                return {std::nullopt, "the account is disconnected"};
            auto access = open_account(tools, reader, post->account);
            return {
                Subject{std::move(account), std::move(access), published_entries(reader, id)}, ""};
        });
}

// Rounds are taken up several at a time, and a thread has many parts: a slow platform takes longer
// than they are ours.
bool still_holds(const Tools& tools, metric::Round& round) {
    return metric::is_held(round, tools.clock.now()) ||
           tools.store.write([&](store::Transaction& transaction) {
               return metric::hold_round(transaction, round, tools.clock.now());
           });
}

// nullopt when another daemon asks by now.
std::optional<std::vector<metric::Sample>> ask(
    const Tools& tools, const Subject& subject, metric::Round& round) {
    const auto& driver = platform::get(subject.account.platform);
    const AccountCall call(tools, subject.access);
    std::vector<metric::Sample> samples;
    for (const auto& entry : subject.published) {
        if (!still_holds(tools, round))
            return std::nullopt;
        samples.push_back(
            {tools.clock.now(), entry.part, driver.measure(entry, subject.access, call.tools())});
    }
    return samples;
}

void measure(const Tools& tools, metric::Round& round) {
    if (!still_holds(tools, round))
        return;
    try {
        const auto [subject, why] = find_subject(tools, round.post);
        if (!subject) {
            tools.store.write([&, &reason = why](store::Transaction& transaction) {
                metric::end_rounds(transaction, round.post, reason);
            });
            return;
        }
        const auto samples = ask(tools, *subject, round);
        if (!samples)
            return;
        tools.store.write([&](store::Transaction& transaction) {
            for (const auto& sample : *samples)
                metric::keep_sample(transaction, round.post, round.workspace, sample);
            metric::finish_round(transaction, round, tools.clock.now());
        });
    } catch (const Error& error) {
        if (error.code() == Code::not_found) {
            // Somebody deleted it there.
            tools.store.write([&](store::Transaction& transaction) {
                metric::end_rounds(transaction, round.post, error.what());
            });
            return;
        }
        tools.log.write(
            Level::info,
            "metrics.not_read",
            {{"post", round.post.text()}, {"error", error.what()}});
        tools.store.write([&](store::Transaction& transaction) {
            const auto now = tools.clock.now();
            metric::postpone_round(transaction, round, now + try_again, error.what(), now);
        });
    }
}

}  // namespace

std::optional<Instant> measure_due(const Tools& tools) {
    const auto platforms = measured_platforms(tools);
    const bool is_anybody = tools.settings.truth("metrics.enabled") && !platforms.empty() &&
                            tools.store.read([&](store::Reader& reader) {
                                return platform::has_account_on(reader, platforms);
                            });
    if (!is_anybody)
        return std::nullopt;
    enroll_new(tools);
    while (true) {
        const auto due = tools.store.read(metric::next_round);
        if (!due || *due > tools.clock.now())
            break;
        auto rounds = tools.store.write([&](store::Transaction& transaction) {
            return metric::claim_rounds(transaction, tools.clock.now(), most_rounds_at_once);
        });
        for (auto& round : rounds)
            measure(tools, round);
    }
    return tools.store.read([](store::Reader& reader) {
        const auto again = next_enrollment(*metric::enrolled_until(reader));
        return std::optional(std::min(metric::next_round(reader).value_or(again), again));
    });
}

}  // namespace caas::flow
