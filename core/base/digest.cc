#include "core/base/digest.h"

#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/base/error.h"

namespace caas {
namespace {

const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* as_bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

std::string hmac(
    const EVP_MD* digest, std::size_t size, std::string_view key, std::string_view bytes) {
    std::string out(size, '\0');
    unsigned length = 0;
    const auto* done = HMAC(
        digest,
        key.data(),
        static_cast<int>(key.size()),
        as_bytes(bytes),
        bytes.size(),
        as_bytes(out),
        &length);
    if (done == nullptr)
        throw Error(Code::internal, "HMAC failed");
    return out;
}

}  // namespace

std::string sha256(std::string_view bytes) {
    std::string out(32, '\0');
    unsigned length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), as_bytes(out), &length, EVP_sha256(), nullptr) != 1)
        throw Error(Code::internal, "SHA-256 failed");
    return out;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    return hmac(EVP_sha256(), 32, key, bytes);
}

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
    return hmac(EVP_sha1(), 20, key, bytes);
}

std::string sha256_hex(std::string_view bytes) {
    return to_hex(sha256(bytes));
}

struct Sha256::State {
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    if (EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) != 1)
        throw Error(Code::internal, "SHA-256 failed");
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
    if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1)
        throw Error(Code::internal, "SHA-256 failed");
}

std::string Sha256::hex() {
    std::string out(32, '\0');
    unsigned length = 0;
    if (EVP_DigestFinal_ex(state_->context.get(), as_bytes(out), &length) != 1)
        throw Error(Code::internal, "SHA-256 failed");
    return to_hex(out);
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4U];
        out += digits[byte & 0xfU];
    }
    return out;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0)
        return std::nullopt;
    std::string out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

std::string to_base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length =
        EVP_EncodeBlock(as_bytes(out), as_bytes(bytes), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    // OpenSSL skips blanks and takes any number of "=" for padding.
    const auto end = text.find_first_not_of(letters);
    if (text.size() % 4 != 0 ||
        (end != std::string_view::npos && text.substr(end) != "=" && text.substr(end) != "=="))
        return std::nullopt;
    std::string out(text.size() / 4 * 3 + 1, '\0');
    const int length =
        EVP_DecodeBlock(as_bytes(out), as_bytes(text), static_cast<int>(text.size()));
    if (length < 0)
        return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
        ++padding;
    out.resize(static_cast<std::size_t>(length) - padding);
    return out;
}

std::string to_base64url(std::string_view bytes) {
    auto out = to_base64(bytes);
    while (!out.empty() && out.back() == '=')
        out.pop_back();
    for (char& c : out) {
        if (c == '+')
            c = '-';
        else if (c == '/')
            c = '_';
    }
    return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string standard(text);
    for (char& c : standard) {
        if (c == '-')
            c = '+';
        else if (c == '_')
            c = '/';
        else if (c == '+' || c == '/' || c == '=')
            return std::nullopt;
    }
    standard.append((4 - standard.size() % 4) % 4, '=');
    return from_base64(standard);
}

bool is_equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace caas
