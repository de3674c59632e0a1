// Secrets at rest: AES-256-GCM with a random nonce, bound to the row they belong to.
//
// A sealed text is `v1.<key id>.<base64 of nonce, ciphertext and tag>`. Thread-safe: the keys never
// change; to rotate, make another vault and reseal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/vault/key.h"

namespace caas::vault {

class Vault {
  public:
    // `keys`: at least one; the first seals, all open. `random` must outlive the vault.
    Vault(Keys keys, Random& random);

    // `identity` names the one place the secret belongs to ("account/<id>/secret"): sealed text
    // moved to another row does not open there.
    std::string seal(std::string_view plain, std::string_view identity) const;

    // Throws Error: invalid when it is no sealed text, was changed or belongs elsewhere; forbidden
    // when it was sealed with a key that is not here.
    Secret open(std::string_view sealed, std::string_view identity) const;

    // The same secret under the current key; nullopt when it already is. Throws as open does.
    std::optional<std::string> reseal(std::string_view sealed, std::string_view identity) const;

    // A signature of a text that is no secret, in letters that a URL takes: whoever has it cannot
    // make another. `purpose` keeps one use from being passed off as another.
    std::string sign(std::string_view text, std::string_view purpose) const;
    // By any of the keys.
    bool is_signed(
        std::string_view text, std::string_view purpose, std::string_view signature) const;

  private:
    const Key* find(std::string_view id) const;

    Keys keys_;
    Random& random_;
};

}  // namespace caas::vault
