// GIF: blocks behind a screen descriptor (CompuServe GIF89a). Pictures are skipped by the sizes of
// their sub-blocks, and counted.
#include <algorithm>
#include <functional>

#include "core/media/exif.h"
#include "core/media/probe.h"

namespace caas::media {
namespace {

constexpr std::string_view kind = "GIF picture";
constexpr int most_blocks = 5'000'000;  // a sub-block has at most 255 bytes
constexpr std::size_t most_read = std::size_t{1} << 20U;

constexpr std::uint64_t picture = 0x2c;
constexpr std::uint64_t extension = 0x21;
constexpr std::uint64_t trailer = 0x3b;
constexpr std::uint64_t control = 0xf9;
constexpr std::uint64_t comment = 0xfe;
constexpr std::uint64_t application = 0xff;
// Whose bytes are no sub-blocks, but end so that skipping them as such is right (Adobe, XMP
// specification part 3, 1.1.2).
constexpr std::string_view xmp_name = "XMP DataXMP";

struct Block {
    std::uint64_t what = 0;   // picture or extension
    std::uint64_t label = 0;  // of an extension
    std::int64_t offset = 0;
    std::int64_t size = 0;  // with what ends it
    std::string head;       // of an extension: the beginning of its first sub-block
};

bool skip_table(Cursor& cursor, std::uint64_t flags) {
    const bool has_table = (flags & 0x80U) != 0;
    return !has_table || cursor.skip(std::int64_t{3} << ((flags & 7U) + 1));
}

class Walk {
  public:
    explicit Walk(const Bytes& bytes) : cursor_(bytes, 6) {}

    // Calls `tell` with each block; the size of the screen goes into `facts`.
    void run(Facts& facts, const std::function<void(const Block&)>& tell) {
        read_screen(facts);
        Block block;
        block.offset = cursor_.at();
        // Many viewers take files whose last byte is missing; so do platforms.
        while (cursor_.big(1, block.what) && block.what != trailer) {
            read_block(block);
            block.size = cursor_.at() - block.offset;
            tell(block);
            block = {.offset = cursor_.at()};
        }
    }

  private:
    void read_screen(Facts& facts) {
        std::uint64_t width = 0;
        std::uint64_t height = 0;
        std::uint64_t flags = 0;
        if (!cursor_.little(2, width) || !cursor_.little(2, height) || !cursor_.little(1, flags) ||
            !cursor_.skip(2) || !skip_table(cursor_, flags))
            throw_damaged(kind);
        set_size(facts, width, height, kind);
    }

    void read_block(Block& block) {
        std::uint64_t flags = 0;
        if (block.what == extension) {
            if (!cursor_.big(1, block.label) || !read_head(block.head))
                throw_damaged(kind);
            if (block.head.empty())
                return;
        } else if (
            block.what != picture || !cursor_.skip(8) || !cursor_.little(1, flags) ||
            !skip_table(cursor_, flags) || !cursor_.skip(1)) {
            throw_damaged(kind);
        }
        skip_sub_blocks();
    }

    bool read_head(std::string& head) {
        std::uint64_t size = 0;
        if (!cursor_.big(1, size))
            return false;
        const auto read = std::min<std::uint64_t>(size, xmp_name.size());
        return cursor_.take(read, head) && cursor_.skip(static_cast<std::int64_t>(size - read)) &&
               ++blocks_ <= most_blocks;
    }

    void skip_sub_blocks() {
        std::uint64_t size = 0;
        do {
            if (!cursor_.little(1, size) || !cursor_.skip(static_cast<std::int64_t>(size)) ||
                ++blocks_ > most_blocks)
                throw_damaged(kind);
        } while (size != 0);
    }

    Cursor cursor_;
    int blocks_ = 0;
};

bool is_description(const Block& block) {
    return block.what == extension &&
           (block.label == comment || (block.label == application && block.head == xmp_name));
}

bool may_tell_place(const Bytes& bytes, const Block& block) {
    const auto size = static_cast<std::size_t>(block.size);
    return size > most_read || xmp_has_location(bytes.read(block.offset, size));
}

}  // namespace

Facts probe_gif(const Bytes& bytes) {
    Facts facts;
    facts.type = "image/gif";
    facts.frames = 0;
    Walk(bytes).run(facts, [&](const Block& block) {
        if (block.what == picture)
            ++facts.frames;
        else if (block.label == control)
            facts.duration +=
                Milliseconds(static_cast<std::int64_t>(little_at(block.head, 1, 2)) * 10);
        else if (is_description(block))
            facts.has_location = facts.has_location || may_tell_place(bytes, block);
    });
    if (facts.frames == 0)
        throw_damaged(kind);
    if (facts.frames == 1)
        facts.duration = Milliseconds::zero();
    return facts;
}

std::vector<Piece> strip_gif(const Bytes& bytes) {
    std::vector<Piece> pieces;
    std::int64_t done = 0;
    Facts screen;
    Walk(bytes).run(screen, [&](const Block& block) {
        if (!is_description(block))
            return;
        pieces.push_back({done, block.offset - done});
        done = block.offset + block.size;
    });
    pieces.push_back({done, bytes.size - done});
    return pieces;
}

}  // namespace caas::media
