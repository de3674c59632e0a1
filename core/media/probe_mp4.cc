// MP4 and QuickTime: boxes in boxes (ISO/IEC 14496-12).
#include <algorithm>
#include <array>
#include <functional>

#include "core/base/error.h"
#include "core/media/probe.h"

namespace caas::media {
namespace {

constexpr std::string_view kind = "video";
constexpr int most_boxes = 100'000;
constexpr int deepest = 8;
constexpr std::int64_t most_read = std::int64_t{64} << 10U;
constexpr std::int64_t most_described = std::int64_t{1} << 20U;

struct Box {
    std::string name;
    std::int64_t offset = 0;
    std::int64_t content = 0;  // where it begins
    std::int64_t end = 0;
};

// Where tools put what they say of the whole file: of the boxes with an id of their own, XMP's
// (Adobe, XMP specification part 3, 1.2.7.1).
bool is_description(const Bytes& bytes, const Box& box) {
    constexpr std::string_view xmp_id(
        "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac", 16);
    return box.name == "udta" || box.name == "meta" ||
           (box.name == "uuid" && bytes.read(box.content, xmp_id.size()) == xmp_id);
}

using Tell = std::function<void(const Box& box)>;

// The boxes between two offsets, in order. A box of size 0 goes to the end.
void walk(
    const Bytes& bytes, std::int64_t begin, std::int64_t end, int& boxes_left, const Tell& tell) {
    Cursor cursor(bytes, begin, end);
    while (cursor.left() >= 8) {
        Box box;
        box.offset = cursor.at();
        std::uint64_t size = 0;
        if (!cursor.big(4, size) || !cursor.take(4, box.name) || --boxes_left < 0)
            throw_damaged(kind);
        if (size == 1 && !cursor.big(8, size))
            throw_damaged(kind);
        const auto whole = end - box.offset;
        if (size == 0)
            size = static_cast<std::uint64_t>(whole);
        box.content = cursor.at();
        if (size > static_cast<std::uint64_t>(whole) ||
            box.offset + static_cast<std::int64_t>(size) < box.content)
            throw_damaged(kind);
        box.end = box.offset + static_cast<std::int64_t>(size);
        tell(box);
        cursor.skip(box.end - cursor.at());
    }
}

struct Track {
    std::string handler;  // "vide", "soun"
    std::string codec;
    std::uint64_t width = 0;
    std::uint64_t height = 0;
    bool lies = false;  // turned by a quarter
    std::uint64_t timescale = 0;
    std::uint64_t duration = 0;  // in its timescale
    std::uint64_t samples = 0;
};

struct Name {
    std::string_view code;
    std::string_view name;
};

constexpr std::array codecs{
    Name{"avc1", "h264"},
    Name{"avc3", "h264"},
    Name{"hvc1", "hevc"},
    Name{"hev1", "hevc"},
    Name{"av01", "av1"},
    Name{"vp08", "vp8"},
    Name{"vp09", "vp9"},
    Name{"mp4v", "mpeg4"},
    Name{"apcn", "prores"},
    Name{"apch", "prores"},
    Name{"mp4a", "aac"},
    Name{"ac-3", "ac3"},
    Name{"Opus", "opus"},
    Name{"alac", "alac"},
    Name{".mp3", "mp3"},
};

std::string codec_name(const std::string& code) {
    for (const auto& row : codecs) {
        if (row.code == code)
            return std::string(row.name);
    }
    std::string out;
    for (const char c : code) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            out += c;
    }
    return out;
}

class Reader {
  public:
    explicit Reader(const Bytes& bytes) : bytes_(bytes) {}

    Facts read() {
        facts_.type = "video/mp4";
        bool has_table = false;
        bool has_data = false;
        walk(bytes_, 0, bytes_.size, boxes_left_, [&](const Box& box) {
            if (box.name == "ftyp")
                read_brand(box);
            else if (box.name == "mdat" && !has_table)
                has_data = true;
            else if (box.name == "moov" && !has_table) {
                has_table = true;
                facts_.begins_with_table = !has_data;
                inside(box, 0);
            } else if (is_description(bytes_, box)) {
                read_description(box);
            }
        });
        if (!has_table)
            throw_damaged(kind);
        return finish();
    }

  private:
    std::string head_of(const Box& box, std::int64_t most = most_read) const {
        const auto size = std::min<std::int64_t>(box.end - box.content, most);
        return bytes_.read(box.content, static_cast<std::size_t>(size));
    }

    void read_brand(const Box& box) {
        const auto brand = head_of(box).substr(0, 4);
        for (const std::string_view still :
             {"heic", "heix", "hevc", "heim", "heis", "mif1", "msf1"}) {
            if (brand == still)
                throw Error(
                    Code::unsupported_media_type,
                    "The file is a HEIC picture, which platforms do not take",
                    "save it as JPEG; an iPhone does so with Settings, Camera, Formats, Most "
                    "Compatible");
        }
        if (brand == "avif" || brand == "avis")
            throw Error(
                Code::unsupported_media_type,
                "The file is an AVIF picture, which platforms do not take",
                "save it as JPEG or PNG");
        if (brand == "M4A " || brand == "M4B ")
            throw Error(
                Code::unsupported_media_type,
                "The file is a sound, which platforms do not take",
                "make a video of it");
        if (brand == "qt  ")
            facts_.type = "video/quicktime";
    }

    void inside(const Box& box, int depth) {
        if (depth > deepest)
            throw_damaged(kind);
        walk(bytes_, box.content, box.end, boxes_left_, [&](const Box& inner) {
            take(inner, depth + 1);
        });
    }

    void take(const Box& box, int depth) {
        if (box.name == "trak") {
            tracks_.emplace_back();
            inside(box, depth);
        } else if (
            box.name == "mdia" || box.name == "minf" || box.name == "stbl" || box.name == "mvex") {
            inside(box, depth);
        } else if (is_description(bytes_, box)) {
            read_description(box);
        } else if (box.name == "mvhd") {
            read_time(box, timescale_, duration_);
        } else if (box.name == "mehd") {
            const auto head = head_of(box);
            const bool is_long = big_at(head, 0, 1) == 1;
            duration_ = std::max(duration_, big_at(head, 4, is_long ? 8 : 4));
        } else if (!tracks_.empty()) {
            take_of_track(box, tracks_.back());
        }
    }

    void take_of_track(const Box& box, Track& track) {
        if (box.name == "tkhd") {
            read_track_head(head_of(box), track);
        } else if (box.name == "mdhd") {
            read_time(box, track.timescale, track.duration);
        } else if (box.name == "hdlr") {
            // Behind the media's handler QuickTime has one of its data.
            if (track.handler.empty())
                track.handler = head_of(box).substr(0, 12).erase(0, 8);
        } else if (box.name == "stsd") {
            const auto head = head_of(box);
            if (head.size() >= 16)
                track.codec = head.substr(12, 4);
            if (track.width == 0)
                track.width = big_at(head, 40, 2);
            if (track.height == 0)
                track.height = big_at(head, 42, 2);
        } else if (box.name == "stts") {
            const auto head = head_of(box);
            const auto count = big_at(head, 4, 4);
            for (std::size_t i = 0; i < count && 16 + i * 8 <= head.size(); ++i)
                track.samples += big_at(head, 8 + i * 8, 4);
        }
    }

    void read_time(const Box& box, std::uint64_t& timescale, std::uint64_t& duration) const {
        const auto head = head_of(box);
        const bool is_long = big_at(head, 0, 1) == 1;
        timescale = big_at(head, is_long ? 20 : 12, 4);
        duration = is_long ? big_at(head, 24, 8) : big_at(head, 16, 4);
        const std::uint64_t unknown = is_long ? ~std::uint64_t{0} : 0xffffffffU;
        if (duration == unknown)
            duration = 0;
    }

    static void read_track_head(const std::string& head, Track& track) {
        const std::size_t matrix = big_at(head, 0, 1) == 1 ? 52 : 40;
        track.width = big_at(head, matrix + 36, 4) >> 16U;
        track.height = big_at(head, matrix + 40, 4) >> 16U;
        // The first number of the matrix is 0 and the second ±1 when it lies on its side.
        track.lies = big_at(head, matrix, 4) == 0 && big_at(head, matrix + 4, 4) != 0;
    }

    // Where phones put the place: ©xyz, loci, and a key of QuickTime's.
    void read_description(const Box& box) {
        const auto head = head_of(box, most_described);
        facts_.has_location = facts_.has_location || box.end - box.content > most_described;
        for (const std::string_view word : {"\xa9xyz", "loci", "location.ISO6709", "GPS"})
            facts_.has_location = facts_.has_location || head.find(word) != std::string::npos;
    }

    Facts finish() {
        const auto video = std::ranges::find(tracks_, "vide", &Track::handler);
        if (video == tracks_.end())
            throw Error(
                Code::unsupported_media_type,
                "The file holds no picture, only sound",
                "platforms take pictures and videos");
        set_size(
            facts_,
            video->lies ? video->height : video->width,
            video->lies ? video->width : video->height,
            kind);
        facts_.codec = codec_name(video->codec);
        const auto sound = std::ranges::find(tracks_, "soun", &Track::handler);
        if (sound != tracks_.end())
            facts_.audio_codec = codec_name(sound->codec);
        facts_.duration = ms_of(duration_, timescale_);
        const auto length = ms_of(video->duration, video->timescale);
        if (facts_.duration == Milliseconds::zero())
            facts_.duration = length;
        if (facts_.duration == Milliseconds::zero())
            throw Error(
                Code::invalid,
                "The video does not say how long it is",
                "save it again as MP4, not as a stream: ffmpeg -i IN -c copy OUT.mp4");
        if (length > Milliseconds::zero())
            facts_.frame_rate =
                static_cast<double>(video->samples) * 1000.0 / static_cast<double>(length.count());
        facts_.frames = static_cast<int>(std::clamp<std::uint64_t>(video->samples, 1, 100'000'000));
        return facts_;
    }

    static Milliseconds ms_of(std::uint64_t duration, std::uint64_t timescale) {
        constexpr std::uint64_t longest = std::uint64_t{1000} * 3600 * 24 * 30;
        if (timescale == 0)
            return Milliseconds::zero();
        const auto seconds = duration / timescale;
        if (seconds > longest / 1000)
            throw_damaged(kind);
        return Milliseconds(
            static_cast<std::int64_t>(seconds * 1000 + duration % timescale * 1000 / timescale));
    }

    const Bytes& bytes_;
    int boxes_left_ = most_boxes;
    Facts facts_;
    std::vector<Track> tracks_;
    std::uint64_t timescale_ = 0;
    std::uint64_t duration_ = 0;
};

}  // namespace

Facts probe_mp4(const Bytes& bytes) {
    return Reader(bytes).read();
}

// The descriptions become empty space of the same size, so that no offset in the tables changes.
std::vector<Piece> strip_mp4(const Bytes& bytes) {
    std::vector<Piece> pieces;
    std::int64_t done = 0;
    int boxes_left = most_boxes;
    const auto blank = [&](const Box& box) {
        const auto head = box.content - box.offset;
        pieces.push_back({done, box.offset - done});
        auto name = bytes.read(box.offset, static_cast<std::size_t>(head));
        name.replace(4, 4, "free");
        pieces.push_back({.instead = std::move(name)});
        pieces.push_back({.size = box.end - box.content, .instead = std::string()});
        done = box.end;
    };
    const Tell in_track = [&](const Box& box) {
        if (is_description(bytes, box))
            blank(box);
    };
    const Tell in_table = [&](const Box& box) {
        in_track(box);
        if (box.name == "trak")
            walk(bytes, box.content, box.end, boxes_left, in_track);
    };
    walk(bytes, 0, bytes.size, boxes_left, [&](const Box& box) {
        if (box.name == "moov")
            walk(bytes, box.content, box.end, boxes_left, in_table);
        else
            in_track(box);
    });
    pieces.push_back({done, bytes.size - done});
    return pieces;
}

}  // namespace caas::media
