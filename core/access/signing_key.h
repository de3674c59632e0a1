// The keys that sign sessions: from the setting JWT_SECRET or the file `session.key`. The first
// signs, all are believed, so a key is changed by putting the new one in front. Thread-safe.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/base/secret.h"

namespace caas::access {

struct SigningKey {
    std::string id;  // 8 hexadecimal digits that follow from the bytes: `kid` of a token
    Secret bytes;    // 32 or more
};

using SigningKeys = std::vector<SigningKey>;

// One key or several, separated by commas, blanks or lines: each 32 to 512 characters. Throws
// Error(invalid) for less, since HS256 is only as strong as its key (RFC 7518, 3.2).
SigningKeys parse_signing_keys(std::string_view text, std::string_view source);

// The setting when it is not empty, else what is in the file, which is made with a random key and
// mode 0600 when it is missing. Throws Error as vault::file_keys.
SigningKeys signing_keys(const Secret& setting, const std::filesystem::path& file, Random& random);

}  // namespace caas::access
