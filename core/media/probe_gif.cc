// GIF: blocks behind a screen descriptor (CompuServe GIF89a). Pictures are skipped by the sizes of
// their sub-blocks, and counted.
#include "core/media/probe.h"

namespace caas::media {
namespace {

constexpr std::string_view kind = "GIF picture";
constexpr int most_blocks = 5'000'000;  // a sub-block has at most 255 bytes

bool skip_table(Cursor& cursor, std::uint64_t flags) {
    const bool has_table = (flags & 0x80U) != 0;
    return !has_table || cursor.skip(std::int64_t{3} << ((flags & 7U) + 1));
}

}  // namespace

Facts probe_gif(const Bytes& bytes) {
    Facts facts;
    facts.type = "image/gif";
    Cursor cursor(bytes, 6);
    std::uint64_t width = 0;
    std::uint64_t height = 0;
    std::uint64_t flags = 0;
    if (!cursor.little(2, width) || !cursor.little(2, height) || !cursor.little(1, flags) ||
        !cursor.skip(2) || !skip_table(cursor, flags))
        throw_damaged(kind);
    set_size(facts, width, height, kind);
    int blocks = 0;
    const auto skip_sub_blocks = [&] {
        std::uint64_t size = 0;
        do {
            if (!cursor.little(1, size) || !cursor.skip(static_cast<std::int64_t>(size)) ||
                ++blocks > most_blocks)
                throw_damaged(kind);
        } while (size != 0);
    };
    facts.frames = 0;
    while (true) {
        std::uint64_t what = 0;
        // Many viewers take files whose last byte is missing; so do platforms.
        if (!cursor.little(1, what) || what == 0x3b)
            break;
        if (what == 0x21) {
            std::uint64_t label = 0;
            if (!cursor.little(1, label))
                throw_damaged(kind);
            std::string control;
            if (label == 0xf9) {
                if (!cursor.take(5, control))
                    throw_damaged(kind);
                facts.duration +=
                    Milliseconds(static_cast<std::int64_t>(little_at(control, 2, 2)) * 10);
            }
            skip_sub_blocks();
        } else if (what == 0x2c) {
            if (!cursor.skip(8) || !cursor.little(1, flags) || !skip_table(cursor, flags) ||
                !cursor.skip(1))
                throw_damaged(kind);
            skip_sub_blocks();
            ++facts.frames;
        } else {
            throw_damaged(kind);
        }
        if (++blocks > most_blocks)
            throw_damaged(kind);
    }
    if (facts.frames == 0)
        throw_damaged(kind);
    if (facts.frames == 1)
        facts.duration = Milliseconds::zero();
    return facts;
}

}  // namespace caas::media
