#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/provider/drivers.h"
#include "core/provider/error_body.h"
#include "core/text/nearest.h"

namespace caas::provider {
namespace {

constexpr std::array<const Driver*, 5> drivers{
    &anthropic,
    &gemini,
    &offline,
    &openai,
    &compatible,
};

constexpr std::array<std::string_view, 5> tone_names{
    "professional", "casual", "humorous", "inspirational", "educational"};

}  // namespace

std::span<const Driver* const> all() {
    return drivers;
}

const Driver* find(std::string_view id) {
    const auto at = std::find_if(
        drivers.begin(), drivers.end(), [&](const Driver* driver) { return driver->id == id; });
    return at == drivers.end() ? nullptr : *at;
}

const Driver& get(std::string_view id) {
    if (const auto* driver = find(id))
        return *driver;
    const auto asked = one_line(id, 60);
    std::vector<std::string_view> names;
    std::string list;
    for (const auto* driver : drivers) {
        names.push_back(driver->id);
        list += (list.empty() ? "" : ", ") + std::string(driver->id);
    }
    const auto near = text::nearest(asked, names);
    throw Error(
        Code::invalid,
        "There is no provider `" + asked + "`",
        (near.empty() ? "" : "did you mean " + std::string(near) + "? ") + "The providers are " +
            list,
        {{"/provider", "unknown", "is not the name of a provider"}});
}

std::span<const std::string_view> tones() {
    return tone_names;
}

}  // namespace caas::provider
