// The first picture of a GIF (CompuServe GIF89a, with the variable-length LZW of its appendix F).
#include <array>

#include "picture/raster.h"

namespace caas::picture {
namespace {

constexpr int most_codes = 4096;

[[noreturn]] void fail() {
    throw Fault("the GIF picture cannot be decoded");
}

class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    unsigned byte() {
        if (at_ >= bytes_.size())
            fail();
        return static_cast<unsigned char>(bytes_[at_++]);
    }

    unsigned word() {
        const auto low = byte();
        return low | (byte() << 8U);
    }

    std::string_view take(std::size_t count) {
        if (count > bytes_.size() - at_)
            fail();
        at_ += count;
        return bytes_.substr(at_ - count, count);
    }

    // The sub-blocks up to the empty one, joined.
    std::string blocks() {
        std::string out;
        while (const auto size = byte())
            out += take(size);
        return out;
    }

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
};

// Codes of growing length, the lowest bit first.
class Codes {
  public:
    explicit Codes(std::string_view data) : data_(data) {}

    // -1 at the end.
    int next(unsigned length) {
        while (count_ < length) {
            if (at_ >= data_.size())
                return -1;
            bits_ |= static_cast<std::uint32_t>(static_cast<unsigned char>(data_[at_++])) << count_;
            count_ += 8;
        }
        const auto code = bits_ & ((1U << length) - 1U);
        bits_ >>= length;
        count_ -= length;
        return static_cast<int>(code);
    }

  private:
    std::string_view data_;
    std::size_t at_ = 0;
    std::uint32_t bits_ = 0;
    unsigned count_ = 0;
};

// Each code is another code and one more colour.
std::vector<std::uint8_t> unpack(std::string_view data, unsigned least_bits, std::size_t wanted) {
    if (least_bits < 2 || least_bits > 8)
        fail();
    const int clear = 1 << least_bits;
    std::array<std::int16_t, most_codes> before{};
    std::array<std::uint8_t, most_codes> colour{};
    std::vector<std::uint8_t> out;
    std::vector<std::uint8_t> run;
    out.reserve(wanted);
    for (int i = 0; i < clear; ++i) {
        before[static_cast<std::size_t>(i)] = -1;
        colour[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i);
    }
    Codes codes(data);
    unsigned length = least_bits + 1;
    int known = clear + 2;
    int last = -1;
    while (out.size() < wanted) {
        const int code = codes.next(length);
        if (code < 0 || code == clear + 1)
            break;
        if (code == clear) {
            length = least_bits + 1;
            known = clear + 2;
            last = -1;
            continue;
        }
        if (code > known || (code == known && last < 0) || (code > clear && code < clear + 2))
            fail();
        run.clear();
        int at = code == known ? last : code;
        for (; at >= 0; at = before[static_cast<std::size_t>(at)])
            run.push_back(colour[static_cast<std::size_t>(at)]);
        if (code == known)
            run.insert(run.begin(), run.back());
        out.insert(out.end(), run.rbegin(), run.rend());
        if (last >= 0 && known < most_codes) {
            before[static_cast<std::size_t>(known)] = static_cast<std::int16_t>(last);
            colour[static_cast<std::size_t>(known)] = run.back();
            ++known;
            if (known == 1 << length && length < 12)
                ++length;
        }
        last = code;
    }
    out.resize(wanted);
    return out;
}

std::size_t table_bytes(unsigned flags) {
    return (flags & 0x80U) == 0 ? 0 : std::size_t{3} << ((flags & 7U) + 1U);
}

// Where the lines of an interlaced picture stand: every 8th, then those between.
std::vector<int> line_order(int height, bool is_interlaced) {
    std::vector<int> order;
    if (!is_interlaced) {
        for (int y = 0; y < height; ++y)
            order.push_back(y);
        return order;
    }
    constexpr std::array<std::array<int, 2>, 4> passes{{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
    for (const auto& [first, step] : passes) {
        for (int y = first; y < height; y += step)
            order.push_back(y);
    }
    return order;
}

}  // namespace

Raster decode_gif(std::string_view bytes) {
    Reader reader(bytes);
    reader.take(6);
    const auto width = reader.word();
    const auto height = reader.word();
    const auto flags = reader.byte();
    reader.take(2);
    auto table = reader.take(table_bytes(flags));
    auto raster = blank(width, height);
    int clear_colour = -1;
    while (true) {
        const auto what = reader.byte();
        if (what == 0x21) {
            const auto label = reader.byte();
            const auto data = reader.blocks();
            if (label == 0xf9 && data.size() >= 4 && (static_cast<unsigned>(data[0]) & 1U) != 0)
                clear_colour = static_cast<unsigned char>(data[3]);
            continue;
        }
        if (what != 0x2c)
            fail();
        const auto left = reader.word();
        const auto top = reader.word();
        const auto own_width = reader.word();
        const auto own_height = reader.word();
        const auto own_flags = reader.byte();
        if (const auto own_table = reader.take(table_bytes(own_flags)); !own_table.empty())
            table = own_table;
        if (left + own_width > width || top + own_height > height || own_width == 0)
            fail();
        const auto bits = reader.byte();
        const auto colours = unpack(reader.blocks(), bits, std::size_t{own_width} * own_height);
        const auto order = line_order(static_cast<int>(own_height), (own_flags & 0x40U) != 0);
        for (std::size_t line = 0; line < order.size(); ++line) {
            for (unsigned x = 0; x < own_width; ++x) {
                const std::size_t colour = colours[line * own_width + x];
                if (static_cast<int>(colour) == clear_colour || colour * 3 + 2 >= table.size())
                    continue;
                auto* pixel =
                    raster.pixels.data() +
                    ((top + static_cast<std::size_t>(order[line])) * width + left + x) * 4;
                for (std::size_t channel = 0; channel < 3; ++channel)
                    pixel[channel] = static_cast<std::uint8_t>(table[colour * 3 + channel]);
                pixel[3] = 0xff;
            }
        }
        return raster;
    }
}

}  // namespace caas::picture
