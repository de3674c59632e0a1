// WebP: chunks in a RIFF file (developers.google.com/speed/webp/docs/riff_container).
#include <functional>

#include "core/media/exif.h"
#include "core/media/probe.h"

namespace caas::media {
namespace {

constexpr std::string_view kind = "WebP picture";
constexpr int most_chunks = 100'000;
constexpr std::int64_t header_bytes = 12;
constexpr std::size_t most_read = std::size_t{1} << 20U;
constexpr std::size_t most_head = 30;
constexpr char exif_flag = 0x08;
constexpr char xmp_flag = 0x04;

struct Chunk {
    std::string name;
    std::int64_t offset = 0;
    std::int64_t size = 0;  // with name, length and padding
    std::string data;       // the beginning; of what describes, at most a megabyte
    bool is_cut = false;    // whether there is more of what describes
};

bool is_description(const Chunk& chunk) {
    return chunk.name == "EXIF" || chunk.name == "XMP ";
}

void walk(const Bytes& bytes, const std::function<void(const Chunk&)>& tell) {
    Cursor cursor(bytes, header_bytes);
    int count = 0;
    while (!cursor.is_at_end()) {
        Chunk chunk;
        chunk.offset = cursor.at();
        std::uint64_t length = 0;
        // Bytes behind the last chunk are nobody's.
        if (!cursor.take(4, chunk.name) || !cursor.little(4, length))
            return;
        const auto size = static_cast<std::int64_t>(length);
        if (size > cursor.left() || ++count > most_chunks)
            throw_damaged(kind);
        chunk.size = 8 + size + (size & 1);
        const auto most = is_description(chunk) ? most_read : most_head;
        const auto wanted = std::min<std::uint64_t>(length, most);
        chunk.is_cut = is_description(chunk) && wanted < length;
        if (!cursor.take(wanted, chunk.data))
            throw_damaged(kind);
        cursor.skip(size - static_cast<std::int64_t>(wanted));
        cursor.skip(size & 1);
        tell(chunk);
    }
}

void read_lossy(Facts& facts, std::string_view data) {
    if (data.substr(3, 3) != "\x9d\x01\x2a")
        throw_damaged(kind);
    set_size(facts, little_at(data, 6, 2) & 0x3fffU, little_at(data, 8, 2) & 0x3fffU, kind);
}

void read_lossless(Facts& facts, std::string_view data) {
    if (!data.starts_with("\x2f"))
        throw_damaged(kind);
    const auto bits = little_at(data, 1, 4);
    set_size(facts, (bits & 0x3fffU) + 1, ((bits >> 14U) & 0x3fffU) + 1, kind);
}

}  // namespace

Facts probe_webp(const Bytes& bytes) {
    Facts facts;
    facts.type = "image/webp";
    int orientation = 1;
    int frames = 0;
    walk(bytes, [&](const Chunk& chunk) {
        const std::string_view data = chunk.data;
        facts.has_location = facts.has_location || chunk.is_cut;
        if (chunk.name == "VP8X") {
            set_size(facts, little_at(data, 4, 3) + 1, little_at(data, 7, 3) + 1, kind);
        } else if (chunk.name == "VP8 " && facts.width == 0) {
            if (data.size() < 10)
                throw_damaged(kind);
            read_lossy(facts, data);
        } else if (chunk.name == "VP8L" && facts.width == 0) {
            read_lossless(facts, data);
        } else if (chunk.name == "ANMF") {
            ++frames;
            facts.duration += Milliseconds(static_cast<std::int64_t>(little_at(data, 12, 3)));
        } else if (chunk.name == "EXIF") {
            const auto exif = read_exif(
                data.starts_with(std::string_view("Exif\0\0", 6)) ? data.substr(6) : data);
            orientation = exif.orientation;
            facts.has_location = facts.has_location || exif.has_location;
        } else if (chunk.name == "XMP ") {
            facts.has_location = facts.has_location || xmp_has_location(data);
        }
    });
    if (facts.width == 0)
        throw_damaged(kind);
    if (frames > 1)
        facts.frames = frames;
    else
        facts.duration = Milliseconds::zero();
    turn(facts, orientation);
    return facts;
}

std::vector<Piece> strip_webp(const Bytes& bytes) {
    std::vector<Piece> pieces{{}};
    std::int64_t size = 4;  // "WEBP"
    walk(bytes, [&](const Chunk& chunk) {
        if (is_description(chunk))
            return;
        size += chunk.size;
        if (chunk.name != "VP8X") {
            pieces.push_back({chunk.offset, chunk.size});
            return;
        }
        auto head = bytes.read(chunk.offset, static_cast<std::size_t>(chunk.size));
        head[8] = static_cast<char>(head[8] & ~(exif_flag | xmp_flag));
        pieces.push_back({.instead = std::move(head)});
    });
    std::string head = "RIFF";
    for (const int shift : {0, 8, 16, 24})
        head += static_cast<char>((size >> shift) & 0xff);
    pieces.front().instead = head + "WEBP";
    return pieces;
}

}  // namespace caas::media
