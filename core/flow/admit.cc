#include "core/flow/admit.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "core/base/time_zone.h"
#include "core/delivery/budget.h"
#include "core/delivery/turn.h"

namespace caas::flow {
namespace {

using delivery::Allowance;

constexpr Milliseconds hour = std::chrono::hours(1);
// A crowded platform is asked again after this; its lanes are freed at unknown times.
constexpr Milliseconds turn{250};
// Nobody waits for others for longer without asking anew: some of them may be gone.
constexpr Milliseconds longest_turn = hour;

// Of accounts that wait for the same moment, the one whose post was due first asks first: the
// others a little later, by less than a second. Where nothing tells them apart, it is another one
// each time.
Milliseconds place_of(const delivery::Post& post, Instant now) {
    constexpr std::int64_t most = 900;
    constexpr std::int64_t half_way = std::chrono::seconds(600) / Milliseconds(1);
    constexpr std::size_t lots = 3;
    const auto late = std::max(Milliseconds(0), now - post.due_at).count();
    const auto lot =
        (std::hash<AccountId>{}(post.account) ^ static_cast<std::size_t>(to_ms(now))) % lots;
    return Milliseconds(most * half_way / (half_way + late) + static_cast<std::int64_t>(lot));
}

// How long after each other those of one account come that share what comes back in `interval`. Of
// an organization's share each of its accounts that waits for the same moment asks first
// (place_of).
Milliseconds pace_of(Milliseconds interval, const Ration& ration) {
    const auto others = std::chrono::seconds(ration.of_organization > 0 ? 1 : 0);
    return interval > Milliseconds(0) ? interval + others : interval;
}

constexpr std::string_view account_rations = "ration:";
constexpr std::string_view organization_rations = "organization:";

std::string account_budget(const AccountId& account) {
    return "account:" + account.text();
}

std::string organization_budget(store::Reader& reader, const WorkspaceId& workspace) {
    const auto rows =
        reader.query("SELECT organization_id FROM workspace WHERE id = $1", {workspace});
    return std::string(organization_rations) + rows.at(0).text(0);
}

// Everything a post is paid out of.
std::vector<Allowance> allowances_of(
    store::Reader& reader,
    const delivery::Post& post,
    const platform::Driver& driver,
    const Ration& ration) {
    std::vector<Allowance> allowances;
    for (const auto& rate : driver.rates)
        allowances.push_back({account_budget(post.account), rate.most, rate.window});
    if (ration.of_account > 0)
        allowances.push_back(
            {std::string(account_rations) + post.account.text(), ration.of_account, hour});
    if (ration.of_organization > 0)
        allowances.push_back(
            {organization_budget(reader, post.workspace), ration.of_organization, hour});
    return allowances;
}

std::string why_short(
    const delivery::Shortage& shortage,
    const std::vector<Allowance>& allowances,
    const platform::Driver& driver) {
    if (shortage.is_closed)
        return std::string(driver.title) + " asked this account to wait until " +
               to_rfc3339(shortage.at) + ".";
    std::string why = "Waits for its turn:";
    for (const auto& allowance : allowances)
        why += (&allowance == &allowances.front() ? " at most " : ", ") + words(allowance);
    return why + ".";
}

void resize(
    store::Transaction& transaction, std::string_view names, int before, int after, Instant now) {
    if (before == after || before == 0 || after == 0)
        return;
    const std::string name(names);
    delivery::resize_budgets(transaction, {{name, before, hour}, {name, after, hour}}, now);
}

}  // namespace

void change_ration(
    store::Transaction& transaction, const Ration& before, const Ration& after, Instant now) {
    resize(transaction, account_rations, before.of_account, after.of_account, now);
    resize(transaction, organization_rations, before.of_organization, after.of_organization, now);
}

int price_of(const delivery::Post& post) {
    return std::max(1, post.parts - post.parts_published);
}

std::string words(const Allowance& allowance) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(allowance.window).count();
    return std::to_string(allowance.most) + " in " +
           (minutes % 60 == 0 ? std::to_string(minutes / 60) + " h"
                              : std::to_string(minutes) + " min");
}

Ration ration_of(const config::Settings& settings) {
    return {
        static_cast<int>(settings.integer("publish.account_per_h")),
        static_cast<int>(settings.integer("publish.organization_per_h"))};
}

std::optional<Wait> admit(
    store::Transaction& transaction,
    const delivery::Post& post,
    const platform::Driver& driver,
    const Ration& ration,
    int beside,
    Instant now) {
    if (driver.at_once > 0 &&
        delivery::in_hand(transaction, post.platform) + beside >= driver.at_once)
        return Wait{
            now + turn,
            std::string(driver.title) + " takes " + std::to_string(driver.at_once) +
                " posts at a time.",
            {}};
    const auto allowances = allowances_of(transaction, post, driver, ration);
    if (allowances.empty())
        return std::nullopt;

    if (const auto before = delivery::turn_before(transaction, post, now)) {
        const auto interval = std::ranges::min(allowances, {}, &Allowance::interval).interval();
        return Wait{
            std::min(*before, now + longest_turn),
            "Waits for its turn, behind a post that was due before it.",
            // Nobody knows how many may go now where the turn of that one has come.
            *before > now ? pace_of(interval, ration) : Milliseconds(0)};
    }
    const bool has_waited = post.code == delivery::waiting_code;
    const auto shortage =
        delivery::spend(transaction, allowances, {price_of(post), has_waited}, now);
    if (!shortage)
        return std::nullopt;
    const auto behind = shortage->is_closed ? Milliseconds(0) : place_of(post, now);
    return Wait{
        shortage->at + behind,
        why_short(*shortage, allowances, driver),
        pace_of(shortage->pace, ration)};
}

void refund(
    store::Transaction& transaction,
    const delivery::Post& post,
    const platform::Driver& driver,
    const Ration& ration,
    int parts,
    Milliseconds passed) {
    delivery::refund(transaction, allowances_of(transaction, post, driver, ration), parts, passed);
}

void close_account(
    store::Transaction& transaction,
    const AccountId& account,
    const platform::Driver& driver,
    Instant until,
    Instant now) {
    for (const auto& rate : driver.rates)
        delivery::close_budget(
            transaction, {account_budget(account), rate.most, rate.window}, until, now);
}

}  // namespace caas::flow
