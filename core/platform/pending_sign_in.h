// Sign-ins that are under way: begun by a person in caas, allowed by them in a browser, ended by
// what the browser brings back. Its state (RFC 6749, 10.12) works once, for ten minutes; only its
// SHA-256 is kept. What is secret lies sealed under the sign-in's own name.
//
// Functions over a reader or a transaction; plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/secret.h"
#include "core/platform/account.h"
#include "core/platform/driver.h"
#include "core/store/connection.h"
#include "core/vault/vault.h"

namespace caas::platform {

using SignInId = Id<struct SignInTag>;

constexpr Milliseconds sign_in_lifetime = std::chrono::minutes(10);

enum class SignInState : std::uint8_t {
    waiting,     // for the browser
    exchanging,  // the code is being traded
    choosing,    // among identities, or for the browser's person to confirm
    done,
    failed,
};

std::string_view name(SignInState state);

// One identity to choose.
struct Choice {
    std::string remote_id;
    std::string handle;
    std::string title;
};

struct PendingSignIn {
    SignInId id;
    WorkspaceId workspace;
    PersonId person;  // who began it
    std::string platform;
    std::string kind;
    std::string name;  // of the account, may be empty
    std::optional<std::string> zone;
    // Nobody asks for it before the end, so it lies sealed with the secrets: only of those that are
    // taken or offered.
    std::optional<OnUnknown> on_unknown{};
    std::string base_url;  // of the instance; empty: that of the settings
    std::string redirect_uri;
    SignInState state = SignInState::waiting;
    // Only the page that the browser was shown may go on: it is not known to be in the hands of
    // whoever began.
    bool is_for_page = false;
    std::vector<Choice> choices;
    std::optional<AccountId> account;
    std::string code;  // of the failure
    std::string message;
    Instant created_at{};
    Instant expires_at{};
};

// What is needed when the browser comes back.
struct SignInSecrets {
    Secret verifier;
    // As an instance gave it; empty: that of the settings.
    std::string client_id;
    Secret client_secret;
    bool is_public_only = false;  // somebody elsewhere named the instance
    std::string identity{};       // the one that is wanted, by its remote id or handle; empty: any
};

struct NewSignIn {
    PendingSignIn pending;  // without id, state and times
    Secret state;           // as it travels
    Secret browser;         // of the cookie; empty: none was set
    SignInSecrets secrets;
};

// Forgets what is over. Throws Error(rate_limited) when too many of the person's wait already.
PendingSignIn insert_sign_in(
    store::Transaction& transaction,
    IdMaker& ids,
    const vault::Vault& vault,
    const NewSignIn& wanted,
    Instant now);

// nullopt when there is none, or it began more than its lifetime and an hour ago.
std::optional<PendingSignIn> find_sign_in(store::Reader& reader, const SignInId& id);

struct Taken {
    PendingSignIn pending;
    SignInSecrets secrets;
    bool is_same_browser = false;
};

// By what came back with the browser, and once: it is being exchanged from here on. nullopt when
// nothing waits under that state. `browser`: of the cookie, may be empty.
std::optional<Taken> take_sign_in(
    store::Transaction& transaction,
    const vault::Vault& vault,
    std::string_view state,
    std::string_view browser,
    Instant now);
// The same by its id, for its own person.
std::optional<Taken> take_sign_in(
    store::Transaction& transaction, const vault::Vault& vault, const SignInId& id, Instant now);

// Several identities, or one that is to be confirmed. `confirmation`: of the page's form; empty:
// the person who began chooses.
void offer_choices(
    store::Transaction& transaction,
    const vault::Vault& vault,
    const PendingSignIn& pending,
    const std::vector<Identity>& identities,
    const Secret& confirmation);

struct Offered {
    PendingSignIn pending;
    std::vector<Identity> identities;
};

// What is to be chosen from, by the form of the page or by the person's own sign-in.
std::optional<Offered> find_offer(
    store::Reader& reader, const vault::Vault& vault, std::string_view confirmation, Instant now);
std::optional<Offered> find_offer(
    store::Reader& reader, const vault::Vault& vault, const SignInId& id, Instant now);

// Both forget what was sealed. False when it had ended already.
bool end_sign_in(store::Transaction& transaction, const SignInId& id, const AccountId& account);
bool fail_sign_in(
    store::Transaction& transaction,
    const SignInId& id,
    std::string_view code,
    std::string_view message);

}  // namespace caas::platform
