#include "core/billing/order.h"

#include "core/base/digest.h"
#include "core/net/url.h"

namespace caas::billing {
namespace {

// Stripe remembers keys for at least 24 hours.
constexpr auto key_life = std::chrono::hours(23);
constexpr auto remembered = std::chrono::hours(24 * 30);
// From one night to the next, and an hour to spare.
constexpr auto longest_turn = std::chrono::hours(25);

std::optional<std::string> open_key(
    store::Reader& reader, std::string_view organization, std::string_view digest, Instant now) {
    const auto rows = reader.query(
        R"sql(
SELECT id_key
FROM stripe_order
WHERE organization_id = $1
  AND digest = $2
  AND ended_at IS NULL
  AND begun_at > $3)sql",
        {organization, digest, now - key_life});
    return rows.empty() ? std::nullopt : std::optional(rows.front().text(0));
}

// By the subscription in its key an order is found again.
std::string new_key(const stripe::Order& order, IdMaker& ids) {
    const auto whose = order.subscription.empty() ? "" : order.subscription + "-";
    return "caas-" + order.kind + "-" + whose + ids.text();
}

}  // namespace

std::string begin_order(
    store::Transaction& transaction,
    IdMaker& ids,
    std::string_view organization,
    const stripe::Order& order,
    Instant now) {
    const auto digest = sha256_hex(order.path + "?" + net::form_encode(order.form));
    if (auto known = open_key(transaction, organization, digest, now))
        return *std::move(known);
    transaction.execute(
        R"sql(
UPDATE stripe_order
SET ended_at = $3
WHERE organization_id = $1
  AND digest = $2
  AND ended_at IS NULL)sql",
        {organization, digest, now});
    transaction.execute(
        R"sql(
DELETE FROM stripe_order
WHERE begun_at <= $1)sql",
        {now - remembered});
    auto key = new_key(order, ids);
    const auto added = transaction.execute(
        R"sql(
INSERT INTO stripe_order (id_key, organization_id, digest, begun_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING)sql",
        {key, organization, digest, now});
    // Another program was faster, and has ended its transaction by now.
    if (added == 0)
        return open_key(transaction, organization, digest, now).value_or(key);
    return key;
}

void end_order(store::Transaction& transaction, std::string_view key, Instant now) {
    transaction.execute(
        R"sql(
UPDATE stripe_order
SET ended_at = $2
WHERE id_key = $1
  AND ended_at IS NULL)sql",
        {key, now});
}

void end_orders_for(
    store::Transaction& transaction,
    std::string_view organization,
    std::string_view subscription,
    Instant now) {
    transaction.execute(
        R"sql(
UPDATE stripe_order
SET ended_at = $3
WHERE organization_id = $1
  AND id_key LIKE $2
  AND ended_at IS NULL)sql",
        {organization, "caas-%-" + std::string(subscription) + "-%", now});
}

std::optional<Checkout> find_open_checkout(store::Reader& reader, std::string_view customer) {
    const auto rows = reader.query(
        R"sql(
SELECT id, customer_id, plan, price_id, url, expires_at
FROM stripe_checkout
WHERE customer_id = $1
  AND state = 'open'
ORDER BY created_at DESC, id DESC
LIMIT 1)sql",
        {customer});
    if (rows.empty())
        return std::nullopt;
    const auto& row = rows.front();
    return Checkout{
        row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.instant(5)};
}

void keep_checkout(store::Transaction& transaction, const Checkout& checkout, Instant now) {
    transaction.execute(
        R"sql(
INSERT INTO stripe_checkout (id, customer_id, plan, price_id, url, state, expires_at, created_at)
VALUES ($1, $2, $3, $4, $5, 'open', $6, $7)
ON CONFLICT (id) DO NOTHING)sql",
        {checkout.id,
         checkout.customer,
         checkout.plan,
         checkout.price,
         checkout.url,
         checkout.expires_at,
         now});
}

void close_checkout(store::Transaction& transaction, std::string_view id, std::string_view state) {
    transaction.execute(
        R"sql(
UPDATE stripe_checkout
SET state = $2
WHERE id = $1
  AND state = 'open')sql",
        {id, state});
}

void forget_checkouts(store::Transaction& transaction, Instant now) {
    transaction.execute(
        R"sql(
DELETE FROM stripe_checkout
WHERE state <> 'open'
  AND expires_at <= $1)sql",
        {now - remembered});
}

bool take_turn(
    store::Transaction& transaction,
    std::string_view name,
    Instant first,
    Instant until,
    Instant now) {
    transaction.execute(
        R"sql(
INSERT INTO billing_turn (name, due_at)
VALUES ($1, $2)
ON CONFLICT (name) DO NOTHING)sql",
        {name, first});
    return transaction.execute(
               R"sql(
UPDATE billing_turn
SET due_at = $2
WHERE name = $1
  AND (due_at <= $3 OR due_at > $4))sql",
               {name, until, now, now + longest_turn}) > 0;
}

void end_turn(store::Transaction& transaction, std::string_view name, Instant next, Instant now) {
    transaction.execute(
        R"sql(
UPDATE billing_turn
SET due_at = $2, done_at = $3
WHERE name = $1)sql",
        {name, next, now});
}

void drop_turn(store::Transaction& transaction, std::string_view name, Instant until) {
    transaction.execute(
        R"sql(
DELETE FROM billing_turn
WHERE name = $1
  AND due_at = $2)sql",
        {name, until});
}

std::optional<Turn> find_turn(store::Reader& reader, std::string_view name) {
    const auto rows = reader.query(
        R"sql(
SELECT due_at, done_at
FROM billing_turn
WHERE name = $1)sql",
        {name});
    if (rows.empty())
        return std::nullopt;
    return Turn{rows.front().instant(0), rows.front().maybe_instant(1)};
}

std::optional<std::string> find_stripe_setting(store::Reader& reader, std::string_view name) {
    const auto rows = reader.query(
        R"sql(
SELECT value
FROM stripe_setting
WHERE name = $1)sql",
        {name});
    return rows.empty() ? std::nullopt : std::optional(rows.front().text(0));
}

void keep_stripe_setting(
    store::Transaction& transaction, std::string_view name, std::string_view value) {
    transaction.execute(
        R"sql(
INSERT INTO stripe_setting (name, value)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE
SET value = $2)sql",
        {name, value});
}

void forget_stripe_setting(store::Transaction& transaction, std::string_view name) {
    transaction.execute(
        R"sql(
DELETE FROM stripe_setting
WHERE name = $1)sql",
        {name});
}

}  // namespace caas::billing
