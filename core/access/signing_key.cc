#include "core/access/signing_key.h"

#include <algorithm>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/vault/key.h"

namespace caas::access {
namespace {

constexpr std::size_t least_bytes = 32;
constexpr std::size_t most_bytes = 512;
constexpr std::string_view separators = ", \t\r\n";

// Not the key itself and no help in guessing it.
std::string id_of(std::string_view bytes) {
    return sha256_hex("caas session key id\n" + std::string(bytes)).substr(0, 8);
}

}  // namespace

SigningKeys parse_signing_keys(std::string_view text, std::string_view source) {
    SigningKeys keys;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
        if (text.empty())
            break;
        const auto word = text.substr(0, text.find_first_of(separators));
        text.remove_prefix(word.size());
        if (word.size() < least_bytes || word.size() > most_bytes)
            throw Error(
                Code::invalid,
                std::string(source) + " holds a key of " + std::to_string(word.size()) +
                    " characters: a key has " + std::to_string(least_bytes) + " to " +
                    std::to_string(most_bytes),
                "Make one with: openssl rand -hex 32");
        keys.push_back({id_of(word), Secret(std::string(word))});
    }
    if (keys.empty())
        throw Error(
            Code::invalid,
            std::string(source) + " holds no key: it is empty",
            "Make one with: openssl rand -hex 32");
    return keys;
}

SigningKeys signing_keys(const Secret& setting, const std::filesystem::path& file, Random& random) {
    if (!setting.empty())
        return parse_signing_keys(setting.reveal(), "The setting JWT_SECRET");
    SigningKeys keys;
    for (auto& key : vault::file_keys(file, random)) {
        auto id = id_of(key.bytes.reveal());
        keys.push_back({std::move(id), std::move(key.bytes)});
    }
    return keys;
}

}  // namespace caas::access
