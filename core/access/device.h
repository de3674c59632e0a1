// Signing in on a machine without a browser (RFC 8628): it asks for two codes, shows the short one
// to its person, who approves it in a browser anywhere, and meanwhile asks with the long one until
// it gets an API token.
//
// Repository functions over a reader or a transaction; they keep no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/access/token.h"

namespace caas::access {

constexpr Milliseconds device_lifetime = std::chrono::minutes(10);
constexpr Milliseconds device_interval = std::chrono::seconds(2);

struct NewDevice {
    std::string name;  // what the token will be called
    Scope scope = Scope::read;
    std::string address;  // where it asks from; empty: this machine
};

struct BegunDevice {
    Secret device_code;     // only its SHA-256 is kept
    std::string user_code;  // "BCDF-GHJK"
};

// Forgets what has expired, and what began first when there are too many. Throws Error: invalid
// for a name that is none, rate_limited when too many were begun from this address or its network.
BegunDevice begin_device(
    store::Transaction& transaction, Random& random, Instant now, const NewDevice& asked);

// What waits for an approval under this code, which people type as they like; nullopt when nothing
// does, or not any more.
std::optional<NewDevice> find_device(
    store::Reader& reader, std::string_view user_code, Instant now);

// Approved by a member of an organization. False when nothing waited under this code.
bool approve_device(
    store::Transaction& transaction,
    std::string_view user_code,
    Instant now,
    const PersonId& person,
    const OrganizationId& organization);
bool deny_device(store::Transaction& transaction, std::string_view user_code, Instant now);

// What the person approved or may still approve comes to nothing; the tokens that machines got
// stay.
void drop_devices(store::Transaction& transaction, const PersonId& person);
// Signs all machines of the person out: the tokens they got are revoked, and what was approved or
// may still be approved comes to nothing. How many tokens.
std::int64_t end_devices(store::Transaction& transaction, const PersonId& person, Instant now);

struct DeviceWaits {};

struct DeviceTooSoon {};

struct DeviceDenied {};

// Never there, expired, or its token was given already.
struct DeviceGone {};

using DeviceAnswer = std::variant<DeviceWaits, DeviceTooSoon, DeviceDenied, DeviceGone, Created>;

// The token is made by the first that asks after the approval, and given once. The transaction must
// be kept whatever comes back.
DeviceAnswer ask_device(
    store::Transaction& transaction,
    IdMaker& ids,
    Random& random,
    Instant now,
    std::string_view device_code);

}  // namespace caas::access
