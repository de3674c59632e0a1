// How what PostgreSQL answers is read.
#include <charconv>
#include <cmath>

#include "core/base/error.h"
#include "core/store/postgres_link.h"

namespace caas::store {
namespace {

template <typename Number>
Number number_of(std::string_view text) {
    Number number{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || end != text.data() + text.size())
        throw Error(Code::storage_corrupt, "The database gave a number that caas cannot hold");
    return number;
}

// "Infinity", "NaN" and "-Infinity" are what the server calls them.
double real_of(const std::string& text) {
    if (text == "NaN")
        return std::nan("");
    if (text == "Infinity" || text == "-Infinity")
        return text.front() == '-' ? -HUGE_VAL : HUGE_VAL;
    return number_of<double>(text);
}

}  // namespace

Value value_of(const PostgresLibrary& library, const PGresult* result, int row, int column) {
    if (library.is_null(result, row, column) != 0)
        return {};
    const std::string_view text(
        library.value(result, row, column),
        static_cast<std::size_t>(library.length(result, row, column)));
    switch (library.column_type(result, column)) {
        case 20:  // bigint
        case 21:  // smallint
        case 23:  // integer
        case 26:  // oid
            return number_of<std::int64_t>(text);
        case 16:  // boolean: a comparison, which SQLite answers with 1 or 0
            return text == "t";
        case 700:  // real
        case 701:  // double precision
            return real_of(std::string(text));
        case 1700:  // numeric: the sum of whole numbers
            if (text.find('.') == std::string_view::npos)
                return number_of<std::int64_t>(text);
            return real_of(std::string(text));
        case 18:    // "char"
        case 19:    // name
        case 25:    // text
        case 705:   // unknown
        case 1043:  // varchar
            return text;
        default:
            throw Error(
                Code::storage_corrupt,
                "The database holds a type of value that caas does not store",
                "Look with: caas doctor");
    }
}

std::int64_t changed_by(const PostgresLibrary& library, PGresult* result) {
    const std::string_view digits = library.changed_rows(result);
    std::int64_t count = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), count);
    return count;
}

}  // namespace caas::store
