// A text as the UTF-16 code units a JavaScript program sees, with the way back to bytes. The rules
// of X are written over these units (twitter-text is a set of regular expressions without the "u"
// flag), so counting as X does means looking at them. Immutable once built; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caas::text {

class Utf16 {
  public:
    explicit Utf16(std::string_view text);

    const std::u16string& units() const { return units_; }

    // The byte where the character of this unit starts; the length of the text for the end.
    std::size_t byte_at(std::size_t unit) const { return bytes_[unit]; }

  private:
    std::u16string units_;
    std::vector<std::uint32_t> bytes_;
};

constexpr bool is_high_surrogate(char16_t unit) {
    return unit >= 0xD800 && unit < 0xDC00;
}

constexpr bool is_low_surrogate(char16_t unit) {
    return unit >= 0xDC00 && unit < 0xE000;
}

// The code point at a unit; a half without its other half is itself.
char32_t point_at(std::u16string_view units, std::size_t at);

constexpr std::size_t units_of(char32_t point) {
    return point >= 0x10000 ? 2 : 1;
}

}  // namespace caas::text
