#include "core/platform/pending_sign_in.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/json.h"

namespace caas::platform {
namespace {

constexpr std::int64_t most_waiting = 20;  // of one person
// How long what came of a sign-in can be asked for after its end.
constexpr Milliseconds memory = std::chrono::hours(1);
constexpr std::size_t most_state_bytes = 512;

constexpr std::array<std::string_view, 5> states{
    "waiting", "exchanging", "choosing", "done", "failed"};

SignInState stored_state(std::string_view word) {
    const auto at = std::ranges::find(states, word);
    if (at == states.end())
        throw Error(Code::storage_corrupt, "A sign-in is in an unknown state");
    return static_cast<SignInState>(at - states.begin());
}

std::string digest_of(std::string_view text) {
    return sha256_hex(text.substr(0, most_state_bytes));
}

std::optional<std::string> maybe_digest(const Secret& text) {
    return text.empty() ? std::nullopt : std::optional(digest_of(text.reveal()));
}

std::string place_of(const SignInId& id) {
    return "sign_in/" + id.text() + "/secret";
}

std::vector<Choice> read_choices(const std::string& text) {
    std::vector<Choice> choices;
    const auto list = json::try_parse(text);
    for (const auto& item : list.value_or(Json::array()))
        choices.push_back(
            {json::text_or(item, "remote_id", ""),
             json::text_or(item, "handle", ""),
             json::text_or(item, "title", "")});
    return choices;
}

// The columns in the order of every SELECT below.
PendingSignIn read(const store::Row& row) {
    PendingSignIn pending;
    pending.id = row.id<SignInId>(0);
    pending.workspace = row.id<WorkspaceId>(1);
    pending.person = row.id<PersonId>(2);
    pending.platform = row.text(3);
    pending.kind = row.text(4);
    pending.name = row.text(5);
    pending.zone = row.maybe_text(6);
    pending.base_url = row.text(7);
    pending.redirect_uri = row.text(8);
    pending.state = stored_state(row.view(9));
    pending.is_for_page = !row.is_null(10);
    pending.choices = read_choices(row.maybe_text(11).value_or("[]"));
    if (!row.is_null(12))
        pending.account = row.id<AccountId>(12);
    pending.code = row.maybe_text(13).value_or("");
    pending.message = row.maybe_text(14).value_or("");
    pending.created_at = row.instant(15);
    pending.expires_at = row.instant(16);
    return pending;
}

std::string word_of(std::optional<OnUnknown> on_unknown) {
    return on_unknown ? std::string(name(*on_unknown)) : std::string();
}

std::optional<OnUnknown> on_unknown_in(const Json& plain) {
    return find_on_unknown(json::text_or(plain, "on_unknown", ""));
}

std::string seal_secrets(
    const vault::Vault& vault, const PendingSignIn& pending, const SignInSecrets& secrets) {
    const Secret text(json::dump(
        {{"verifier", secrets.verifier.reveal()},
         {"client_id", secrets.client_id},
         {"client_secret", secrets.client_secret.reveal()},
         {"public_only", secrets.is_public_only},
         {"identity", secrets.identity},
         {"on_unknown", word_of(pending.on_unknown)}}));
    return vault.seal(text.reveal(), place_of(pending.id));
}

Json open_sealed(const vault::Vault& vault, const SignInId& id, const std::string& sealed) {
    const auto text = vault.open(sealed, place_of(id));
    return json::parse(text.reveal(), "The secrets of a sign-in");
}

SignInSecrets secrets_in(const Json& plain) {
    return {
        Secret(json::text_or(plain, "verifier", "")),
        json::text_or(plain, "client_id", ""),
        Secret(json::text_or(plain, "client_secret", "")),
        json::truth(plain, "public_only").value_or(false),
        json::text_or(plain, "identity", "")};
}

Json to_json(const Identity& identity) {
    Json out{
        {"remote_id", identity.remote_id},
        {"handle", identity.handle},
        {"base_url", identity.base_url},
        {"config", identity.config},
        {"scopes", identity.scopes},
        {"title", identity.title},
        {"access", identity.credentials.access.reveal()},
        {"refresh", identity.credentials.refresh.reveal()}};
    if (identity.credentials.expires_at)
        out["expires_at"] = to_ms(*identity.credentials.expires_at);
    if (identity.credentials.refresh_expires_at)
        out["refresh_expires_at"] = to_ms(*identity.credentials.refresh_expires_at);
    return out;
}

Identity identity_in(const Json& plain) {
    Identity identity;
    identity.remote_id = json::text_or(plain, "remote_id", "");
    identity.handle = json::text_or(plain, "handle", "");
    identity.base_url = json::text_or(plain, "base_url", "");
    identity.config = json::text_or(plain, "config", "{}");
    identity.scopes = json::text_or(plain, "scopes", "");
    identity.title = json::text_or(plain, "title", "");
    identity.credentials.access = Secret(json::text_or(plain, "access", ""));
    identity.credentials.refresh = Secret(json::text_or(plain, "refresh", ""));
    if (const auto at = json::integer(plain, "expires_at"))
        identity.credentials.expires_at = from_ms(*at);
    if (const auto at = json::integer(plain, "refresh_expires_at"))
        identity.credentials.refresh_expires_at = from_ms(*at);
    return identity;
}

std::optional<Taken> take(
    store::Transaction& transaction,
    const vault::Vault& vault,
    const store::Rows& rows,
    std::string_view browser) {
    if (rows.empty())
        return std::nullopt;
    Taken taken;
    taken.pending = read(rows.front());
    const auto plain = open_sealed(vault, taken.pending.id, rows.front().text(17));
    taken.secrets = secrets_in(plain);
    taken.pending.on_unknown = on_unknown_in(plain);
    const auto cookie = rows.front().maybe_text(18);
    taken.is_same_browser =
        cookie && !browser.empty() && is_equal_in_constant_time(*cookie, digest_of(browser));
    const auto changed = transaction.execute(
        R"sql(
UPDATE oauth_sign_in
SET state = 'exchanging', secret = NULL
WHERE id = $1
  AND state = 'waiting')sql",
        {taken.pending.id});
    if (changed == 0)
        return std::nullopt;
    taken.pending.state = SignInState::exchanging;
    return taken;
}

std::optional<Offered> offered(const vault::Vault& vault, const store::Rows& rows) {
    if (rows.empty())
        return std::nullopt;
    Offered offer;
    offer.pending = read(rows.front());
    const auto plain = open_sealed(vault, offer.pending.id, rows.front().text(17));
    offer.pending.on_unknown = on_unknown_in(plain);
    // Programs that kept no on_unknown sealed the bare list.
    const auto* identities = plain.is_array() ? &plain : json::find(plain, "identities");
    if (identities != nullptr) {
        for (const auto& item : *identities)
            offer.identities.push_back(identity_in(item));
    }
    return offer;
}

}  // namespace

std::string_view name(SignInState state) {
    return states.at(static_cast<std::size_t>(state));
}

PendingSignIn insert_sign_in(
    store::Transaction& transaction,
    IdMaker& ids,
    const vault::Vault& vault,
    const NewSignIn& wanted,
    Instant now) {
    transaction.execute(
        R"sql(
DELETE FROM oauth_sign_in
WHERE expires_at <= $1)sql",
        {now - memory});
    // What is sealed in those that ended unused is forgotten sooner.
    transaction.execute(
        R"sql(
UPDATE oauth_sign_in
SET secret = NULL
WHERE expires_at <= $1
  AND secret IS NOT NULL)sql",
        {now});
    const auto waiting = transaction.query(
        R"sql(
SELECT count(*)
FROM oauth_sign_in
WHERE person_id = $1
  AND expires_at > $2
  AND state IN ('waiting', 'exchanging', 'choosing'))sql",
        {wanted.pending.person, now});
    if (waiting.front().integer(0) >= most_waiting)
        throw Error(
            Code::rate_limited,
            "Too many of your sign-ins wait already",
            "Finish one of them, or wait ten minutes.")
            .retry_after(60);
    auto pending = wanted.pending;
    pending.id = ids.make<SignInId>();
    pending.state = SignInState::waiting;
    pending.created_at = now;
    pending.expires_at = now + sign_in_lifetime;
    transaction.execute(
        R"sql(
INSERT INTO oauth_sign_in (id, digest, workspace_id, person_id, platform, kind, name, zone,
    base_url, redirect_uri, browser, state, secret, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', $12, $13, $14))sql",
        {pending.id,
         digest_of(wanted.state.reveal()),
         pending.workspace,
         pending.person,
         pending.platform,
         pending.kind,
         pending.name,
         pending.zone,
         pending.base_url,
         pending.redirect_uri,
         maybe_digest(wanted.browser),
         seal_secrets(vault, pending, wanted.secrets),
         pending.created_at,
         pending.expires_at});
    return pending;
}

std::optional<PendingSignIn> find_sign_in(store::Reader& reader, const SignInId& id) {
    const auto rows = reader.query(
        R"sql(
SELECT id, workspace_id, person_id, platform, kind, name, zone, base_url, redirect_uri, state,
    confirmation, choices, account_id, code, message, created_at, expires_at
FROM oauth_sign_in
WHERE id = $1)sql",
        {id});
    return rows.empty() ? std::nullopt : std::optional(read(rows.front()));
}

std::optional<Taken> take_sign_in(
    store::Transaction& transaction,
    const vault::Vault& vault,
    std::string_view state,
    std::string_view browser,
    Instant now) {
    return take(
        transaction,
        vault,
        transaction.query(
            R"sql(
SELECT id, workspace_id, person_id, platform, kind, name, zone, base_url, redirect_uri, state,
    confirmation, choices, account_id, code, message, created_at, expires_at, secret, browser
FROM oauth_sign_in
WHERE digest = $1
  AND state = 'waiting'
  AND expires_at > $2
  AND secret IS NOT NULL)sql",
            {digest_of(state), now}),
        browser);
}

std::optional<Taken> take_sign_in(
    store::Transaction& transaction, const vault::Vault& vault, const SignInId& id, Instant now) {
    return take(
        transaction,
        vault,
        transaction.query(
            R"sql(
SELECT id, workspace_id, person_id, platform, kind, name, zone, base_url, redirect_uri, state,
    confirmation, choices, account_id, code, message, created_at, expires_at, secret, browser
FROM oauth_sign_in
WHERE id = $1
  AND state = 'waiting'
  AND expires_at > $2
  AND secret IS NOT NULL)sql",
            {id, now}),
        {});
}

void offer_choices(
    store::Transaction& transaction,
    const vault::Vault& vault,
    const PendingSignIn& pending,
    const std::vector<Identity>& identities,
    const Secret& confirmation) {
    auto choices = Json::array();
    Json plain{{"on_unknown", word_of(pending.on_unknown)}, {"identities", Json::array()}};
    for (const auto& identity : identities) {
        choices.push_back(
            {{"remote_id", identity.remote_id},
             {"handle", identity.handle},
             {"title", identity.title}});
        plain["identities"].push_back(to_json(identity));
    }
    const Secret text(json::dump(plain));
    transaction.execute(
        R"sql(
UPDATE oauth_sign_in
SET state = 'choosing', choices = $2, secret = $3, confirmation = $4
WHERE id = $1
  AND state = 'exchanging')sql",
        {pending.id,
         json::dump(choices),
         vault.seal(text.reveal(), place_of(pending.id)),
         maybe_digest(confirmation)});
}

std::optional<Offered> find_offer(
    store::Reader& reader, const vault::Vault& vault, std::string_view confirmation, Instant now) {
    return offered(
        vault,
        reader.query(
            R"sql(
SELECT id, workspace_id, person_id, platform, kind, name, zone, base_url, redirect_uri, state,
    confirmation, choices, account_id, code, message, created_at, expires_at, secret
FROM oauth_sign_in
WHERE confirmation = $1
  AND state = 'choosing'
  AND expires_at > $2
  AND secret IS NOT NULL)sql",
            {digest_of(confirmation), now}));
}

std::optional<Offered> find_offer(
    store::Reader& reader, const vault::Vault& vault, const SignInId& id, Instant now) {
    return offered(
        vault,
        reader.query(
            R"sql(
SELECT id, workspace_id, person_id, platform, kind, name, zone, base_url, redirect_uri, state,
    confirmation, choices, account_id, code, message, created_at, expires_at, secret
FROM oauth_sign_in
WHERE id = $1
  AND state = 'choosing'
  AND confirmation IS NULL
  AND expires_at > $2
  AND secret IS NOT NULL)sql",
            {id, now}));
}

bool end_sign_in(store::Transaction& transaction, const SignInId& id, const AccountId& account) {
    return transaction.execute(
               R"sql(
UPDATE oauth_sign_in
SET state = 'done', account_id = $2, secret = NULL, confirmation = NULL
WHERE id = $1
  AND state IN ('exchanging', 'choosing'))sql",
               {id, account}) > 0;
}

bool fail_sign_in(
    store::Transaction& transaction,
    const SignInId& id,
    std::string_view code,
    std::string_view message) {
    return transaction.execute(
               R"sql(
UPDATE oauth_sign_in
SET state = 'failed', code = $2, message = $3, secret = NULL, confirmation = NULL
WHERE id = $1
  AND state IN ('waiting', 'exchanging', 'choosing'))sql",
               {id, code, message}) > 0;
}

}  // namespace caas::platform
