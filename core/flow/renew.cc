#include "core/flow/renew.h"

#include <algorithm>
#include <utility>

#include "core/base/backoff.h"
#include "core/base/error.h"
#include "core/base/stop_point.h"
#include "core/flow/account_call.h"
#include "core/flow/application.h"
#include "core/flow/sign_in_lost.h"
#include "core/platform/account.h"
#include "core/platform/renewal.h"

namespace caas::flow {
namespace {

// Soon enough for a lost answer to be asked for again while Bluesky still gives it (two hours), and
// for X while the access token has a quarter of its two hours left.
constexpr Backoff backoff{std::chrono::seconds(30), std::chrono::minutes(10)};
constexpr int most_at_once = 5;

// Notes whether an answer may have been lost on its way here.
class WatchedHttp final : public net::HttpClient {
  public:
    explicit WatchedHttp(net::HttpClient& http) : http_(http) {}

    net::Result send(const net::Request& request) override {
        auto result = http_.send(request);
        if (const auto* failure = std::get_if<net::Failure>(&result))
            is_doubtful_ = failure->may_have_left;
        else
            is_doubtful_ = is_success_or_fault(std::get<net::Response>(result).status);
        return result;
    }

    bool is_doubtful() const { return is_doubtful_; }

  private:
    // What refuses (4xx) has made nothing; any other answer that could not be used may have.
    static bool is_success_or_fault(int status) { return status < 400 || status >= 500; }

    net::HttpClient& http_;
    bool is_doubtful_ = false;
};

struct Begun {
    platform::Access access;
    std::optional<platform::Held> held;  // nullopt: somebody was faster, and this is what they got
};

Begun begin(const Tools& tools, const platform::Access& old) {
    return tools.store.write([&](store::Transaction& transaction) {
        Begun begun{open_account(tools, transaction, old.account), std::nullopt};
        if (!(begun.access.credentials.access == old.credentials.access))
            return begun;
        begun.held =
            platform::hold_renewal(transaction, old.account, tools.clock.now(), renewal_span);
        if (!begun.held)
            throw Error(
                Code::platform_unavailable,
                "The sign-in of this account is being renewed by another program",
                "Try again in a moment.")
                .retry_after(5);
        return begun;
    });
}

// What a person put in the place of `old` meanwhile, by signing in again.
std::optional<platform::Access> replacement(
    const Tools& tools, store::Reader& reader, const platform::Access& old) {
    auto now = open_account(tools, reader, old.account);
    if (now.credentials.access == old.credentials.access)
        return std::nullopt;
    return now;
}

// The platform says no. What it means, when an earlier answer was lost: that one was the only copy.
Error refusal_of(const platform::Driver& driver, const Error& said, const platform::Held& held) {
    const bool is_spent = driver.sign_in != nullptr && driver.sign_in->spends_refresh;
    if (!held.begun_before || !is_spent)
        return said;
    const std::string title(driver.title);
    return {
        Code::platform_sign_in,
        "The answer to a renewal was lost on its way, and with it the new sign-in: " + title +
            " gives each one only once, and no longer accepts the old one",
        "Connect the account again: caas account connect " + std::string(driver.id)};
}

}  // namespace

platform::Access renew(
    const Tools& tools,
    const platform::Driver& driver,
    const platform::Access& old,
    const platform::Tools& seams) {
    auto begun = begin(tools, old);
    auto& access = begun.access;
    const auto& held = begun.held;
    if (!held)
        return access;
    WatchedHttp http(seams.http);
    const auto id = access.account;
    stop_point("renew.begun");
    try {
        if (!platform::can_renew(driver, access.credentials))
            throw Error(
                Code::platform_sign_in,
                "The sign-in to " + std::string(driver.title) + " is over",
                "Connect the account again: caas account connect " + std::string(driver.id));
        access.credentials = driver.refresh(access, {http, seams.clock, seams.random});
    } catch (const Error& said) {
        const bool is_over = said.code() == Code::platform_sign_in;
        const auto replaced = tools.store.write([&](store::Transaction& transaction) {
            auto later = replacement(tools, transaction, old);
            if (later)
                return later;
            const auto renewal = platform::find_renewal(transaction, id);
            const auto again = tools.clock.now() +
                               std::max<Milliseconds>(
                                   backoff.delay(renewal ? renewal->tries + 1 : 1, tools.random),
                                   std::chrono::seconds(said.retry_after_s()));
            platform::put_off_renewal(
                transaction, id, *held, !is_over && http.is_doubtful(), again);
            return later;
        });
        if (replaced)
            return *replaced;
        if (is_over)
            throw refusal_of(driver, said, *held);
        throw;
    }
    stop_point("renew.answered");
    const auto replaced = tools.store.write([&](store::Transaction& transaction) {
        auto later = replacement(tools, transaction, old);
        if (later)
            return later;
        const auto now = tools.clock.now();
        platform::keep_credentials(transaction, tools.vault(), id, access.credentials, now);
        platform::plan_renewal(transaction, id, driver, access.credentials, tools.random, now);
        return later;
    });
    if (replaced)
        return *replaced;
    tools.log.write(
        Level::info,
        "account.renewed",
        {{"account", id.text()}, {"platform", std::string(driver.id)}});
    return access;
}

namespace {

using platform::Renewal;

void lose(const Tools& tools, const AccountId& account, std::string_view why) {
    tools.store.write(
        [&](store::Transaction& transaction) { lose_sign_in(tools, transaction, account, why); });
}

// True when people were told.
bool renew_ahead(const Tools& tools, const Renewal& renewal, int& renewed) {
    try {
        const auto access = tools.store.read(
            [&](store::Reader& reader) { return open_account(tools, reader, renewal.account); });
        const auto& driver = platform::get(access.platform);
        const AccountCall call(tools, access);
        renew(tools, driver, access, call.tools());
        ++renewed;
        return false;
    } catch (const Error& error) {
        if (error.code() == Code::platform_sign_in) {
            lose(tools, renewal.account, error.what());
            return true;
        }
        // What failed before it was begun (a key of the vault that is not here) is put off as well.
        tools.store.write([&](store::Transaction& transaction) {
            const auto now = tools.clock.now();
            platform::postpone_renewal(transaction, renewal.account, now, now + backoff.cap);
        });
        tools.log.write(
            Level::warn,
            "account.renewal_failed",
            {{"account", renewal.account.text()}, {"error", error.what()}});
        return false;
    }
}

// A warning or the end. True when people were told.
bool mind_end(const Tools& tools, const Renewal& renewal) {
    const auto now = tools.clock.now();
    return tools.store.write([&](store::Transaction& transaction) {
        const auto account = platform::load_account(transaction, renewal.account);
        if (renewal.ends_at && now >= *renewal.ends_at) {
            lose_sign_in(
                tools,
                transaction,
                renewal.account,
                "The sign-in to " + std::string(platform::get(account.platform).title) +
                    " has reached its end.");
            return true;
        }
        const auto days = platform::warning_due(renewal, now);
        if (days)
            warn_of_end(tools, transaction, account, renewal, *days);
        return days.has_value();
    });
}

}  // namespace

KeptSignedIn keep_signed_in(const Tools& tools) {
    KeptSignedIn kept;
    const auto now = tools.clock.now();
    const auto due = tools.store.read(
        [&](store::Reader& reader) { return platform::due_renewals(reader, now, most_at_once); });
    for (const auto& renewal : due) {
        const bool is_told = renewal.refresh_at && *renewal.refresh_at <= now
                                 ? renew_ahead(tools, renewal, kept.renewed)
                                 : mind_end(tools, renewal);
        kept.told += is_told ? 1 : 0;
    }
    kept.again = tools.store.read(
        [&](store::Reader& reader) { return platform::next_renewal(reader, tools.clock.now()); });
    return kept;
}

}  // namespace caas::flow
