// What proves that a person is who they say: e-mail address, password, second factor.
//
// Repository functions over a reader or a transaction; they keep no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"

namespace caas::access {

struct Identity {
    PersonId person;
    std::string name;
    std::optional<std::string> email;
    std::optional<std::string> password;  // its Argon2id hash
    std::optional<Instant> email_verified_at;
    std::optional<Instant> disabled_at;
    bool is_installation_owner = false;
    std::optional<std::string> totp_secret;  // sealed for totp_place()
    bool has_totp = false;                   // the secret was confirmed: codes are asked for
    std::optional<std::int64_t> totp_step;   // the last that was used
};

// As an address is kept, whether or not it is one: lower case, without blanks around it. Pure.
std::string normal_email(std::string_view text);
// The address as it is kept: lower case, without blanks around it. Throws Error(invalid).
std::string checked_email(std::string_view text);

std::optional<Identity> find_identity(store::Reader& reader, const PersonId& person);
// nullopt also for what is no address.
std::optional<Identity> find_identity_by_email(store::Reader& reader, std::string_view email);

void set_password(
    store::Transaction& transaction, const PersonId& person, Instant now, std::string_view hash);
// The same password, hashed anew.
void renew_password_hash(
    store::Transaction& transaction,
    const PersonId& person,
    std::string_view former,
    std::string_view hash);
// Throws Error(conflict) when somebody else has it.
void set_email(store::Transaction& transaction, const PersonId& person, const std::string& email);
void note_verified(store::Transaction& transaction, const PersonId& person, Instant now);
void set_installation_owner(store::Transaction& transaction, const PersonId& person);
bool has_installation_owner(store::Reader& reader);

// Where the sealed secret of the second factor belongs (vault/vault.h).
std::string totp_place(const PersonId& person);
// A new secret, not asked for until it is confirmed.
void begin_totp(store::Transaction& transaction, const PersonId& person, std::string_view sealed);
// `digests`: of the recovery codes, which take the place of all former ones.
void confirm_totp(
    store::Transaction& transaction,
    const PersonId& person,
    Instant now,
    std::int64_t step,
    const std::vector<std::string>& digests);
void end_totp(store::Transaction& transaction, const PersonId& person);
// False when it, or a later one, has been used.
bool use_totp_step(store::Transaction& transaction, const PersonId& person, std::int64_t step);
// False when there is no such code or it has been used.
bool use_recovery_code(
    store::Transaction& transaction, const PersonId& person, std::string_view digest, Instant now);
std::int64_t recovery_codes_left(store::Reader& reader, const PersonId& person);

}  // namespace caas::access
