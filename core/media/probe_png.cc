// PNG: chunks of a length, a name, data and a checksum (W3C Portable Network Graphics, 5).
#include <algorithm>
#include <array>
#include <functional>

#include "core/media/exif.h"
#include "core/media/probe.h"

namespace caas::media {
namespace {

constexpr std::string_view kind = "PNG picture";
constexpr int most_chunks = 100'000;
constexpr std::int64_t signature_bytes = 8;
constexpr std::int64_t beside_data = 12;  // length, name and checksum
constexpr std::size_t most_read = std::size_t{1} << 20U;
constexpr std::size_t most_summed = std::size_t{1} << 16U;  // at a time

constexpr auto sum_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        auto sum = i;
        for (int bit = 0; bit < 8; ++bit)
            sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? 0xedb88320U : 0U);
        table.at(i) = sum;
    }
    return table;
}();

// The checksum of a chunk's name and data (annex D of the same).
class Checksum {
  public:
    void add(std::string_view bytes) {
        for (const char c : bytes)
            sum_ = (sum_ >> 8U) ^ sum_table.at((sum_ ^ static_cast<unsigned char>(c)) & 0xffU);
    }

    std::uint32_t value() const { return ~sum_; }

  private:
    std::uint32_t sum_ = 0xffffffffU;
};

struct Chunk {
    std::string name;
    std::int64_t offset = 0;
    std::int64_t size = 0;  // with length, name and checksum
    std::string data;       // of those that say something here, at most a megabyte
    bool is_cut = false;    // whether there is more of it
};

bool is_description(const std::string& name) {
    return name == "eXIf" || name == "tEXt" || name == "zTXt" || name == "iTXt";
}

// Whether its text cannot be looked into. Tools pack whole EXIF blocks. Of an iTXt the byte behind
// the keyword and its zero says whether the text is packed (11.3.3.4 of the same).
bool is_packed(const Chunk& chunk) {
    if (chunk.name == "zTXt" || chunk.data.starts_with("Raw profile"))
        return true;
    const auto keyword = chunk.data.find('\0');
    return chunk.name == "iTXt" && big_at(chunk.data, keyword + 1, 1) != 0;
}

bool may_tell_place(const Chunk& chunk) {
    if (chunk.is_cut)
        return true;
    if (chunk.name == "eXIf")
        return read_exif(chunk.data).has_location;
    return is_packed(chunk) || xmp_has_location(chunk.data);
}

// Without which there is no picture; whoever decodes it insists on their checksums.
bool is_critical(const std::string& name) {
    return name.front() >= 'A' && name.front() <= 'Z';
}

// Its data and checksum, which end it.
void read_rest(Cursor& cursor, Chunk& chunk, std::uint64_t length) {
    Checksum sum;
    sum.add(chunk.name);
    const bool is_told = chunk.name == "IHDR" || chunk.name == "acTL" || chunk.name == "fcTL";
    if (is_description(chunk.name)) {
        const auto read = std::min<std::uint64_t>(length, most_read);
        chunk.is_cut = read < length;
        if (!cursor.take(read, chunk.data) ||
            !cursor.skip(static_cast<std::int64_t>(length - read)))
            throw_damaged(kind);
    } else if (is_told && length <= most_read) {
        if (!cursor.take(length, chunk.data))
            throw_damaged(kind);
        sum.add(chunk.data);
    } else if (is_critical(chunk.name)) {
        std::string piece;
        for (auto left = length; left > 0; left -= piece.size()) {
            if (!cursor.take(std::min<std::uint64_t>(left, most_summed), piece))
                throw_damaged(kind);
            sum.add(piece);
        }
    } else if (!cursor.skip(static_cast<std::int64_t>(length))) {
        throw_damaged(kind);
    }
    std::uint64_t said = 0;
    if (!cursor.big(4, said) || (is_critical(chunk.name) && said != sum.value()))
        throw_damaged(kind);
}

void walk(const Bytes& bytes, const std::function<void(const Chunk&)>& tell) {
    Cursor cursor(bytes, signature_bytes);
    for (int i = 0; i < most_chunks; ++i) {
        Chunk chunk;
        chunk.offset = cursor.at();
        std::uint64_t length = 0;
        if (!cursor.big(4, length) || !cursor.take(4, chunk.name))
            throw_damaged(kind);
        chunk.size = static_cast<std::int64_t>(length) + beside_data;
        read_rest(cursor, chunk, length);
        tell(chunk);
        if (chunk.name == "IEND")
            return;
    }
    throw_damaged(kind);
}

// How long a frame of a moving PNG stands: a fraction of a second.
Milliseconds delay_of(std::string_view control) {
    const auto part = static_cast<std::int64_t>(big_at(control, 20, 2));
    const auto whole = static_cast<std::int64_t>(big_at(control, 22, 2));
    return Milliseconds(part * 1000 / (whole == 0 ? 100 : whole));
}

}  // namespace

Facts probe_png(const Bytes& bytes) {
    Facts facts;
    facts.type = "image/png";
    int orientation = 1;
    int frames = 0;
    bool moves = false;
    walk(bytes, [&](const Chunk& chunk) {
        if (chunk.offset == signature_bytes) {
            if (chunk.name != "IHDR")
                throw_damaged(kind);
            set_size(facts, big_at(chunk.data, 0, 4), big_at(chunk.data, 4, 4), kind);
        } else if (chunk.name == "acTL") {
            moves = true;
        } else if (chunk.name == "fcTL") {
            ++frames;
            facts.duration += delay_of(chunk.data);
        } else if (is_description(chunk.name)) {
            if (chunk.name == "eXIf")
                orientation = read_exif(chunk.data).orientation;
            facts.has_location = facts.has_location || may_tell_place(chunk);
        }
    });
    if (moves && frames > 1)
        facts.frames = frames;
    else
        facts.duration = Milliseconds::zero();
    turn(facts, orientation);
    return facts;
}

namespace {

std::string four_bytes(std::uint32_t number) {
    std::string out;
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        out += static_cast<char>((number >> shift) & 0xffU);
    return out;
}

}  // namespace

std::vector<Piece> strip_png(const Bytes& bytes, const Facts& facts) {
    std::vector<Piece> pieces{{0, signature_bytes}};
    walk(bytes, [&](const Chunk& chunk) {
        if (is_description(chunk.name))
            return;
        pieces.push_back({chunk.offset, chunk.size});
        if (chunk.name == "IHDR" && facts.orientation != 1) {
            const auto exif = orientation_exif(facts.orientation);
            const auto named = "eXIf" + exif;
            Checksum sum;
            sum.add(named);
            pieces.push_back(
                {.instead = four_bytes(static_cast<std::uint32_t>(exif.size())) + named +
                            four_bytes(sum.value())});
        }
    });
    return pieces;
}

}  // namespace caas::media
