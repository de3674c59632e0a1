// Passwords: what is taken as one, and how they are kept: as Argon2id (RFC 9106) in the PHC string
// format, so that the cost may rise while older ones still work.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/base/secret.h"

namespace caas::access {

constexpr std::size_t least_password_characters = 10;
constexpr std::size_t most_password_bytes = 1024;

// Throws Error(invalid) for what is too short, too long, among the first that are tried, or made of
// the e-mail address or of one character. No rules about kinds of characters (NIST SP 800-63B).
void check_password(const Secret& password, std::string_view email);

struct PasswordCost {
    std::uint32_t memory_kib = 19456;  // OWASP's password storage cheat sheet: 19 MiB, 2 passes
    std::uint32_t passes = 2;
};

// Hashes few passwords at once, since each takes the memory and the time of its cost, lets a few
// more wait, and refuses the rest with Error(busy). Thread-safe.
class PasswordHasher {
  public:
    // `random` must outlive this.
    PasswordHasher(PasswordCost cost, Random& random);
    PasswordHasher(const PasswordHasher&) = delete;
    PasswordHasher& operator=(const PasswordHasher&) = delete;

    std::string hash(const Secret& password);
    // Whether it is the password. nullopt, the hash of somebody who is not there or has none, takes
    // the time of a wrong password. Throws Error(storage_corrupt) when `hash` is none.
    bool matches(const std::optional<std::string>& hash, const Secret& password);
    // Whether the password should be hashed anew, at today's cost.
    bool is_dated(std::string_view hash) const;

  private:
    class Seat;

    std::string prefix() const;

    const PasswordCost cost_;
    Random& random_;
    std::mutex mutex_;  // guards the three below
    std::condition_variable is_free_;
    std::size_t hashing_ = 0;
    std::size_t waiting_ = 0;
    std::string stand_in_;  // the hash of nobody's password, made with the first need
};

}  // namespace caas::access
