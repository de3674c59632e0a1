#include "core/access/identity.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace caas::access {
namespace {

Identity read_identity(const store::Row& row) {
    Identity identity;
    identity.person = row.id<PersonId>(0);
    identity.name = row.text(1);
    identity.email = row.maybe_text(2);
    identity.password = row.maybe_text(3);
    identity.email_verified_at = row.maybe_instant(4);
    identity.disabled_at = row.maybe_instant(5);
    identity.is_installation_owner = row.truth(6);
    identity.totp_secret = row.maybe_text(7);
    identity.has_totp = !row.is_null(8);
    identity.totp_step = row.maybe_integer(9);
    return identity;
}

std::optional<Identity> first_of(const store::Rows& rows) {
    return rows.empty() ? std::nullopt : std::optional(read_identity(rows.front()));
}

// Printable ASCII that needs no quotes: what every mail server takes. Other scripts in a domain are
// written in their ASCII form.
bool is_address_letter(char c) {
    constexpr std::string_view marks = ".!#$%&'*+-/=?^_`{|}~";  // RFC 5322, 3.2.3
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
}

bool is_domain(std::string_view text) {
    constexpr std::size_t most = 253;
    const bool has_letters = std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
    return has_letters && !text.empty() && text.size() <= most && text.front() != '.' &&
           text.back() != '.' && text.find("..") == std::string_view::npos &&
           (text.find('.') != std::string_view::npos || text == "localhost");
}

bool is_email(std::string_view text) {
    constexpr std::size_t most_local = 64;  // RFC 5321, 4.5.3.1
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at > most_local)
        return false;
    const auto local = text.substr(0, at);
    return std::ranges::all_of(local, is_address_letter) && local.front() != '.' &&
           local.back() != '.' && local.find("..") == std::string_view::npos &&
           is_domain(text.substr(at + 1));
}

// For a message: one line of valid text.
std::string shown(std::string_view text) {
    auto out = text::repaired(text);
    for (auto& c : out)
        c = static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
    return out;
}

}  // namespace

std::string normal_email(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    std::string out(text);
    for (auto& c : out)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

std::string checked_email(std::string_view text) {
    constexpr std::size_t most_shown = 80;
    auto email = normal_email(text);
    if (!is_email(email))
        throw Error(
            Code::invalid,
            "\"" + shown(text.substr(0, most_shown)) + "\" is no e-mail address",
            "write it as name@example.org",
            {{"/email", "email.malformed", "is no e-mail address"}});
    return email;
}

std::optional<Identity> find_identity(store::Reader& reader, const PersonId& person) {
    return first_of(reader.query(
        R"sql(
SELECT id, name, email, password, email_verified_at, disabled_at, is_installation_owner,
    totp_secret, totp_confirmed_at, totp_step
FROM person
WHERE id = $1)sql",
        {person}));
}

std::optional<Identity> find_identity_by_email(store::Reader& reader, std::string_view email) {
    return first_of(reader.query(
        R"sql(
SELECT id, name, email, password, email_verified_at, disabled_at, is_installation_owner,
    totp_secret, totp_confirmed_at, totp_step
FROM person
WHERE email = $1)sql",
        {normal_email(email)}));
}

void set_password(
    store::Transaction& transaction, const PersonId& person, Instant now, std::string_view hash) {
    transaction.execute(
        R"sql(
UPDATE person
SET password = $2, password_changed_at = $3
WHERE id = $1)sql",
        {person, hash, now});
}

void renew_password_hash(
    store::Transaction& transaction,
    const PersonId& person,
    std::string_view former,
    std::string_view hash) {
    transaction.execute(
        R"sql(
UPDATE person
SET password = $3
WHERE id = $1 AND password = $2)sql",
        {person, former, hash});
}

void set_email(store::Transaction& transaction, const PersonId& person, const std::string& email) {
    const auto other = find_identity_by_email(transaction, email);
    if (other && other->person != person)
        throw Error(
            Code::conflict,
            "Somebody here already has the address " + email,
            "use another address, or sign in with it");
    transaction.execute(
        R"sql(
UPDATE person
SET email = $2, email_verified_at = CASE WHEN email = $2 THEN email_verified_at ELSE NULL END
WHERE id = $1)sql",
        {person, email});
}

void note_verified(store::Transaction& transaction, const PersonId& person, Instant now) {
    transaction.execute(
        R"sql(
UPDATE person
SET email_verified_at = COALESCE(email_verified_at, $2)
WHERE id = $1)sql",
        {person, now});
}

void set_installation_owner(store::Transaction& transaction, const PersonId& person) {
    transaction.execute(
        R"sql(
UPDATE person
SET is_installation_owner = 1
WHERE id = $1)sql",
        {person});
}

bool has_installation_owner(store::Reader& reader) {
    return !reader
                .query(
                    R"sql(
SELECT id FROM person
WHERE is_installation_owner = 1
LIMIT 1)sql",
                    {})
                .empty();
}

std::string totp_place(const PersonId& person) {
    return "person/" + person.text() + "/totp";
}

void begin_totp(store::Transaction& transaction, const PersonId& person, std::string_view sealed) {
    transaction.execute(
        R"sql(
UPDATE person
SET totp_secret = $2, totp_confirmed_at = NULL, totp_step = NULL
WHERE id = $1)sql",
        {person, sealed});
}

void confirm_totp(
    store::Transaction& transaction,
    const PersonId& person,
    Instant now,
    std::int64_t step,
    const std::vector<std::string>& digests) {
    transaction.execute(
        R"sql(
UPDATE person
SET totp_confirmed_at = $2, totp_step = $3
WHERE id = $1)sql",
        {person, now, step});
    transaction.execute(
        R"sql(
DELETE FROM recovery_code
WHERE person_id = $1)sql",
        {person});
    for (const auto& digest : digests)
        transaction.execute(
            R"sql(
INSERT INTO recovery_code (person_id, digest)
VALUES ($1, $2))sql",
            {person, digest});
}

void end_totp(store::Transaction& transaction, const PersonId& person) {
    transaction.execute(
        R"sql(
UPDATE person
SET totp_secret = NULL, totp_confirmed_at = NULL, totp_step = NULL
WHERE id = $1)sql",
        {person});
    transaction.execute(
        R"sql(
DELETE FROM recovery_code
WHERE person_id = $1)sql",
        {person});
}

bool use_totp_step(store::Transaction& transaction, const PersonId& person, std::int64_t step) {
    return transaction.execute(
               R"sql(
UPDATE person
SET totp_step = $2
WHERE id = $1 AND (totp_step IS NULL OR totp_step < $2))sql",
               {person, step}) > 0;
}

bool use_recovery_code(
    store::Transaction& transaction, const PersonId& person, std::string_view digest, Instant now) {
    return transaction.execute(
               R"sql(
UPDATE recovery_code
SET used_at = $3
WHERE person_id = $1 AND digest = $2 AND used_at IS NULL)sql",
               {person, digest, now}) > 0;
}

std::int64_t recovery_codes_left(store::Reader& reader, const PersonId& person) {
    return reader
        .query(
            R"sql(
SELECT count(*) FROM recovery_code
WHERE person_id = $1 AND used_at IS NULL)sql",
            {person})
        .front()
        .integer(0);
}

}  // namespace caas::access
