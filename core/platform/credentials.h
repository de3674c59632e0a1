// Credentials as they lie in the database: one JSON object, sealed under the account's own name, so
// that a sealed text moved to another row does not open there. Pure but for the vault's randomness.
#pragma once

#include <string>
#include <string_view>

#include "core/base/id.h"
#include "core/platform/driver.h"
#include "core/vault/vault.h"

namespace caas::platform {

bool is_empty(const Credentials& credentials);

std::string seal_credentials(
    const vault::Vault& vault, const AccountId& id, const Credentials& credentials);
// Without `expires_at`, which lies beside it in clear. Throws what Vault::open throws.
Credentials open_credentials(
    const vault::Vault& vault, const AccountId& id, std::string_view sealed);

}  // namespace caas::platform
