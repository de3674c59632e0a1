#include "core/access/one_time.h"

#include <array>

#include "core/base/digest.h"

namespace caas::access {
namespace {

constexpr std::string_view mark = "caas1_";
constexpr std::size_t random_bytes = 32;
constexpr std::size_t most_token_bytes = 512;
constexpr std::array<std::string_view, 5> purposes{
    "verify_email", "reset_password", "change_email", "approve_device", "welcome"};

std::string_view name(Purpose purpose) {
    return purposes[static_cast<std::size_t>(purpose)];
}

std::string digest_of(std::string_view token) {
    return sha256_hex(token.substr(0, most_token_bytes));
}

}  // namespace

Secret make_one_time(
    store::Transaction& transaction,
    Random& random,
    Instant now,
    Purpose purpose,
    const OneTime& whose,
    Milliseconds lifetime) {
    drop_one_time(transaction, whose.person, purpose);
    Secret token(std::string(mark) + to_base64url(random.bytes(random_bytes)));
    transaction.execute(
        R"sql(
INSERT INTO one_time (digest, person_id, purpose, email, expires_at)
VALUES ($1, $2, $3, $4, $5))sql",
        {digest_of(token.reveal()), whose.person, name(purpose), whose.email, now + lifetime});
    return token;
}

void drop_one_time(store::Transaction& transaction, const PersonId& person, Purpose purpose) {
    transaction.execute(
        R"sql(
DELETE FROM one_time
WHERE person_id = $1 AND purpose = $2)sql",
        {person, name(purpose)});
}

std::optional<OneTime> find_one_time(
    store::Reader& reader, Instant now, Purpose purpose, std::string_view token) {
    const auto rows = reader.query(
        R"sql(
SELECT o.person_id, o.email
FROM one_time o
JOIN person p ON p.id = o.person_id AND (p.email = o.email OR o.purpose = 'change_email')
WHERE o.digest = $1 AND o.purpose = $2 AND o.used_at IS NULL AND o.expires_at > $3
  AND p.disabled_at IS NULL)sql",
        {digest_of(token), name(purpose), now});
    if (rows.empty())
        return std::nullopt;
    return OneTime{rows.front().id<PersonId>(0), rows.front().text(1)};
}

std::optional<OneTime> use_one_time(
    store::Transaction& transaction, Instant now, Purpose purpose, std::string_view token) {
    auto found = find_one_time(transaction, now, purpose, token);
    if (!found)
        return std::nullopt;
    const auto used = transaction.execute(
        R"sql(
UPDATE one_time
SET used_at = $2
WHERE digest = $1 AND used_at IS NULL)sql",
        {digest_of(token), now});
    return used > 0 ? found : std::nullopt;
}

void sweep_one_time(store::Transaction& transaction, Instant now) {
    transaction.execute(
        R"sql(
DELETE FROM one_time
WHERE expires_at <= $1)sql",
        {now});
}

}  // namespace caas::access
