#include "core/access/totp.h"

#include <algorithm>

#include "core/base/digest.h"

namespace caas::access {
namespace {

constexpr std::size_t secret_bytes = 20;
constexpr std::size_t recovery_bytes = 10;
constexpr auto period = std::chrono::seconds(30);
constexpr std::int64_t drift = 1;  // steps; RFC 6238, 5.2
constexpr std::size_t digits = 6;
constexpr std::uint32_t most_codes = 1000000;

// What may stand in a label of the URI; the rest is encoded.
std::string encoded(std::string_view text) {
    constexpr std::string_view plain = "-._~@";
    std::string out;
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || plain.find(c) != std::string_view::npos;
        out += is_plain ? std::string(1, c) : "%" + to_hex(std::string(1, c));
    }
    return out;
}

}  // namespace

Secret make_totp_secret(Random& random) {
    return Secret(random.bytes(secret_bytes));
}

std::string to_base32(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    constexpr unsigned letter_bits = 5;
    std::string out;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(c);
        for (count += 8; count >= letter_bits; count -= letter_bits)
            out += alphabet[(bits >> (count - letter_bits)) & 31U];
    }
    if (count > 0)
        out += alphabet[(bits << (letter_bits - count)) & 31U];
    return out;
}

std::string totp_uri(const Secret& secret, std::string_view email) {
    return "otpauth://totp/caas:" + encoded(email) + "?secret=" + to_base32(secret.reveal()) +
           "&issuer=caas";
}

std::string totp_code(const Secret& secret, std::int64_t step) {
    std::string counter(8, '\0');
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter[i] = static_cast<char>((static_cast<std::uint64_t>(step) >> (56 - 8 * i)) & 255U);
    const auto mac = hmac_sha1(secret.reveal(), counter);
    // RFC 4226, 5.3: the last four bits say where the number begins.
    const auto byte = [&](std::size_t at) {
        return std::uint32_t{static_cast<unsigned char>(mac[at])};
    };
    const std::size_t at = byte(mac.size() - 1) & 15U;
    const auto number =
        ((byte(at) & 127U) << 24U) | (byte(at + 1) << 16U) | (byte(at + 2) << 8U) | byte(at + 3);
    auto text = std::to_string(number % most_codes);
    return std::string(digits - text.size(), '0') + text;
}

std::optional<std::int64_t> totp_step(
    const Secret& secret, std::string_view code, Instant now, std::optional<std::int64_t> last) {
    std::string typed(code);
    std::erase(typed, ' ');
    const auto present =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()) / period;
    std::optional<std::int64_t> found;
    for (auto step = present - drift; step <= present + drift; ++step) {
        const bool is_it = is_equal_in_constant_time(totp_code(secret, step), typed);
        if (is_it && (!last || step > *last) && !found)
            found = step;
    }
    return found;
}

std::vector<std::string> make_recovery_codes(Random& random) {
    constexpr std::size_t group = 4;
    std::vector<std::string> codes;
    while (codes.size() < recovery_codes) {
        const auto letters = to_base32(random.bytes(recovery_bytes));
        std::string code;
        for (std::size_t i = 0; i < letters.size(); ++i) {
            if (i > 0 && i % group == 0)
                code += '-';
            const char c = letters[i];
            code += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        codes.push_back(std::move(code));
    }
    return codes;
}

std::string recovery_digest(std::string_view code) {
    std::string plain;
    for (const char c : code.substr(0, 64)) {
        if (c >= 'A' && c <= 'Z')
            plain += static_cast<char>(c - 'A' + 'a');
        else if (c != '-' && c != ' ')
            plain += c;
    }
    return sha256_hex("caas recovery code\n" + plain);
}

}  // namespace caas::access
