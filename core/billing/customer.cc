#include "core/billing/customer.h"

#include "core/base/error.h"

namespace caas::billing {
namespace {

// Longer than events are kept and worked on again (event.h).
constexpr auto remembered = std::chrono::hours(24 * 90);

Customer read_customer(const store::Row& row) {
    return {row.text(0), row.id<OrganizationId>(1), row.truth(2), row.integer(3), !row.is_null(4)};
}

std::optional<Customer> first(const store::Rows& rows) {
    return rows.empty() ? std::nullopt : std::optional(read_customer(rows.front()));
}

}  // namespace

std::optional<Customer> find_customer(
    store::Reader& reader, const OrganizationId& organization, bool is_live) {
    return first(reader.query(
        R"sql(
SELECT id, organization_id, is_live, revision, deleted_at
FROM stripe_customer
WHERE organization_id = $1
  AND is_live = $2
  AND deleted_at IS NULL)sql",
        {organization, is_live}));
}

std::optional<Customer> find_customer(store::Reader& reader, std::string_view id) {
    return first(reader.query(
        R"sql(
SELECT id, organization_id, is_live, revision, deleted_at
FROM stripe_customer
WHERE id = $1)sql",
        {id}));
}

std::vector<Customer> customers_of(
    store::Reader& reader, const OrganizationId& organization, bool is_live) {
    std::vector<Customer> out;
    const auto rows = reader.query(
        R"sql(
SELECT id, organization_id, is_live, revision, deleted_at
FROM stripe_customer
WHERE organization_id = $1
  AND is_live = $2
ORDER BY created_at, id)sql",
        {organization, is_live});
    for (const auto& row : rows)
        out.push_back(read_customer(row));
    return out;
}

std::vector<Customer> list_customers(store::Reader& reader, bool is_live) {
    std::vector<Customer> out;
    const auto rows = reader.query(
        R"sql(
SELECT id, organization_id, is_live, revision, deleted_at
FROM stripe_customer
WHERE is_live = $1
  AND deleted_at IS NULL
ORDER BY created_at, id)sql",
        {is_live});
    for (const auto& row : rows)
        out.push_back(read_customer(row));
    return out;
}

bool add_customer(
    store::Transaction& transaction,
    std::string_view id,
    const OrganizationId& organization,
    bool is_live,
    Instant now) {
    const auto added = transaction.execute(
        R"sql(
INSERT INTO stripe_customer (id, organization_id, is_live, revision, created_at)
VALUES ($1, $2, $3, 1, $4)
ON CONFLICT DO NOTHING)sql",
        {id, organization, is_live, now});
    if (added > 0)
        return true;
    const auto known = find_customer(transaction, id);
    return known && !known->is_deleted && known->organization == organization;
}

void end_customer(store::Transaction& transaction, std::string_view id, Instant now) {
    transaction.execute(
        R"sql(
UPDATE stripe_customer
SET deleted_at = $2, revision = revision + 1
WHERE id = $1
  AND deleted_at IS NULL)sql",
        {id, now});
}

bool take_revision(store::Transaction& transaction, std::string_view id, std::int64_t seen) {
    return transaction.execute(
               R"sql(
UPDATE stripe_customer
SET revision = revision + 1
WHERE id = $1
  AND revision = $2)sql",
               {id, seen}) > 0;
}

void take_revision(store::Transaction& transaction, std::string_view id) {
    transaction.execute(
        R"sql(
UPDATE stripe_customer
SET revision = revision + 1
WHERE id = $1)sql",
        {id});
}

std::vector<Owner> owners_of(store::Reader& reader, const OrganizationId& organization) {
    std::vector<Owner> out;
    const auto rows = reader.query(
        R"sql(
SELECT p.email, p.name
FROM member m
JOIN person p ON p.id = m.person_id
WHERE m.organization_id = $1
  AND m.role = 'owner'
  AND p.email IS NOT NULL
  AND p.disabled_at IS NULL
ORDER BY p.id)sql",
        {organization});
    for (const auto& row : rows)
        out.push_back({row.text(0), row.text(1)});
    return out;
}

bool note_told(
    store::Transaction& transaction,
    const OrganizationId& organization,
    std::string_view kind,
    std::string_view source,
    Instant now) {
    return transaction.execute(
               R"sql(
INSERT INTO billing_notice (organization_id, kind, source, created_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (organization_id, kind, source) DO NOTHING)sql",
               {organization, kind, source, now}) > 0;
}

void forget_told(store::Transaction& transaction, Instant now) {
    transaction.execute(
        R"sql(
DELETE FROM billing_notice
WHERE created_at <= $1)sql",
        {now - remembered});
}

}  // namespace caas::billing
