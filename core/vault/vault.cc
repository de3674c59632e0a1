#include "core/vault/vault.h"

#include <algorithm>
#include <memory>

#include <openssl/evp.h>

#include "core/base/digest.h"
#include "core/base/error.h"

namespace caas::vault {
namespace {

constexpr std::string_view version = "v1";
constexpr std::size_t nonce_bytes = 12;  // 96 bits: what GCM is defined for (SP 800-38D)
constexpr std::size_t tag_bytes = 16;
// The longest are kept answers (api/idempotency.cc); far from where a length is no int any more.
constexpr std::size_t most_plain_bytes = std::size_t{64} << 20U;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

unsigned char* as_bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

int length_of(std::string_view text) {
    return static_cast<int>(text.size());
}

Cipher new_cipher() {
    Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    if (!cipher)
        throw Error(Code::internal, "no memory for encryption");
    return cipher;
}

// What the tag vouches for besides the ciphertext. The lengths keep one identity from being read as
// another key's.
std::string associated(std::string_view key_id, std::string_view identity) {
    return "caas." + std::string(version) + "." + std::string(key_id) + "." +
           std::to_string(identity.size()) + "." + std::string(identity);
}

// nonce, ciphertext, tag
std::string encrypt(
    const Key& key, std::string_view plain, std::string_view vouched, std::string nonce) {
    const auto cipher = new_cipher();
    std::string out(plain.size(), '\0');
    std::string tag(tag_bytes, '\0');
    int count = 0;
    const bool is_done =
        EVP_EncryptInit_ex(
            cipher.get(),
            EVP_aes_256_gcm(),
            nullptr,
            as_bytes(std::string_view(key.bytes.reveal())),
            as_bytes(std::string_view(nonce))) == 1 &&
        EVP_EncryptUpdate(cipher.get(), nullptr, &count, as_bytes(vouched), length_of(vouched)) ==
            1 &&
        EVP_EncryptUpdate(cipher.get(), as_bytes(out), &count, as_bytes(plain), length_of(plain)) ==
            1 &&
        EVP_EncryptFinal_ex(cipher.get(), as_bytes(tag), &count) == 1 &&
        EVP_CIPHER_CTX_ctrl(
            cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag_bytes), tag.data()) == 1;
    if (!is_done)
        throw Error(Code::internal, "a secret could not be sealed");
    return nonce + out + tag;
}

// nullopt when the tag does not vouch for it.
std::optional<Secret> decrypt(const Key& key, std::string_view bytes, std::string_view vouched) {
    const auto cipher = new_cipher();
    const auto nonce = bytes.substr(0, nonce_bytes);
    const auto sealed = bytes.substr(nonce_bytes, bytes.size() - nonce_bytes - tag_bytes);
    std::string tag(bytes.substr(bytes.size() - tag_bytes));
    std::string out(sealed.size() + 1, '\0');
    int count = 0;
    int rest = 0;
    const bool is_vouched =
        EVP_DecryptInit_ex(
            cipher.get(),
            EVP_aes_256_gcm(),
            nullptr,
            as_bytes(std::string_view(key.bytes.reveal())),
            as_bytes(nonce)) == 1 &&
        EVP_DecryptUpdate(cipher.get(), nullptr, &count, as_bytes(vouched), length_of(vouched)) ==
            1 &&
        EVP_DecryptUpdate(
            cipher.get(), as_bytes(out), &count, as_bytes(sealed), length_of(sealed)) == 1 &&
        EVP_CIPHER_CTX_ctrl(
            cipher.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_bytes), tag.data()) == 1 &&
        EVP_DecryptFinal_ex(cipher.get(), as_bytes(out) + sealed.size(), &rest) == 1;
    out.resize(sealed.size());
    Secret plain(std::move(out));
    return is_vouched ? std::optional(std::move(plain)) : std::nullopt;
}

struct Parts {
    std::string_view key_id;
    std::string bytes;
};

// nullopt when it is not written as `seal` writes.
std::optional<Parts> parts_of(std::string_view sealed) {
    const auto first = sealed.find('.');
    const auto second = sealed.find('.', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos ||
        sealed.substr(0, first) != version)
        return std::nullopt;
    const auto text = sealed.substr(second + 1);
    auto bytes = from_base64(text);
    // Base64 has several spellings of the same bytes; only one is ours.
    if (!bytes || bytes->size() < nonce_bytes + tag_bytes || to_base64(*bytes) != text)
        return std::nullopt;
    return Parts{sealed.substr(first + 1, second - first - 1), std::move(*bytes)};
}

Error broken() {
    return {
        Code::invalid,
        "A stored secret was damaged or does not belong where it lies",
        "Connect the account again, or restore a backup."};
}

// The sealing key itself signs nothing: a key is derived for each purpose.
std::string signature_of(const Key& key, std::string_view text, std::string_view purpose) {
    constexpr std::size_t bytes = 16;  // 128 bits: nobody tries that many links
    const auto derived = hmac_sha256(
        key.bytes.reveal(), "caas.sign." + std::string(version) + "." + std::string(purpose));
    return to_base64url(hmac_sha256(derived, text).substr(0, bytes));
}

}  // namespace

Vault::Vault(Keys keys, Random& random) : keys_(std::move(keys)), random_(random) {
    if (keys_.empty())
        throw Error(Code::internal, "a vault needs a key");
}

std::string Vault::sign(std::string_view text, std::string_view purpose) const {
    return signature_of(keys_.front(), text, purpose);
}

bool Vault::is_signed(
    std::string_view text, std::string_view purpose, std::string_view signature) const {
    return std::ranges::any_of(keys_, [&](const Key& key) {
        return is_equal_in_constant_time(signature_of(key, text, purpose), signature);
    });
}

const Key* Vault::find(std::string_view id) const {
    const auto at =
        std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id == id; });
    return at == keys_.end() ? nullptr : &*at;
}

std::string Vault::seal(std::string_view plain, std::string_view identity) const {
    if (plain.size() > most_plain_bytes)
        throw Error(Code::too_large, "A secret may have 64 MiB at the most");
    const auto& key = keys_.front();
    const auto bytes =
        encrypt(key, plain, associated(key.id, identity), random_.bytes(nonce_bytes));
    return std::string(version) + "." + key.id + "." + to_base64(bytes);
}

Secret Vault::open(std::string_view sealed, std::string_view identity) const {
    const auto parts = parts_of(sealed);
    if (!parts)
        throw broken();
    const auto* const key = find(parts->key_id);
    if (key == nullptr)
        throw Error(
            Code::forbidden,
            "A stored secret was sealed with another key than those that are here",
            "Bring back the secret.key or SECRET_KEY it was made with, or connect the account "
            "again.");
    auto plain = decrypt(*key, parts->bytes, associated(key->id, identity));
    if (!plain)
        throw broken();
    return std::move(*plain);
}

std::optional<std::string> Vault::reseal(std::string_view sealed, std::string_view identity) const {
    const auto plain = open(sealed, identity);
    if (parts_of(sealed)->key_id == keys_.front().id)
        return std::nullopt;
    return seal(plain.reveal(), identity);
}

}  // namespace caas::vault
