#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/platform/account.h"

namespace caas::platform {
namespace {

constexpr std::array states{
    AccountState::active,
    AccountState::paused,
    AccountState::needs_sign_in,
    AccountState::disconnected,
};

}  // namespace

AccountState stored_account_state(const std::string& word) {
    const auto at =
        std::ranges::find_if(states, [&](AccountState state) { return name(state) == word; });
    if (at == states.end())
        throw Error(Code::storage_corrupt, "An account is in the unknown state '" + word + "'");
    return *at;
}

std::string_view name(AccountState state) {
    switch (state) {
        case AccountState::active:
            return "active";
        case AccountState::paused:
            return "paused";
        case AccountState::needs_sign_in:
            return "needs_sign_in";
        case AccountState::disconnected:
            return "disconnected";
    }
    return "disconnected";
}

std::string_view name(OnUnknown on_unknown) {
    return on_unknown == OnUnknown::resend ? "resend" : "ask";
}

std::optional<OnUnknown> find_on_unknown(std::string_view word) {
    for (const auto on_unknown : {OnUnknown::ask, OnUnknown::resend}) {
        if (name(on_unknown) == word)
            return on_unknown;
    }
    return std::nullopt;
}

}  // namespace caas::platform
