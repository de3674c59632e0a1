// Digests and the text forms of bytes. All functions are pure and thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace caas {

// Raw 32 bytes.
std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
// Raw 20 bytes; only for what prescribes it (one-time codes, RFC 6238).
std::string hmac_sha1(std::string_view key, std::string_view bytes);
// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

// The same of bytes that come piece by piece. For one thread.
class Sha256 {
  public:
    Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    ~Sha256();

    void add(std::string_view bytes);
    // 64 lower-case hexadecimal digits; once.
    std::string hex();

  private:
    struct State;

    std::unique_ptr<State> state_;
};

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);
// Standard alphabet with padding.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);
// URL alphabet without padding (RFC 4648, 5).
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

bool is_equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace caas
