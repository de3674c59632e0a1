#include <algorithm>

#include "core/access/token.h"
#include "core/base/digest.h"

namespace caas::access {
namespace {

constexpr std::string_view mark = "caas_";
constexpr std::size_t random_bytes = 32;
constexpr std::size_t random_letters = 43;  // of 32 bytes in base64 without padding
constexpr std::size_t check_letters = 6;

std::string checksum(std::string_view letters) {
    return to_base64url(sha256("caas token\n" + std::string(letters))).substr(0, check_letters);
}

}  // namespace

Secret make_token_text(Random& random) {
    const auto letters = to_base64url(random.bytes(random_bytes));
    return Secret(std::string(mark) + letters + checksum(letters));
}

bool is_token_text(std::string_view text) {
    if (!text.starts_with(mark) || text.size() != mark.size() + random_letters + check_letters)
        return false;
    const auto letters = text.substr(mark.size(), random_letters);
    const bool is_alphabet = std::all_of(letters.begin(), letters.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
    return is_alphabet && text.substr(mark.size() + random_letters) == checksum(letters);
}

}  // namespace caas::access
