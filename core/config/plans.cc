#include "core/config/plans.h"

#include <algorithm>
#include <utility>

#include <toml++/toml.h>

#include "core/base/error.h"

namespace caas::config {
namespace {

constexpr std::string_view calls_key = "calls_per_minute";
constexpr std::int64_t most_number = 1'000'000'000;

constexpr std::array<LimitFacts, limit_count> table{{
    {Limit::tokens_per_period, "tokens_per_period", "Plan tokens", "plan token", "plan tokens"},
    {Limit::members, "members", "Members", "member", "members"},
    {Limit::workspaces, "workspaces", "Workspaces", "workspace", "workspaces"},
    {Limit::accounts, "accounts", "Connected accounts", "connected account", "connected accounts"},
    {Limit::platforms, "platforms", "Platforms", "platform", "platforms"},
    {Limit::scheduled_posts,
     "scheduled_posts",
     "Scheduled posts",
     "scheduled post",
     "scheduled posts"},
    {Limit::variants, "variants", "Variants of a generation", "variant", "variants"},
    {Limit::portfolio, "portfolio", "Portfolio pages", "portfolio page", "portfolio pages"},
    {Limit::api_tokens, "api_tokens", "API tokens", "API token", "API tokens"},
    {Limit::history_days, "history_days", "Days of history", "day of history", "days of history"},
}};

consteval bool is_in_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table.at(i).limit) != i)
            return false;
    }
    return true;
}

static_assert(is_in_order(), "facts() indexes the table by limit");

[[noreturn]] void refuse(
    std::string_view file, const toml::source_region& source, const std::string& what) {
    throw Error(
        Code::invalid,
        std::string(file) + ":" + std::to_string(source.begin.line) + ": " + what,
        "compare it with the plans.toml that came with caas");
}

class Reading {
  public:
    explicit Reading(std::string_view file) : file_(file) {}

    std::vector<Plan> plans(const toml::table& whole) const {
        std::vector<std::pair<std::uint32_t, Plan>> found;  // with the line it begins in
        for (const auto& [key, node] : whole)
            found.emplace_back(
                key.source().begin.line,
                plan(std::string(key.str()), as_table(node, std::string(key.str()))));
        // toml++ gives keys in the order of the alphabet.
        std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
            return a.first < b.first;
        });
        std::vector<Plan> out;
        out.reserve(found.size());
        for (auto& [line, plan] : found)
            out.push_back(std::move(plan));
        return out;
    }

  private:
    const toml::table& as_table(const toml::node& node, const std::string& name) const {
        const auto* found = node.as_table();
        if (found == nullptr)
            refuse(file_, node.source(), name + " must be a table");
        return *found;
    }

    const toml::node& member(const toml::table& from, std::string_view key) const {
        const auto* found = from.get(key);
        if (found == nullptr)
            refuse(file_, from.source(), std::string(key) + " is missing");
        return *found;
    }

    static std::vector<std::string_view> limit_names() {
        std::vector<std::string_view> names;
        for (const auto& each : table)
            names.push_back(each.name);
        return names;
    }

    void only(const toml::table& from, const std::vector<std::string_view>& keys) const {
        for (const auto& [key, node] : from) {
            if (std::find(keys.begin(), keys.end(), key.str()) == keys.end())
                refuse(file_, key.source(), "there is no " + std::string(key.str()) + " here");
        }
    }

    std::int64_t number(const toml::table& from, std::string_view key, std::int64_t least) const {
        const auto& node = member(from, key);
        const auto* value = node.as_integer();
        if (value == nullptr || value->get() < least || value->get() > most_number)
            refuse(
                file_,
                node.source(),
                std::string(key) + " must be a whole number " +
                    (least == 0 ? "from 0" : "above " + std::to_string(least - 1)));
        return value->get();
    }

    // Words for "any number": TOML has no null.
    std::optional<std::int64_t> limit(const toml::table& from, std::string_view key) const {
        const auto& node = member(from, key);
        const auto* word = node.as_string();
        if (word != nullptr && word->get() == "unlimited")
            return std::nullopt;
        if (node.as_integer() == nullptr)
            refuse(
                file_,
                node.source(),
                std::string(key) + " must be a whole number or \"unlimited\"");
        return number(from, key, 0);
    }

    std::string text(const toml::table& from, std::string_view key) const {
        const auto& node = member(from, key);
        if (!node.is_string())
            refuse(file_, node.source(), std::string(key) + " must be a text");
        return node.as_string()->get();
    }

    CallLimits calls_of(const toml::table& from, std::string_view key) const {
        const auto& own = as_table(member(from, key), std::string(key));
        only(own, {"read", "write", "generate"});
        return {number(own, "read", 1), number(own, "write", 1), number(own, "generate", 1)};
    }

    Plan plan(std::string id, const toml::table& from) const {
        only(from, {"title", "lookup_key", "price_cents", "limits", calls_key});
        Plan out;
        out.id = std::move(id);
        out.title = text(from, "title");
        const auto& calls = as_table(member(from, calls_key), std::string(calls_key));
        only(calls, {"organization", "token"});
        out.organization = calls_of(calls, "organization");
        out.token = calls_of(calls, "token");
        if (from.get("lookup_key") != nullptr)
            out.lookup_key = text(from, "lookup_key");
        if (from.get("price_cents") != nullptr)
            out.price_cents = number(from, "price_cents", 0);
        if (out.lookup_key.empty() != (out.price_cents == 0))
            refuse(file_, from.source(), "a price needs both lookup_key and price_cents");
        const auto& most = as_table(member(from, "limits"), "limits");
        only(most, limit_names());
        for (const auto& each : table)
            out.most.at(static_cast<std::size_t>(each.limit)) = limit(most, each.name);
        return out;
    }

    std::string_view file_;
};

}  // namespace

std::span<const LimitFacts> limits() {
    return table;
}

const LimitFacts& facts(Limit limit) {
    return table.at(static_cast<std::size_t>(limit));
}

std::vector<Plan> read_plans(std::string_view text, std::string_view name) {
    try {
        return Reading(name).plans(toml::parse(text, std::string(name)));
    } catch (const toml::parse_error& e) {
        refuse(name, e.source(), std::string(e.description()));
    }
}

const Plan& find_plan(const std::vector<Plan>& plans, std::string_view id) {
    const auto at =
        std::find_if(plans.begin(), plans.end(), [&](const Plan& plan) { return plan.id == id; });
    if (at != plans.end())
        return *at;
    std::string known;
    for (const auto& plan : plans)
        known += (known.empty() ? "" : ", ") + plan.id;
    throw Error(
        Code::invalid,
        "There is no plan `" + std::string(id.substr(0, 40)) + "`",
        "plans.default is one of " + known);
}

}  // namespace caas::config
