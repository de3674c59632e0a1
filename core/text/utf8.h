// UTF-8 as caas accepts, walks and measures it. Strict at the edge (require), total inside: every
// other function takes any bytes and reads a wrong one as U+FFFD, one byte wide, so nothing here
// can crash on input. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caas::text {

constexpr char32_t replacement = 0xFFFD;

// Where the first byte that is not UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing above
// U+10FFFF) stands; nullopt when all is well. NUL counts as well: has_nul asks for it.
std::optional<std::size_t> find_fault(std::string_view text);
bool is_utf8(std::string_view text);
bool has_nul(std::string_view text);
// Throws Error(invalid) that names `what` when the text is not UTF-8 or has a NUL, which PostgreSQL
// would refuse and SQLite would not notice.
void require(std::string_view text, std::string_view what);
// The text with U+FFFD for each wrong byte.
std::string repaired(std::string_view text);

// One code point at a byte offset. `size` is at least 1.
struct Point {
    char32_t value = replacement;
    std::size_t size = 1;
};

// `at` must be inside the text.
Point decode(std::string_view text, std::size_t at);
void append(std::string& out, char32_t point);
std::string to_utf8(std::u32string_view points);

std::size_t code_points(std::string_view text);
std::size_t utf16_length(std::string_view text);
// Offsets between the two measures; one inside a character goes to its start, one beyond the end to
// the end.
std::size_t utf16_offset(std::string_view text, std::size_t byte);
std::size_t byte_offset(std::string_view text, std::size_t utf16);

// Unicode normalization form C.
std::string nfc(std::string_view text);

}  // namespace caas::text
