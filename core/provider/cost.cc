#include "core/provider/cost.h"

#include <algorithm>
#include <array>

namespace caas::provider {
namespace {

// Prices change and are therefore configuration; these are the providers' standard rates as third
// parties quoted them in 2026. gemini-3.5-flash-lite is assumed to cost what 3.1 did.
constexpr std::array<Price, 12> prices_2026{{
    {"claude-haiku", 1'000'000, 100'000, 5'000'000},
    {"claude-opus", 5'000'000, 500'000, 25'000'000},
    {"claude-sonnet", 3'000'000, 300'000, 15'000'000},
    {"gemini-3.1-flash-lite", 250'000, 25'000, 1'500'000},
    {"gemini-3.5-flash", 1'500'000, 150'000, 9'000'000},
    {"gemini-3.5-flash-lite", 250'000, 25'000, 1'500'000},
    {"gemini-3.6-flash", 1'500'000, 150'000, 7'500'000},
    {"gpt-5.4", 2'500'000, 250'000, 15'000'000},
    {"gpt-5.4-mini", 750'000, 75'000, 4'500'000},
    {"gpt-5.4-nano", 200'000, 20'000, 1'250'000},
    {"gpt-5.5", 5'000'000, 500'000, 30'000'000},
    {"template-", 0, 0, 0},
}};

constexpr std::int64_t most_tokens = 1'000'000'000;

std::int64_t bounded(std::int64_t tokens) {
    return std::clamp<std::int64_t>(tokens, 0, most_tokens);
}

}  // namespace

std::span<const Price> default_prices() {
    return prices_2026;
}

std::optional<std::int64_t> cost_microdollars(
    const Usage& usage, std::string_view model, std::span<const Price> prices) {
    if (!usage.is_known)
        return std::nullopt;
    const Price* best = nullptr;
    for (const auto& price : prices) {
        const bool fits = model.starts_with(price.model_prefix);
        if (fits && (best == nullptr || price.model_prefix.size() > best->model_prefix.size()))
            best = &price;
    }
    if (best == nullptr)
        return std::nullopt;
    const auto cached = std::min(bounded(usage.cached_input), bounded(usage.input));
    const auto fresh = bounded(usage.input) - cached;
    const auto total =
        fresh * best->input + cached * best->cached_input + bounded(usage.output) * best->output;
    return (total + 999'999) / 1'000'000;
}

}  // namespace caas::provider
