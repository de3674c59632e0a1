// Amounts and large numbers as people read them. Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace caas {

inline constexpr std::int64_t microdollars_per_cent = 10'000;

// "12,345"
std::string grouped(std::int64_t number);

// "$1,234.50": to whole cents, rounded.
std::string dollars(std::int64_t microdollars);
// "$0.015": with as many digits as are worth paying, two at least.
std::string exact_dollars(std::int64_t microdollars);

// "USD 29.00" of 2900 and "usd". `amount` is in the smallest unit of the currency, of which most
// have a hundred to one; some have none ("JPY 2900"), some a thousand ("KWD 2.900").
std::string money_text(std::int64_t amount, std::string_view currency);

}  // namespace caas
