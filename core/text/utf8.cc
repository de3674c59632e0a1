#include "core/text/utf8.h"

#include <cstdlib>
#include <memory>
#include <new>

#include <utf8proc.h>

#include "core/base/error.h"

namespace caas::text {
namespace {

// Whether a character is in NFC whatever stands beside it, as long as that is such a character too:
// the common blocks without marks, letters that take part in compositions as second, and characters
// that NFC replaces. Saves normalizing most texts.
bool is_settled(char32_t c) {
    return c < 0x300 || (c >= 0x0400 && c <= 0x0482) || (c >= 0x2010 && c <= 0x205E) ||
           c == 0x20AC || (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FE) ||
           (c >= 0x3000 && c <= 0x3029) || (c >= 0x4E00 && c <= 0x9FFF) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xFF01 && c <= 0xFF5E) || c == 0xFE0F ||
           c == 0x200D || (c >= 0x1F300 && c <= 0x1FAFF);
}

bool is_in_nfc(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const Point point = decode(text, at);
        if (!is_settled(point.value)) {
            return false;
        }
        at += point.size;
    }
    return true;
}

// The code point at `at`, or size 0 when the bytes there are not one.
Point strict(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) -> std::uint32_t {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const std::uint32_t first = byte(at);
    if (first < 0x80) {
        return {first, 1};
    }
    const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    if (first >= 0xC2 && first < 0xE0 && is_tail(at + 1)) {
        return {((first & 0x1FU) << 6) | (byte(at + 1) & 0x3FU), 2};
    }
    if (first >= 0xE0 && first < 0xF0 && is_tail(at + 1) && is_tail(at + 2)) {
        const char32_t value =
            ((first & 0x0FU) << 12) | ((byte(at + 1) & 0x3FU) << 6) | (byte(at + 2) & 0x3FU);
        const bool is_surrogate = value >= 0xD800 && value < 0xE000;
        return value >= 0x800 && !is_surrogate ? Point{value, 3} : Point{0, 0};
    }
    if (first >= 0xF0 && first < 0xF5 && is_tail(at + 1) && is_tail(at + 2) && is_tail(at + 3)) {
        const char32_t value = ((first & 0x07U) << 18) | ((byte(at + 1) & 0x3FU) << 12) |
                               ((byte(at + 2) & 0x3FU) << 6) | (byte(at + 3) & 0x3FU);
        return value >= 0x10000 && value <= 0x10FFFF ? Point{value, 4} : Point{0, 0};
    }
    return {0, 0};
}

}  // namespace

std::optional<std::size_t> find_fault(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = strict(text, at).size;
        if (size == 0) {
            return at;
        }
        at += size;
    }
    return std::nullopt;
}

bool is_utf8(std::string_view text) {
    return !find_fault(text);
}

bool has_nul(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

void require(std::string_view text, std::string_view what) {
    if (const auto fault = find_fault(text)) {
        throw Error(
            Code::invalid,
            std::string(what) + " is not valid UTF-8: the byte at offset " +
                std::to_string(*fault) + " cannot stand there.",
            "Save it as UTF-8 and try again.");
    }
    if (has_nul(text)) {
        throw Error(
            Code::invalid,
            std::string(what) + " has a NUL character at offset " +
                std::to_string(text.find('\0')) + ".",
            "Remove it and try again.");
    }
}

std::string repaired(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Point point = decode(text, at);
        append(out, point.value);
        at += point.size;
    }
    return out;
}

Point decode(std::string_view text, std::size_t at) {
    const Point point = strict(text, at);
    return point.size > 0 ? point : Point{};
}

void append(std::string& out, char32_t point) {
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) {
        point = replacement;
    }
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0U | (point >> 6));
        put(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
        put(0xE0U | (point >> 12));
        put(0x80U | ((point >> 6) & 0x3FU));
        put(0x80U | (point & 0x3FU));
    } else {
        put(0xF0U | (point >> 18));
        put(0x80U | ((point >> 12) & 0x3FU));
        put(0x80U | ((point >> 6) & 0x3FU));
        put(0x80U | (point & 0x3FU));
    }
}

std::string to_utf8(std::u32string_view points) {
    std::string out;
    out.reserve(points.size());
    for (const char32_t point : points) {
        append(out, point);
    }
    return out;
}

std::size_t code_points(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) {
        at += decode(text, at).size;
    }
    return count;
}

std::size_t utf16_length(std::string_view text) {
    return utf16_offset(text, text.size());
}

std::size_t utf16_offset(std::string_view text, std::size_t byte) {
    std::size_t units = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Point point = decode(text, at);
        if (at + point.size > byte) {
            break;
        }
        at += point.size;
        units += point.value >= 0x10000 ? 2 : 1;
    }
    return units;
}

std::size_t byte_offset(std::string_view text, std::size_t utf16) {
    std::size_t at = 0;
    for (std::size_t units = 0; at < text.size();) {
        const Point point = decode(text, at);
        units += point.value >= 0x10000 ? 2 : 1;
        if (units > utf16) {
            break;
        }
        at += point.size;
    }
    return at;
}

std::string nfc(std::string_view text) {
    const std::string clean = repaired(text);
    if (is_in_nfc(clean)) {
        return clean;
    }
    utf8proc_uint8_t* out = nullptr;
    // utf8proc only reads bytes: the cast changes their sign, nothing else.
    const utf8proc_ssize_t size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(clean.data()),
        static_cast<utf8proc_ssize_t>(clean.size()),
        &out,
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
    if (size < 0) {
        throw std::bad_alloc();
    }
    return std::string(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
}

}  // namespace caas::text
