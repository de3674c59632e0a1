#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/platform/driver.h"
#include "core/platform/drivers.h"
#include "core/text/nearest.h"
#include "core/text/utf8.h"

namespace caas::platform {
namespace {

// One line per network, in alphabetical order.
constexpr std::array<const Driver*, 9> drivers{
    &bluesky::driver,
    &facebook::driver,
    &instagram::driver,
    &linkedin::driver,
    &mastodon::driver,
    &outbox::driver,
    &threads::driver,
    &webhook::driver,
    &x::driver,
};

constexpr std::string_view old_name_of_x = "twitter";

}  // namespace

std::span<const Driver* const> all() {
    return drivers;
}

const Driver* find(std::string_view id) {
    if (id == old_name_of_x)
        return &x::driver;
    const auto at = std::ranges::find(drivers, id, &Driver::id);
    return at == drivers.end() ? nullptr : *at;
}

const Driver& get(std::string_view id) {
    if (const auto* driver = find(id))
        return *driver;
    std::vector<std::string_view> names;
    std::string list;
    for (const auto* driver : drivers) {
        names.push_back(driver->id);
        list += (list.empty() ? "" : ", ") + std::string(driver->id);
    }
    names.push_back(old_name_of_x);
    const std::string near(text::nearest(id, names));
    throw Error(
        Code::invalid,
        "There is no platform '" + text::repaired(id.substr(0, 60)) + "'",
        near.empty() ? "The platforms are " + list : "Did you mean " + near + "?");
}

const SignInKind& kind_of(const SignIn& sign_in, std::string_view name) {
    if (name.empty())
        return sign_in.kinds.front();
    std::string list;
    for (const auto& kind : sign_in.kinds) {
        if (kind.name == name)
            return kind;
        list += (list.empty() ? "" : ", ") + std::string(kind.name);
    }
    throw Error(
        Code::invalid,
        "There is no kind '" + text::repaired(name.substr(0, 60)) + "' of such accounts",
        "one of " + list,
        {{"/kind", "unknown", "one of " + list}});
}

const Driver& get_connectable(std::string_view id) {
    const auto& driver = get(id);
    if (driver.can_connect())
        return driver;
    std::string list;
    for (const auto* other : drivers) {
        if (other->can_connect())
            list += (list.empty() ? "" : ", ") + std::string(other->id);
    }
    throw Error(
        Code::invalid,
        std::string(driver.title) +
            " cannot be connected yet: this version writes and checks posts for it only",
        "These can be connected: " + list);
}

}  // namespace caas::platform
