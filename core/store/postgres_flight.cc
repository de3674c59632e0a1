#include "core/store/postgres_flight.h"

#include "core/store/postgres_set.h"

namespace caas::store {
namespace {

// Answers of statements that travel together fill the server's buffer meanwhile.
constexpr std::size_t most_in_flight = 256;

}  // namespace

void PostgresFlight::add_control(PostgresLink& link, const std::string& sql, Take take) {
    link.add(sql);
    awaited_.emplace_back(answers_++, std::move(take));
}

void PostgresFlight::add(
    PostgresLink& link, std::string_view sql, const Values& values, Take take) {
    const auto before = statements_.add(link, sql, values);
    answers_ += before + 1;
    awaited_.emplace_back(answers_ - 1, std::move(take));
    // What was prepared just now has to be known before it can be used again.
    if (before > 0 || awaited_.size() >= most_in_flight)
        run(link, before);
}

void PostgresFlight::add_each(
    PostgresLink& link,
    std::string_view sql,
    const std::vector<Values>& rows,
    std::vector<std::int64_t>& changed) {
    changed.clear();
    changed.reserve(rows.size());
    for (const auto& values : rows)
        add(link, sql, values, [&link, &changed](PGresult* result) {
            changed.push_back(changed_by(link.library(), result));
        });
}

void PostgresFlight::add(PostgresLink& link, Batch& batch) {
    const auto set = batch.are_apart ? as_set(batch.sql, batch.rows) : std::nullopt;
    if (!set) {
        add_each(link, batch.sql, batch.rows, batch.changed);
        return;
    }
    const bool tells_rows = set->tells_rows;
    batch.changed.assign(batch.rows.size(), tells_rows ? 0 : 1);
    add(link, set->sql, set->values, [&link, &batch, tells_rows](PGresult* result) {
        const int count = tells_rows ? link.library().row_count(result) : 0;
        for (int i = 0; i < count; ++i) {
            const auto place = value_of(link.library(), result, i, 0);
            batch.changed.at(static_cast<std::size_t>(*place.integer()) - 1) = 1;
        }
    });
}

// `before`: how many answers come before that of a statement that was prepared just now.
void PostgresFlight::run(PostgresLink& link, std::size_t before) {
    const auto count = std::exchange(answers_, 0);
    const auto awaited = std::exchange(awaited_, {});
    if (count == 0)
        return;
    const auto results = link.run();
    if (before > 0)
        statements_.learn(link, *results.at(count - 2));
    for (const auto& [at, take] : awaited) {
        if (take)
            take(results.at(at).get());
    }
}

void PostgresFlight::recover(PostgresLink& link) {
    statements_.unlearn();
    answers_ = 0;
    const auto awaited = std::exchange(awaited_, {});
    if (!link.has_queued() || link.is_broken())
        return;
    const auto results = link.run();
    for (const auto& [at, take] : awaited) {
        if (take)
            take(results.at(at).get());
    }
}

}  // namespace caas::store
