// The keys that seal secrets at rest: from the setting SECRET_KEY or the file `secret.key`.
//
// All functions are thread-safe, and so is making the file from several processes at once.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/base/secret.h"

namespace caas::vault {

struct Key {
    std::string id;  // 8 hexadecimal digits that follow from the bytes
    Secret bytes;    // 32
};

// The current key first, then older ones that may still open what they sealed.
using Keys = std::vector<Key>;

// `text`: one key or several, separated by commas, spaces or lines, each 64 hexadecimal digits or
// base64 of 32 bytes. `source` names where it came from in errors. Throws Error(invalid) with a
// hint how to make a key; there is no derivation from passwords, which would be guessed.
Keys parse_keys(std::string_view text, std::string_view source);

// The keys of `file`; nullopt when there is none, and nothing is made. Throws Error as file_keys.
std::optional<Keys> read_keys(const std::filesystem::path& file);

// The keys of `file`, which is made with a new random key and mode 0600 when it is missing. When
// two processes make it at once, both get the one that is in the file. Throws Error: forbidden
// (readable by others, or by nobody here), invalid, storage_full, storage_read_only.
Keys file_keys(const std::filesystem::path& file, Random& random);

// What the vault of an installation uses: the setting when it is not empty, with the keys of the
// file behind it if there is one, else the file's.
Keys installation_keys(const Secret& setting, const std::filesystem::path& file, Random& random);

// Puts a new key in front of those in `file`; what older keys sealed can still be opened.
Keys rotate_file(const std::filesystem::path& file, Random& random);

}  // namespace caas::vault
