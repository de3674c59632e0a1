#include "core/config/plans.h"

#include <algorithm>

#include <toml++/toml.h>

#include "core/base/error.h"

namespace caas::config {
namespace {

constexpr std::string_view calls_key = "calls_per_minute";

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
        std::vector<Plan> out;
        for (const auto& [key, node] : whole)
            out.push_back(plan(std::string(key.str()), table(node, std::string(key.str()))));
        return out;
    }

  private:
    const toml::table& table(const toml::node& node, const std::string& name) const {
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

    void only(const toml::table& from, std::initializer_list<std::string_view> keys) const {
        for (const auto& [key, node] : from) {
            if (std::find(keys.begin(), keys.end(), key.str()) == keys.end())
                refuse(file_, key.source(), "there is no " + std::string(key.str()) + " here");
        }
    }

    std::int64_t number(const toml::table& from, std::string_view key) const {
        constexpr std::int64_t most = 1'000'000'000;
        const auto& node = member(from, key);
        const auto* value = node.as_integer();
        if (value == nullptr || value->get() < 1 || value->get() > most)
            refuse(file_, node.source(), std::string(key) + " must be a whole number above 0");
        return value->get();
    }

    CallLimits limits(const toml::table& from, std::string_view key) const {
        const auto& own = table(member(from, key), std::string(key));
        only(own, {"read", "write", "generate"});
        return {number(own, "read"), number(own, "write"), number(own, "generate")};
    }

    Plan plan(std::string id, const toml::table& from) const {
        only(from, {"title", calls_key});
        const auto& title = member(from, "title");
        if (!title.is_string())
            refuse(file_, title.source(), "title must be a text");
        const auto& calls = table(member(from, calls_key), std::string(calls_key));
        only(calls, {"organization", "token"});
        return {
            std::move(id),
            title.as_string()->get(),
            limits(calls, "organization"),
            limits(calls, "token")};
    }

    std::string_view file_;
};

}  // namespace

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
