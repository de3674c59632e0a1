#include "core/billing/usage.h"

#include <cstddef>

namespace caas::billing {
namespace {

// The five sums from `column` on.
Sums read_sums(const store::Row& row, std::size_t column) {
    return {
        row.integer(column),
        row.integer(column + 1),
        row.integer(column + 2),
        row.integer(column + 3),
        row.integer(column + 4)};
}

}  // namespace

Sums usage_in(store::Reader& reader, const OrganizationId& organization, Days days) {
    const auto rows = reader.query(
        R"sql(
SELECT CAST(COALESCE(SUM(generations), 0) AS BIGINT), CAST(COALESCE(SUM(tokens), 0) AS BIGINT),
    CAST(COALESCE(SUM(input_tokens), 0) AS BIGINT),
    CAST(COALESCE(SUM(output_tokens), 0) AS BIGINT),
    CAST(COALESCE(SUM(microdollars), 0) AS BIGINT)
FROM usage_day
WHERE organization_id = $1 AND day >= $2 AND day <= $3)sql",
        {organization, days.first, days.last});
    return read_sums(rows.front(), 0);
}

std::vector<DaySums> usage_by_day(
    store::Reader& reader, const OrganizationId& organization, Days days) {
    const auto rows = reader.query(
        R"sql(
SELECT day, CAST(SUM(generations) AS BIGINT), CAST(SUM(tokens) AS BIGINT),
    CAST(SUM(input_tokens) AS BIGINT), CAST(SUM(output_tokens) AS BIGINT),
    CAST(SUM(microdollars) AS BIGINT)
FROM usage_day
WHERE organization_id = $1 AND day >= $2 AND day <= $3
GROUP BY day
ORDER BY day)sql",
        {organization, days.first, days.last});
    std::vector<DaySums> out;
    auto next = rows.begin();
    for (auto day = days.first; day <= days.last; ++day) {
        out.push_back({day, {}});
        if (next != rows.end() && next->integer(0) == day)
            out.back().sums = read_sums(*next++, 1);
    }
    return out;
}

std::vector<MemberSums> usage_by_member(
    store::Reader& reader, const OrganizationId& organization, Days days) {
    const auto rows = reader.query(
        R"sql(
SELECT u.person_id, COALESCE(p.name, ''), CAST(SUM(u.generations) AS BIGINT),
    CAST(SUM(u.tokens) AS BIGINT), CAST(SUM(u.input_tokens) AS BIGINT),
    CAST(SUM(u.output_tokens) AS BIGINT), CAST(SUM(u.microdollars) AS BIGINT)
FROM usage_day u
LEFT JOIN person p ON p.id = u.person_id
WHERE u.organization_id = $1 AND u.day >= $2 AND u.day <= $3
GROUP BY u.person_id, p.name
ORDER BY SUM(u.tokens) DESC, u.person_id)sql",
        {organization, days.first, days.last});
    std::vector<MemberSums> out;
    out.reserve(rows.size());
    for (const auto& row : rows)
        out.push_back({row.id<PersonId>(0), row.text(1), read_sums(row, 2)});
    return out;
}

std::vector<ModelSums> usage_by_model(
    store::Reader& reader, const OrganizationId& organization, Days days) {
    const auto rows = reader.query(
        R"sql(
SELECT provider, model, CAST(SUM(generations) AS BIGINT), CAST(SUM(tokens) AS BIGINT),
    CAST(SUM(input_tokens) AS BIGINT), CAST(SUM(output_tokens) AS BIGINT),
    CAST(SUM(microdollars) AS BIGINT)
FROM usage_day
WHERE organization_id = $1 AND day >= $2 AND day <= $3
GROUP BY provider, model
ORDER BY SUM(tokens) DESC, provider, model)sql",
        {organization, days.first, days.last});
    std::vector<ModelSums> out;
    out.reserve(rows.size());
    for (const auto& row : rows)
        out.push_back({row.text(0), row.text(1), read_sums(row, 2)});
    return out;
}

bool note_warning(
    store::Transaction& transaction,
    const OrganizationId& organization,
    Instant period_start,
    int percent,
    Instant now) {
    const auto added = transaction.execute(
        R"sql(
INSERT INTO usage_warning (organization_id, period_start, percent, created_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (organization_id, period_start, percent) DO NOTHING)sql",
        {organization, period_start, percent, now});
    return added > 0;
}

}  // namespace caas::billing
