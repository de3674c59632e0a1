#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/provider/drivers.h"
#include "core/provider/error_body.h"

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

// Levenshtein's distance, for suggesting what was meant.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t before = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto above = row[j];
            row[j] =
                std::min({row[j] + 1, row[j - 1] + 1, before + (a[i - 1] == b[j - 1] ? 0 : 1)});
            before = above;
        }
    }
    return row[b.size()];
}

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
    const auto nearest =
        *std::min_element(drivers.begin(), drivers.end(), [&](const Driver* a, const Driver* b) {
            return distance(a->id, asked) < distance(b->id, asked);
        });
    std::string names;
    for (const auto* driver : drivers)
        names += (names.empty() ? "" : ", ") + std::string(driver->id);
    throw Error(
        Code::invalid,
        "There is no provider \"" + asked + "\"; did you mean " + std::string(nearest->id) + "?",
        "Providers: " + names + ".");
}

std::span<const std::string_view> tones() {
    return tone_names;
}

}  // namespace caas::provider
