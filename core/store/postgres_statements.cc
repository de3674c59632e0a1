#include "core/store/postgres_statements.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "core/base/error.h"

namespace caas::store {
namespace {

// Statements a session keeps; caas has fewer, so this only bounds a mistake.
constexpr std::size_t most_prepared = 512;

Oid type_of(const Value& value) {
    if (value.is_null())
        return oid_unknown;
    if (value.integer() != nullptr)
        return oid_bigint;
    return value.real() != nullptr ? oid_double : oid_text;
}

// NULL fits everywhere. Text fits what the server reads as text; a whole number only where eight
// bytes are expected.
bool fits(const Value& value, Oid type) {
    constexpr Oid oid_varchar = 1043;
    const auto wanted = type_of(value);
    return wanted == oid_unknown || wanted == type || (wanted == oid_text && type == oid_varchar);
}

// The end of what begins at `at` with a quote; two quotes in a row are one in the text.
std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
    const auto end = sql.find(sql[at], at + 1);
    return end == std::string_view::npos ? sql.size() : end + 1;
}

}  // namespace

std::vector<Parameter> parameters_in(std::string_view sql) {
    std::vector<Parameter> found;
    std::size_t at = 0;
    while (at < sql.size()) {
        if (sql[at] == '\'' || sql[at] == '"') {
            at = end_of_quoted(sql, at);
        } else if (sql.substr(at, 2) == "--") {
            at = std::min(sql.size(), sql.find('\n', at));
        } else if (sql[at] == '$') {
            Parameter parameter{at, 0, 0};
            for (++at;
                 at < sql.size() && sql[at] >= '0' && sql[at] <= '9' && parameter.number < 100'000;
                 ++at)
                parameter.number = parameter.number * 10 + static_cast<std::size_t>(sql[at] - '0');
            parameter.size = at - parameter.at;
            found.push_back(parameter);
        } else {
            ++at;
        }
    }
    return found;
}

std::size_t count_parameters(std::string_view sql) {
    std::set<std::size_t> numbers;
    for (const auto& parameter : parameters_in(sql))
        numbers.insert(parameter.number);
    if (!numbers.empty() && (*numbers.begin() != 1 || *numbers.rbegin() != numbers.size()))
        throw Error(Code::internal, "The parameters of a statement are not $1 to $n");
    return numbers.size();
}

std::size_t PostgresStatements::add(
    PostgresLink& link, std::string_view sql, const Values& values) {
    auto at = known_.find(sql);
    if (at == known_.end()) {
        Known known;
        known.parameters = count_parameters(sql);
        at = known_.emplace(std::string(sql), std::move(known)).first;
    }
    auto& known = at->second;
    if (known.parameters != values.size())
        throw Error(
            Code::internal,
            "A statement has " + std::to_string(known.parameters) + " parameters but was given " +
                std::to_string(values.size()));
    for (const auto& variant : known.variants) {
        if (std::ranges::equal(values, variant.types, fits)) {
            link.add_execute(variant.name, values);
            return 0;
        }
    }
    std::size_t before = 2;
    if (made_ % most_prepared == most_prepared - 1) {
        for (auto& [text, other] : known_)
            other.variants.clear();
        link.add("DEALLOCATE ALL");
        ++before;
    }
    Prepared made{"s" + std::to_string(++made_), {}};
    std::ranges::transform(values, std::back_inserter(made.types), type_of);
    link.add_prepare(made.name, at->first, made.types);
    link.add_describe(made.name);
    link.add_execute(made.name, values);
    known.variants.push_back(std::move(made));
    fresh_ = &known;
    return before;
}

void PostgresStatements::learn(const PostgresLink& link, const PGresult& description) {
    if (fresh_ == nullptr)
        return;
    auto& types = fresh_->variants.back().types;
    for (std::size_t i = 0; i < types.size(); ++i)
        types[i] = link.library().parameter_type(&description, static_cast<int>(i));
    fresh_ = nullptr;
}

void PostgresStatements::unlearn() {
    if (fresh_ == nullptr)
        return;
    fresh_->variants.pop_back();
    fresh_ = nullptr;
}

}  // namespace caas::store
