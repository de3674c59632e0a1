#include "core/base/id.h"

#include <algorithm>
#include <array>

namespace caas {

std::string IdMaker::text() {
    std::array<std::uint8_t, 16> raw{};
    std::int64_t ms = 0;
    std::uint32_t counter = 0;
    {
        const std::scoped_lock lock(mutex_);
        if (used_ == chance_.size()) {
            random_.fill(chance_);
            used_ = 0;
        }
        std::copy_n(chance_.begin() + static_cast<std::ptrdiff_t>(used_), raw.size(), raw.begin());
        used_ += raw.size();
        const auto now = to_ms(clock_.now());
        if (now > last_ms_) {
            last_ms_ = now;
            // Half of the 12 bits stay free, so that a burst in one millisecond has room to count.
            counter_ = (static_cast<std::uint32_t>(raw[6]) << 3U) | (raw[7] & 7U);
        } else if (++counter_ > 0xfff) {
            ++last_ms_;  // RFC 9562, 6.2: running ahead of the clock keeps the order
            counter_ = 0;
        }
        ms = last_ms_;
        counter = counter_;
    }
    for (unsigned i = 0; i < 6; ++i)
        raw[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(ms) >> (40U - 8U * i));
    raw[6] = static_cast<std::uint8_t>(0x70U | (counter >> 8U));
    raw[7] = static_cast<std::uint8_t>(counter & 0xffU);
    raw[8] = static_cast<std::uint8_t>(0x80U | (raw[8] & 0x3fU));

    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(36);
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out += '-';
        out += digits[raw[i] >> 4U];
        out += digits[raw[i] & 0xfU];
    }
    return out;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (is_dash ? c != '-' : !is_hex)
            return false;
    }
    return true;
}

}  // namespace caas
