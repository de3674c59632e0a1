#include "core/access/password.h"

#include <algorithm>
#include <array>

#include <argon2.h>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace caas::access {
namespace {

constexpr std::size_t most_at_once = 2;
constexpr std::size_t most_waiting = 16;
constexpr std::uint32_t lanes = 1;
constexpr std::uint32_t salt_bytes = 16;  // RFC 9106, 3.1
constexpr std::uint32_t hash_bytes = 32;

// Of the public lists of the most used ones, those that are long enough to pass otherwise.
constexpr auto common = std::to_array<std::string_view>({
    "1234567890",   "0123456789",    "12345678910",  "123456789a",  "qwertyuiop",   "1q2w3e4r5t",
    "1qaz2wsx3edc", "qwerty12345",   "qwerty123456", "password12",  "password123",  "password1234",
    "passw0rd123",  "p@ssw0rd123",   "iloveyou12",   "iloveyou123", "iloveyou1234", "princess123",
    "sunshine123",  "football123",   "baseball123",  "welcome123",  "welcome1234",  "letmein123",
    "letmein1234",  "administrator", "admin12345",   "admin123456", "changeme123",  "changeme1234",
    "trustno1234",  "superman123",   "batman12345",  "dragon12345", "monkey12345",  "abcdefghij",
    "abcd123456",   "abc1234567",    "asdfghjkl1",   "zxcvbnm123",
});

Error weak(const std::string& why) {
    return {
        Code::invalid,
        "The password " + why,
        "take " + std::to_string(least_password_characters) +
            " characters or more; a few words that only you would put together are good",
        {{"/password", "password.weak", why}}};
}

Error crowded() {
    Error error(Code::busy, "Too many people are signing in at this moment", "try again soon");
    error.retry_after(1);
    return error;
}

// As RFC 8265 has passwords compared: typed on another keyboard, it is still the same one.
std::string normal(const Secret& password) {
    return text::nfc(password.reveal());
}

}  // namespace

void check_password(const Secret& password, std::string_view email) {
    const auto& text = password.reveal();
    if (text.size() > most_password_bytes)
        throw weak("is longer than " + std::to_string(most_password_bytes) + " bytes");
    text::require(text, "The password");
    if (text::code_points(text) < least_password_characters)
        throw weak("has fewer than " + std::to_string(least_password_characters) + " characters");
    const auto folded = text::fold(text);
    if (std::ranges::find(common, folded) != common.end())
        throw weak("is among the first that are guessed");
    const bool is_one_letter = text.find_first_not_of(text.front()) == std::string::npos;
    const auto name = email.substr(0, email.find('@'));
    if (is_one_letter || folded == text::fold(email) || folded == text::fold(std::string(name)))
        throw weak("is easily guessed");
}

// One of the places at the hasher; waits for it.
class PasswordHasher::Seat {
  public:
    explicit Seat(PasswordHasher& hasher) : hasher_(hasher) {
        std::unique_lock lock(hasher_.mutex_);
        if (hasher_.waiting_ >= most_waiting)
            throw crowded();
        ++hasher_.waiting_;
        hasher_.is_free_.wait(lock, [this] { return hasher_.hashing_ < most_at_once; });
        --hasher_.waiting_;
        ++hasher_.hashing_;
    }

    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    ~Seat() {
        {
            const std::scoped_lock lock(hasher_.mutex_);
            --hasher_.hashing_;
        }
        hasher_.is_free_.notify_one();
    }

  private:
    PasswordHasher& hasher_;
};

PasswordHasher::PasswordHasher(PasswordCost cost, Random& random) : cost_(cost), random_(random) {}

std::string PasswordHasher::hash(const Secret& password) {
    const auto salt = random_.bytes(salt_bytes);
    const Secret text(normal(password));
    std::array<char, 256> encoded{};
    const Seat seat(*this);
    const auto outcome = argon2id_hash_encoded(
        cost_.passes,
        cost_.memory_kib,
        lanes,
        text.reveal().data(),
        text.reveal().size(),
        salt.data(),
        salt.size(),
        hash_bytes,
        encoded.data(),
        encoded.size());
    if (outcome == ARGON2_MEMORY_ALLOCATION_ERROR)
        throw Error(Code::busy, "There is not enough memory to check a password", "try again soon");
    if (outcome != ARGON2_OK)
        throw Error(
            Code::internal,
            std::string("Argon2 refused to hash: ") + argon2_error_message(outcome));
    return encoded.data();
}

bool PasswordHasher::matches(const std::optional<std::string>& hash, const Secret& password) {
    std::string encoded = hash.value_or("");
    if (!hash) {
        bool is_made = false;
        {
            const std::scoped_lock lock(mutex_);
            is_made = !stand_in_.empty();
            encoded = stand_in_;
        }
        if (!is_made) {
            encoded = this->hash(Secret(to_hex(random_.bytes(hash_bytes))));
            const std::scoped_lock lock(mutex_);
            stand_in_ = encoded;
        }
    }
    // What no password can be is hashed as well, cut off, so that it takes as long.
    const bool is_possible = password.reveal().size() <= most_password_bytes;
    const Secret text(normal(Secret(password.reveal().substr(0, most_password_bytes))));
    const Seat seat(*this);
    const auto outcome =
        argon2id_verify(encoded.c_str(), text.reveal().data(), text.reveal().size());
    if (outcome == ARGON2_MEMORY_ALLOCATION_ERROR)
        throw Error(Code::busy, "There is not enough memory to check a password", "try again soon");
    if (outcome != ARGON2_OK && outcome != ARGON2_VERIFY_MISMATCH)
        throw Error(
            Code::storage_corrupt, "The database holds a password that is no Argon2id hash");
    return outcome == ARGON2_OK && hash.has_value() && is_possible;
}

bool PasswordHasher::is_dated(std::string_view hash) const {
    return !hash.starts_with(prefix());
}

std::string PasswordHasher::prefix() const {
    return "$argon2id$v=19$m=" + std::to_string(cost_.memory_kib) +
           ",t=" + std::to_string(cost_.passes) + ",p=" + std::to_string(lanes) + "$";
}

}  // namespace caas::access
