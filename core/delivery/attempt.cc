#include "core/delivery/attempt.h"

#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/delivery/together.h"
#include "core/store/list.h"

namespace caas::delivery {
namespace {

constexpr std::array<std::string_view, 5> state_names{
    "started", "done", "failed", "unknown", "observed"};

constexpr std::array<std::string_view, 12> ending_names{
    "done",
    "already",
    "go_on",
    "later",
    "refused",
    "held",
    "sign_in",
    "not_sent",
    "unknown",
    "there",
    "absent",
    "returned",
};

template <typename Word, std::size_t size>
Word parse(const std::array<std::string_view, size>& names, std::string_view text) {
    for (std::size_t i = 0; i < size; ++i) {
        if (names[i] == text)
            return static_cast<Word>(i);
    }
    throw Error(
        Code::storage_corrupt, "The journal holds the unknown word '" + std::string(text) + "'.");
}

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

Attempt read(const store::Row& row) {
    Attempt attempt;
    attempt.id = row.id<AttemptId>(0);
    attempt.post = row.id<PostId>(1);
    attempt.number = static_cast<int>(row.integer(2));
    attempt.step = row.text(3);
    attempt.part = static_cast<int>(row.integer(4));
    attempt.state = parse<AttemptState>(state_names, row.text(5));
    if (!row.is_null(6))
        attempt.ending = parse<Ending>(ending_names, row.text(6));
    attempt.is_repeatable = row.truth(7);
    attempt.repeatable_until = row.maybe_instant(8);
    attempt.publishes = row.truth(9);
    attempt.engine = row.id<EngineId>(10);
    attempt.fence = row.integer(11);
    attempt.prepared = row.text(12);
    attempt.remote_id = row.maybe_text(13).value_or("");
    attempt.url = row.maybe_text(14).value_or("");
    attempt.cursor = row.maybe_text(15).value_or("");
    attempt.code = row.maybe_text(16).value_or("");
    attempt.message = row.maybe_text(17).value_or("");
    attempt.started_at = row.instant(18);
    attempt.ended_at = row.maybe_instant(19);
    return attempt;
}

store::Value ending_value(const Attempt& attempt) {
    return attempt.ending ? store::Value(name(*attempt.ending)) : store::Value();
}

constexpr std::string_view insert_sql =
    R"(INSERT INTO attempt (id, post_id, number, step, part, state, outcome, is_repeatable,
    repeatable_until, publishes, engine_id, fence, prepared, remote_id, url, cursor, code, message,
    started_at, ended_at)
VALUES ($1, $2, (SELECT COALESCE(max(number), 0) + 1 FROM attempt WHERE post_id = $2), $3, $4, $5,
    $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19))";

store::Values values_of(const Attempt& attempt) {
    return {
        attempt.id,
        attempt.post,
        attempt.step,
        attempt.part,
        name(attempt.state),
        ending_value(attempt),
        attempt.is_repeatable,
        attempt.repeatable_until,
        attempt.publishes,
        attempt.engine,
        attempt.fence,
        attempt.prepared,
        unless_empty(attempt.remote_id),
        unless_empty(attempt.url),
        unless_empty(attempt.cursor),
        unless_empty(attempt.code),
        unless_empty(attempt.message),
        attempt.started_at,
        attempt.ended_at};
}

store::Values outcome_of(const Attempt& attempt) {
    return {
        attempt.post,
        attempt.id,
        name(attempt.state),
        ending_value(attempt),
        unless_empty(attempt.remote_id),
        unless_empty(attempt.url),
        unless_empty(attempt.cursor),
        unless_empty(attempt.code),
        unless_empty(attempt.message),
        attempt.ended_at};
}

}  // namespace

AttemptState state_after(Ending ending) {
    switch (ending) {
        case Ending::done:
        case Ending::already:
        case Ending::there:
            return AttemptState::done;
        case Ending::go_on:
            return AttemptState::started;
        case Ending::unknown:
            return AttemptState::unknown;
        default:
            return AttemptState::failed;
    }
}

std::string_view name(AttemptState state) {
    return state_names[static_cast<std::size_t>(state)];
}

std::string_view name(Ending ending) {
    return ending_names[static_cast<std::size_t>(ending)];
}

Journal read_journal(store::Reader& reader, const PostId& post) {
    auto journals = read_journals(reader, std::span(&post, 1));
    return journals.empty() ? Journal() : std::move(journals.begin()->second);
}

std::map<PostId, Journal> read_journals(store::Reader& reader, std::span<const PostId> posts) {
    std::map<PostId, Journal> journals;
    if (posts.empty())
        return journals;
    store::Values values;
    store::add_list(values, posts);
    const auto sql = store::with_list(
        R"(SELECT id, post_id, number, step, part, state, outcome, is_repeatable, repeatable_until,
    publishes, engine_id, fence, prepared, remote_id, url, cursor, code, message, started_at,
    ended_at
FROM attempt
WHERE post_id IN (…)
ORDER BY post_id, number)",
        posts.size());
    for (const auto& row : reader.query(sql, values)) {
        auto attempt = read(row);
        journals[attempt.post].push_back(std::move(attempt));
    }
    return journals;
}

void insert_attempt(store::Transaction& transaction, Attempt& attempt) {
    static const auto sql = std::string(insert_sql) + "\nRETURNING number";
    const auto rows = transaction.query(sql, values_of(attempt));
    attempt.number = static_cast<int>(rows.at(0).integer(0));
}

void insert_attempts(store::Transaction& transaction, std::span<Attempt* const> attempts) {
    store::Batch batch{insert_sql, {}, true};
    batch.rows.reserve(attempts.size());
    for (const auto* attempt : attempts)
        batch.rows.push_back(values_of(*attempt));
    transaction.execute_later(batch);
}

bool update_attempt(store::Transaction& transaction, const Attempt& attempt) {
    const auto* one = &attempt;
    return update_attempts(transaction, std::span(&one, 1)).front();
}

std::vector<bool> update_attempts(
    store::Transaction& transaction, std::span<const Attempt* const> attempts) {
    std::vector<store::Values> rows;
    rows.reserve(attempts.size());
    for (const auto* attempt : attempts)
        rows.push_back(outcome_of(*attempt));
    std::vector<bool> is_there;
    for (const auto changed : transaction.execute_each(
             R"(UPDATE attempt
SET state = $3, outcome = $4, remote_id = $5, url = $6, cursor = $7, code = $8, message = $9,
    ended_at = $10
WHERE post_id = $1
    AND id = $2)",
             rows))
        is_there.push_back(changed > 0);
    return is_there;
}

store::Batch updating_of(std::span<const Held> attempts) {
    store::Batch batch;
    batch.are_apart = true;
    batch.sql = R"(UPDATE attempt
SET state = $3, outcome = $4, remote_id = $5, url = $6, cursor = $7, code = $8, message = $9,
    ended_at = $10
WHERE post_id = $1
    AND id = $2
    AND EXISTS (SELECT 1 FROM lane WHERE account_id = $11 AND held_by = $12 AND fence = $13))";
    batch.rows.reserve(attempts.size());
    for (const auto& held : attempts) {
        auto& row = batch.rows.emplace_back(outcome_of(*held.attempt));
        row.insert(row.end(), {held.lane->account, held.lane->engine, held.lane->fence});
    }
    return batch;
}

std::optional<AttemptState> attempt_state(
    store::Reader& reader, const PostId& post, const AttemptId& id) {
    const auto rows = reader.query(
        R"(SELECT state
FROM attempt
WHERE post_id = $1
    AND id = $2)",
        {post, id});
    if (rows.empty())
        return std::nullopt;
    return parse<AttemptState>(state_names, rows[0].text(0));
}

}  // namespace caas::delivery
