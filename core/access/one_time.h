// Tokens that work once and not for long: what a mail carries so that its reader can prove who they
// are. Only their SHA-256 is kept. Functions over a transaction; they keep no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/store/connection.h"

namespace caas::access {

// welcome: what `caas user create` prints. It sets a password as reset_password does, but that one
// anybody may ask for.
enum class Purpose : std::uint8_t {
    verify_email,
    reset_password,
    change_email,
    approve_device,
    welcome,
};

struct OneTime {
    PersonId person;
    std::string email;  // to which it was sent; to change_email the new one
};

// "caas1_…". Those that the person was given before for the same purpose are worth nothing any
// more.
Secret make_one_time(
    store::Transaction& transaction,
    Random& random,
    Instant now,
    Purpose purpose,
    const OneTime& whose,
    Milliseconds lifetime);

// What the person was given for this purpose is worth nothing any more.
void drop_one_time(store::Transaction& transaction, const PersonId& person, Purpose purpose);

// Whose it is, when it is good now and the person still has that address, or may yet take it.
std::optional<OneTime> find_one_time(
    store::Reader& reader, Instant now, Purpose purpose, std::string_view token);
// The same, and uses it up.
std::optional<OneTime> use_one_time(
    store::Transaction& transaction, Instant now, Purpose purpose, std::string_view token);

void sweep_one_time(store::Transaction& transaction, Instant now);

}  // namespace caas::access
