#include "core/notice/mail_queue.h"

#include <algorithm>
#include <vector>

#include "core/base/backoff.h"
#include "core/base/error.h"

namespace caas::notice {
namespace {

constexpr auto lease = std::chrono::minutes(2);
constexpr auto remembered = std::chrono::hours(24 * 30);
constexpr std::int64_t most_tries = 8;
// They go one after the other, and a slow server takes half a minute for each (net::SmtpClient):
// all must be through before another daemon may have them.
constexpr std::int64_t most_at_once = 3;
constexpr auto longest_wait = std::chrono::hours(1);
constexpr Backoff backoff{std::chrono::seconds(30), longest_wait};

struct Waiting {
    std::string id;
    Mail mail;  // its text still sealed
    std::int64_t tries = 0;
};

std::string place_of(const std::string& id) {
    return "mail/" + id + "/body";
}

std::vector<Waiting> claim(store::Transaction& transaction, Instant now) {
    std::vector<Waiting> out;
    const auto rows = transaction.query(
        R"sql(
UPDATE mail
SET due_at = $2, tries = tries + 1
WHERE id IN (
    SELECT id FROM mail
    WHERE due_at <= $1 OR due_at > $4
    ORDER BY due_at, id
    LIMIT $3)
  AND (due_at <= $1 OR due_at > $4)
RETURNING id, recipient, subject, body, tries)sql",
        {now, now + lease, most_at_once, now + longest_wait});
    for (const auto& row : rows)
        out.push_back(
            {row.text(0),
             {row.text(1), row.text(2), row.maybe_text(3).value_or("")},
             row.integer(4)});
    // As they were written: an UPDATE returns its rows in any order.
    std::ranges::sort(out, {}, &Waiting::id);
    return out;
}

void settle(
    store::Transaction& transaction,
    const std::string& id,
    std::string_view state,
    Instant now,
    const std::optional<std::string>& problem) {
    transaction.execute(
        R"sql(
UPDATE mail
SET state = $2, body = NULL, due_at = NULL, problem = $3, settled_at = $4
WHERE id = $1)sql",
        {id, state, problem, now});
    transaction.execute(
        R"sql(
DELETE FROM mail
WHERE settled_at <= $1)sql",
        {now - remembered});
}

void postpone(
    store::Transaction& transaction,
    const std::string& id,
    Instant due_at,
    const std::string& problem) {
    transaction.execute(
        R"sql(
UPDATE mail
SET due_at = $2, problem = $3
WHERE id = $1)sql",
        {id, due_at, problem});
}

Delivery attempt(const Post& post, const Waiting& waiting) {
    auto mail = waiting.mail;
    try {
        mail.text = post.vault().open(waiting.mail.text, place_of(waiting.id)).reveal();
    } catch (const Error&) {
        return NotSent{true, "its text was sealed with a key that is not here"};
    }
    try {
        return post.mailer.send(mail);
    } catch (const Error& e) {
        return NotSent{false, e.what()};
    }
}

void record(const Post& post, const Waiting& waiting, const Delivery& delivery) {
    if (const auto* const sent = std::get_if<Sent>(&delivery)) {
        post.log.write(Level::info, "mail.sent", {{"mail", waiting.id}, {"to", sent->where}});
        post.store.write([&](store::Transaction& transaction) {
            settle(transaction, waiting.id, "sent", post.clock.now(), std::nullopt);
        });
        return;
    }
    const auto& refusal = std::get<NotSent>(delivery);
    const bool is_over = refusal.is_for_good || waiting.tries >= most_tries;
    post.log.write(
        is_over ? Level::error : Level::warn,
        is_over ? "mail.given_up" : "mail.not_sent",
        {{"mail", waiting.id}, {"why", refusal.why}, {"tries", std::to_string(waiting.tries)}});
    post.store.write([&](store::Transaction& transaction) {
        const auto now = post.clock.now();
        if (is_over)
            settle(transaction, waiting.id, "dead", now, refusal.why);
        else
            postpone(
                transaction,
                waiting.id,
                now + backoff.delay(static_cast<int>(waiting.tries), post.random),
                refusal.why);
    });
}

// What is due further ahead than anything waits was put off by a clock that was ahead: it is due
// now.
std::optional<Instant> next_due(store::Reader& reader, Instant now) {
    const auto rows = reader.query(
        R"sql(
SELECT
    (SELECT MIN(due_at) FROM mail WHERE due_at IS NOT NULL),
    (SELECT MAX(due_at) FROM mail WHERE due_at IS NOT NULL))sql",
        {});
    const auto last = rows.front().maybe_instant(1);
    if (last && *last > now + longest_wait)
        return std::min(now, *rows.front().maybe_instant(0));
    return rows.front().maybe_instant(0);
}

}  // namespace

void enqueue(
    store::Transaction& transaction,
    IdMaker& ids,
    const vault::Vault& vault,
    Instant now,
    const Mail& mail) {
    const auto id = ids.text();
    transaction.execute(
        R"sql(
INSERT INTO mail (id, recipient, subject, body, state, tries, due_at, created_at)
VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $5))sql",
        {id, mail.to, mail.subject, vault.seal(mail.text, place_of(id)), now});
}

std::optional<Instant> deliver_mail(const Post& post) {
    while (true) {
        const auto due = post.store.read(
            [&](store::Reader& reader) { return next_due(reader, post.clock.now()); });
        if (!due || *due > post.clock.now())
            return due;
        const auto claimed = post.store.write(
            [&](store::Transaction& transaction) { return claim(transaction, post.clock.now()); });
        for (const auto& waiting : claimed)
            record(post, waiting, attempt(post, waiting));
    }
}

}  // namespace caas::notice
