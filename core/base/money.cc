#include "core/base/money.h"

#include <algorithm>
#include <array>

namespace caas {
namespace {

// Of Stripe's list of currencies without a smaller unit.
constexpr std::array<std::string_view, 16> without_decimals{
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "JPY",
    "KMF",
    "KRW",
    "MGA",
    "PYG",
    "RWF",
    "UGX",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF"};
constexpr std::array<std::string_view, 5> with_three_decimals{"BHD", "JOD", "KWD", "OMR", "TND"};

template <typename List>
bool has(const List& list, std::string_view item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

std::size_t decimals_of(std::string_view currency) {
    if (has(without_decimals, currency))
        return 0;
    return has(with_three_decimals, currency) ? 3 : 2;
}

// The digits of a number, without a sign: what is smallest has no positive counterpart.
std::string digits_of(std::int64_t number) {
    auto digits = std::to_string(number);
    if (number < 0)
        digits.erase(0, 1);
    return digits;
}

// The digits with a point before the last `decimals` of them, without a sign.
std::string with_point(std::int64_t number, std::size_t decimals) {
    auto digits = digits_of(number);
    if (decimals == 0)
        return digits;
    if (digits.size() <= decimals)
        digits.insert(0, decimals + 1 - digits.size(), '0');
    digits.insert(digits.size() - decimals, ".");
    return digits;
}

void group(std::string& digits, std::size_t end) {
    for (auto at = end; at > 3;) {
        at -= 3;
        digits.insert(at, ",");
    }
}

std::string with_dollar_sign(std::int64_t number, std::size_t decimals) {
    auto digits = with_point(number, decimals);
    group(digits, digits.find('.'));
    return (number < 0 ? "-$" : "$") + digits;
}

}  // namespace

std::string grouped(std::int64_t number) {
    auto digits = digits_of(number);
    group(digits, digits.size());
    return (number < 0 ? "-" : "") + digits;
}

std::string dollars(std::int64_t microdollars) {
    const auto rest = microdollars % microdollars_per_cent;
    auto cents = microdollars / microdollars_per_cent;
    if (rest >= microdollars_per_cent / 2)
        ++cents;
    else if (rest <= -microdollars_per_cent / 2)
        --cents;
    return with_dollar_sign(cents, 2);
}

std::string exact_dollars(std::int64_t microdollars) {
    auto text = with_dollar_sign(microdollars, 6);
    const auto least = text.find('.') + 3;
    const auto last = text.find_last_not_of('0') + 1;
    text.erase(std::max(least, last));
    return text;
}

std::string money_text(std::int64_t amount, std::string_view currency) {
    std::string name(currency);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    const auto number = with_point(amount, decimals_of(name));
    return name + (amount < 0 ? " -" : " ") + number;
}

}  // namespace caas
