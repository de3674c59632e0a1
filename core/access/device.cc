#include "core/access/device.h"

#include "core/access/member.h"
#include "core/access/name.h"
#include "core/access/one_time.h"
#include "core/access/throttle.h"
#include "core/base/digest.h"
#include "core/base/error.h"

namespace caas::access {
namespace {

// No vowels, so that no words come out, and nothing that looks like a digit (RFC 8628, 6.1).
constexpr std::string_view letters = "BCDFGHJKLMNPQRSTVWXZ";
constexpr std::size_t code_letters = 8;
constexpr std::size_t secret_bytes = 32;
constexpr std::int64_t most_kept = 10'000;
constexpr int most_of_address = 20;
constexpr int most_of_site = 100;

std::string make_user_code(Random& random) {
    // Bytes from here on would make the first letters likelier than the others.
    constexpr unsigned fair = 256 / letters.size() * letters.size();
    std::string code;
    while (code.size() < code_letters + 1) {
        const auto byte = static_cast<unsigned char>(random.bytes(1).front());
        if (byte >= fair)
            continue;
        if (code.size() == code_letters / 2)
            code += '-';
        code += letters[byte % letters.size()];
    }
    return code;
}

// "bcdf ghjk" is "BCDF-GHJK".
std::string tidy(std::string_view typed) {
    std::string code;
    for (const char c : typed.substr(0, 64)) {
        const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        if (upper < 'A' || upper > 'Z')
            continue;
        if (code.size() == code_letters / 2)
            code += '-';
        code += upper;
    }
    return code;
}

// Twenty from one address, then one in half a minute, so that about forty wait for one; five times
// as many from all that one customer may have, who could else push out whoever waits.
void take_turn(store::Transaction& transaction, const std::string& address, Instant now) {
    if (address.empty())
        return;
    std::vector<Bucket> buckets{
        {"device/address/" + address_group(address), most_of_address, std::chrono::seconds(30)}};
    if (const auto site = address_site(address))
        buckets.push_back({"device/site/" + *site, most_of_site, std::chrono::seconds(6)});
    const auto wait = take(transaction, now, buckets);
    if (!wait)
        return;
    const auto seconds = static_cast<int>(std::chrono::ceil<std::chrono::seconds>(*wait).count());
    throw Error(
        Code::rate_limited,
        "Too many machines were to be signed in from this address",
        "try again in " + std::to_string(seconds) + " s")
        .retry_after(seconds);
}

// Those that began first give way: were newcomers refused, whoever begins many could keep everybody
// out.
void make_room(store::Transaction& transaction) {
    const auto count =
        transaction.query("SELECT count(*) FROM device_sign_in", {}).front().integer(0);
    if (count < most_kept)
        return;
    transaction.execute(
        R"sql(
DELETE FROM device_sign_in
WHERE digest IN (
    SELECT digest FROM device_sign_in
    ORDER BY expires_at
    LIMIT $1))sql",
        {count - most_kept + 1});
}

void forget(store::Transaction& transaction, const std::string& digest) {
    transaction.execute("DELETE FROM device_sign_in\nWHERE digest = $1", {digest});
}

bool settle(
    store::Transaction& transaction,
    std::string_view user_code,
    Instant now,
    std::string_view state,
    const std::optional<PersonId>& person,
    const std::optional<OrganizationId>& organization) {
    return transaction.execute(
               R"sql(
UPDATE device_sign_in
SET state = $3, person_id = $4, organization_id = $5
WHERE user_code = $1 AND state = 'waiting' AND expires_at > $2)sql",
               {tidy(user_code), now, state, person, organization}) == 1;
}

}  // namespace

BegunDevice begin_device(
    store::Transaction& transaction, Random& random, Instant now, const NewDevice& asked) {
    check_name(asked.name, "The name of a token");
    transaction.execute("DELETE FROM device_sign_in\nWHERE expires_at <= $1", {now});
    take_turn(transaction, asked.address, now);
    make_room(transaction);
    BegunDevice begun{Secret(to_base64url(random.bytes(secret_bytes))), make_user_code(random)};
    transaction.execute(
        R"sql(
INSERT INTO device_sign_in (digest, user_code, name, scope, address, state, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7))sql",
        {sha256_hex(begun.device_code.reveal()),
         begun.user_code,
         asked.name,
         name(asked.scope),
         asked.address,
         now,
         now + device_lifetime});
    return begun;
}

std::optional<NewDevice> find_device(
    store::Reader& reader, std::string_view user_code, Instant now) {
    const auto rows = reader.query(
        R"sql(
SELECT name, scope, address
FROM device_sign_in
WHERE user_code = $1 AND state = 'waiting' AND expires_at > $2)sql",
        {tidy(user_code), now});
    if (rows.empty())
        return std::nullopt;
    const auto& row = rows.front();
    return NewDevice{row.text(0), scope_of(row.text(1)).value_or(Scope::read), row.text(2)};
}

bool approve_device(
    store::Transaction& transaction,
    std::string_view user_code,
    Instant now,
    const PersonId& person,
    const OrganizationId& organization) {
    return settle(transaction, user_code, now, "approved", person, organization);
}

bool deny_device(store::Transaction& transaction, std::string_view user_code, Instant now) {
    return settle(transaction, user_code, now, "denied", std::nullopt, std::nullopt);
}

void drop_devices(store::Transaction& transaction, const PersonId& person) {
    drop_one_time(transaction, person, Purpose::approve_device);
    transaction.execute("DELETE FROM device_sign_in\nWHERE person_id = $1", {person});
}

std::int64_t end_devices(store::Transaction& transaction, const PersonId& person, Instant now) {
    drop_devices(transaction, person);
    return transaction.execute(
        R"sql(
UPDATE token
SET revoked_at = $2
WHERE person_id = $1 AND is_device = 1 AND revoked_at IS NULL)sql",
        {person, now});
}

DeviceAnswer ask_device(
    store::Transaction& transaction,
    IdMaker& ids,
    Random& random,
    Instant now,
    std::string_view device_code) {
    const auto digest = sha256_hex(device_code.substr(0, 256));
    const auto rows = transaction.query(
        R"sql(
SELECT state, name, scope, person_id, organization_id, expires_at, polled_at
FROM device_sign_in
WHERE digest = $1)sql",
        {digest});
    if (rows.empty() || rows.front().instant(5) <= now)
        return DeviceGone{};
    const auto& row = rows.front();
    const auto state = row.text(0);
    if (state == "denied") {
        forget(transaction, digest);
        return DeviceDenied{};
    }
    if (state == "waiting") {
        const auto polled_at = row.maybe_instant(6);
        transaction.execute(
            "UPDATE device_sign_in\nSET polled_at = $2\nWHERE digest = $1", {digest, now});
        // A little early is on time: networks are not that even.
        if (polled_at && now - *polled_at < device_interval * 3 / 4)
            return DeviceTooSoon{};
        return DeviceWaits{};
    }
    NewToken asked;
    asked.person = row.id<PersonId>(3);
    asked.organization = row.id<OrganizationId>(4);
    asked.name = row.text(1);
    asked.scope = scope_of(row.text(2)).value_or(Scope::read);
    asked.is_device = true;
    forget(transaction, digest);
    const auto person = find_person(transaction, asked.person);
    const bool may_enter = person && !person->disabled_at;
    if (!may_enter || !role_in(transaction, asked.organization, asked.person))
        return DeviceDenied{};
    return create_token(transaction, ids, random, now, asked);
}

}  // namespace caas::access
