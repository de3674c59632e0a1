#include "core/media/probe.h"

#include <random>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/core/media/samples.h"

namespace caas::media {
namespace {

Facts probe_text(std::string bytes) {
    return probe(bytes_of_text(std::move(bytes)));
}

std::string refusal_of(std::string bytes) {
    try {
        probe_text(std::move(bytes));
    } catch (const Error& error) {
        return std::string(facts(error.code()).name) + ": " + error.what();
    }
    return "taken";
}

std::string stripped(const std::string& bytes) {
    const auto source = bytes_of_text(bytes);
    const auto pieces = without_location(source, probe(source));
    if (!pieces)
        return "as it was";
    std::string out;
    for (const auto& piece : *pieces) {
        if (!piece.instead)
            out += source.read(piece.offset, static_cast<std::size_t>(piece.size));
        else if (piece.instead->empty())
            out.append(static_cast<std::size_t>(piece.size), '\0');
        else
            out += *piece.instead;
    }
    return out;
}

TEST_CASE("pictures are told by their bytes, with their size in pixels") {
    CHECK(probe_text(sample::jpeg(4000, 3000)).type == "image/jpeg");
    CHECK(probe_text(sample::jpeg(4000, 3000)).width == 4000);
    CHECK(probe_text(sample::jpeg(4000, 3000)).height == 3000);
    CHECK(probe_text(sample::png(70'000 / 2, 3)).type == "image/png");
    CHECK(probe_text(sample::png(35'000, 3)).width == 35'000);
    CHECK(probe_text(sample::gif(320, 200, 1)).type == "image/gif");
    CHECK(probe_text(sample::gif(320, 200, 1)).height == 200);
    CHECK(probe_text(sample::riff(sample::lossy(1024, 768))).type == "image/webp");
    CHECK(probe_text(sample::riff(sample::lossy(1024, 768))).width == 1024);
    const auto bits = static_cast<std::uint64_t>(99) | (static_cast<std::uint64_t>(49) << 14U);
    const auto lossless = probe_text(
        sample::riff(sample::webp_chunk("VP8L", "\x2f" + sample::little(bits, 4) + "x")));
    CHECK(lossless.width == 100);
    CHECK(lossless.height == 50);
}

TEST_CASE("a picture that could not be held in memory is refused with its size") {
    CHECK(probe_text(sample::png(12'000, 9'000)).width == 12'000);
    CHECK(
        refusal_of(sample::png(11'100, 10'000)) ==
        "invalid: The picture has 11100x10000 pixels: caas takes at most 110 million");
}

TEST_CASE("a picture that was taken sideways is as wide as people see it") {
    for (const int upright : {1, 2, 3, 4})
        CHECK(probe_text(sample::jpeg(40, 30, sample::exif_segment(upright, false))).width == 40);
    for (const int turned : {5, 6, 7, 8}) {
        const auto facts = probe_text(sample::jpeg(40, 30, sample::exif_segment(turned, false)));
        CHECK(facts.width == 30);
        CHECK(facts.height == 40);
        CHECK(facts.orientation == turned);
    }
    CHECK(probe_text(sample::jpeg(40, 30, sample::exif_segment(9, false))).orientation == 1);
    CHECK(
        probe_text(sample::png(40, 30, sample::chunk("eXIf", sample::exif(8, false)))).width == 30);
}

TEST_CASE("a GIF tells how many pictures it has and how long they take") {
    const auto still = probe_text(sample::gif(10, 10, 1));
    CHECK(still.frames == 1);
    CHECK(still.duration == Milliseconds::zero());
    const auto moving = probe_text(sample::gif(10, 10, 7, 20));
    CHECK(moving.frames == 7);
    CHECK(moving.duration == Milliseconds(1400));
}

TEST_CASE("a video tells its size, length, codecs and speed") {
    const auto facts = probe_text(sample::mp4());

    CHECK(facts.type == "video/mp4");
    CHECK(facts.width == 640);
    CHECK(facts.height == 360);
    CHECK(facts.duration == Milliseconds(2000));
    CHECK(facts.codec == "h264");
    CHECK(facts.audio_codec == "aac");
    CHECK(facts.frame_rate == doctest::Approx(30));
    CHECK(facts.begins_with_table);
    CHECK_FALSE(facts.has_location);
    CHECK(probe_text(sample::mp4({.brand = "qt  ", .codec = "hvc1"})).type == "video/quicktime");
    CHECK(probe_text(sample::mp4({.codec = "hvc1"})).codec == "hevc");
    CHECK(probe_text(sample::mp4({.has_sound = false})).audio_codec.empty());
    CHECK_FALSE(probe_text(sample::mp4({.begins_with_table = false})).begins_with_table);
}

TEST_CASE("a video of a telephone held upright is higher than wide") {
    const auto facts = probe_text(sample::mp4({.lies = true}));

    CHECK(facts.width == 360);
    CHECK(facts.height == 640);
}

TEST_CASE("what is not taken is told by its name, with what to do") {
    CHECK(
        refusal_of(sample::box("ftyp", "heic" + sample::big(0, 4))) ==
        "unsupported_media_type: The file is a HEIC picture, which platforms do not take");
    CHECK(
        refusal_of("%PDF-1.7") ==
        "unsupported_media_type: The file is a PDF document, which no platform is sent");
    CHECK(refusal_of("<svg xmlns=''/>").find("SVG") != std::string::npos);
    CHECK(refusal_of("\x1a\x45\xdf\xa3webm").find("WebM") != std::string::npos);
    CHECK(refusal_of("#!/bin/sh\n").find("no picture or video") != std::string::npos);
    CHECK(refusal_of("") == "invalid: The file is empty");
}

TEST_CASE("a PNG picture that is damaged inside is refused, one with a damaged remark is not") {
    const auto picture = sample::png(40, 30, sample::chunk("tEXt", "Comment"));
    const auto with = [&](const std::string& word, const std::string& other) {
        auto bytes = picture;
        return bytes.replace(bytes.find(word), word.size(), other);
    };

    CHECK(
        refusal_of(with("picture", "pixture")) ==
        "invalid: The PNG picture is damaged or incomplete");
    CHECK(probe_text(with("Comment", "Cxmment")).width == 40);
}

TEST_CASE("the name of a file says nothing: only its bytes do") {
    // A page that calls itself a picture would be run by a browser that believes it.
    CHECK(refusal_of("<html><script>alert(1)</script>").starts_with("unsupported_media_type"));
    CHECK(refusal_of("GIF89a<script>").starts_with("invalid"));
}

TEST_CASE("where a picture was taken is found and taken out, the rest stays") {
    const auto jpeg = sample::jpeg(40, 30, sample::exif_segment(6, true));
    CHECK(probe_text(jpeg).has_location);
    const auto clean = probe_text(stripped(jpeg));
    CHECK_FALSE(clean.has_location);
    CHECK(clean.orientation == 6);
    CHECK(clean.width == 30);
    CHECK(stripped(jpeg).find("picture") != std::string::npos);

    const auto xmp = sample::jpeg(
        40,
        30,
        sample::segment(
            0xe1, std::string("http://ns.adobe.com/xap/1.0/\0exif:GPSLatitude=\"48\"", 50)));
    CHECK(probe_text(xmp).has_location);
    CHECK_FALSE(probe_text(stripped(xmp)).has_location);
    CHECK(stripped(xmp) == sample::jpeg(40, 30));

    const auto png = sample::png(
        40, 30, sample::chunk("eXIf", sample::exif(8, true)) + sample::chunk("gAMA", "1234"));
    CHECK(probe_text(png).has_location);
    const auto clean_png = probe_text(stripped(png));
    CHECK_FALSE(clean_png.has_location);
    CHECK(clean_png.orientation == 8);
    CHECK(stripped(png).find("gAMA") != std::string::npos);

    const auto webp = sample::riff(
        sample::extended(40, 30, 0x08) + sample::lossy(40, 30) +
        sample::webp_chunk("EXIF", sample::exif(1, true)));
    CHECK(probe_text(webp).has_location);
    CHECK(stripped(webp) == sample::riff(sample::extended(40, 30, 0) + sample::lossy(40, 30)));

    const auto more = sample::box("udta", sample::box("\xa9xyz", "+48.1+011.5/"));
    const auto video = sample::mp4({.begins_with_table = false, .more = more});
    CHECK(probe_text(video).has_location);
    CHECK(stripped(video).size() == video.size());
    CHECK(stripped(video).find("+48.1") == std::string::npos);
    CHECK_FALSE(probe_text(stripped(video)).has_location);
}

TEST_CASE("a packed description, which cannot be looked into, is taken out") {
    const auto packed = sample::png(
        40, 30, sample::chunk("iTXt", std::string("XML:com.adobe.xmp\0\1\0\0\0x\x9c", 24)));
    CHECK(probe_text(packed).has_location);
    CHECK(stripped(packed) == sample::png(40, 30));

    const auto plain =
        sample::chunk("iTXt", std::string("XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta/>", 34));
    CHECK(stripped(sample::png(40, 30, plain)) == "as it was");
}

TEST_CASE("a description that is too long to be looked through is taken out") {
    const std::string blanks(std::size_t{3} << 20U, ' ');
    const auto png = sample::png(40, 30, sample::chunk("iTXt", blanks));
    CHECK(probe_text(png).has_location);
    CHECK(stripped(png) == sample::png(40, 30));

    const auto turned = sample::png(40, 30, sample::chunk("eXIf", sample::exif(8, true) + blanks));
    CHECK(probe_text(turned).has_location);
    CHECK(probe_text(turned).orientation == 8);
    CHECK(probe_text(stripped(turned)).orientation == 8);

    const auto webp = sample::riff(
        sample::extended(40, 30, 0x04) + sample::lossy(40, 30) +
        sample::webp_chunk("XMP ", blanks));
    CHECK(probe_text(webp).has_location);
    CHECK(stripped(webp) == sample::riff(sample::extended(40, 30, 0) + sample::lossy(40, 30)));

    const auto video = sample::mp4({.more = sample::box("udta", blanks)});
    CHECK(probe_text(video).has_location);
    CHECK(stripped(video).find("udta") == std::string::npos);
}

TEST_CASE("the descriptions of a moving GIF and of a whole video are looked at as well") {
    const auto still = sample::gif(4, 3, 2);
    const auto told = [&](const std::string& extension) {
        return still.substr(0, still.size() - 1) + extension + "\x3b";
    };
    // XMP in a GIF is no row of sub-blocks, but ends as if it were one.
    std::string magic = "\x01";
    for (int byte = 0xff; byte >= 0; --byte)
        magic += static_cast<char>(byte);
    magic += '\0';
    const auto xmp = told("\x21\xff\x0bXMP DataXMP<x exif:GPSLatitude='48'/>" + magic);
    CHECK(probe_text(xmp).has_location);
    CHECK(probe_text(xmp).frames == 2);
    CHECK(stripped(xmp) == still);

    const auto comment = told(std::string("\x21\xfe\x0dGPS 48.1 11.5\0", 17));
    CHECK(stripped(comment) == still);
    const auto harmless = told(std::string("\x21\xfe\x05Hello\0", 9));
    CHECK(stripped(harmless) == "as it was");

    const auto id =
        std::string("\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac", 16);
    const auto video = sample::mp4({}) + sample::box("uuid", id + "<x exif:GPSLatitude='48'/>");
    CHECK(probe_text(video).has_location);
    CHECK(stripped(video).find("GPS") == std::string::npos);
    CHECK(stripped(sample::mp4({}) + sample::box("uuid", std::string(20, 'x'))) == "as it was");
}

TEST_CASE("a picture that tells no place keeps every byte") {
    CHECK(stripped(sample::jpeg(40, 30, sample::exif_segment(6, false))) == "as it was");
    CHECK(stripped(sample::png(40, 30, sample::chunk("tEXt", "Title"))) == "as it was");
    CHECK(stripped(sample::gif(4, 3, 2)) == "as it was");
    CHECK(stripped(sample::mp4()) == "as it was");
}

// Whatever comes in, the answer is facts or an Error; sanitizers watch the rest.
void try_bytes(const std::string& bytes) {
    const auto source = bytes_of_text(bytes);
    try {
        const auto facts = probe(source);
        CHECK(facts.width > 0);
        CHECK(facts.height > 0);
        CHECK(facts.duration >= Milliseconds::zero());
        CHECK_FALSE(facts.type.empty());
        if (const auto pieces = without_location(source, facts)) {
            for (const auto& piece : *pieces)
                CHECK(
                    (piece.instead || (piece.offset >= 0 && piece.size >= 0 &&
                                       piece.offset + piece.size <= source.size)));
        }
    } catch (const Error& error) {
        CHECK_FALSE(std::string(error.what()).empty());
    }
}

TEST_CASE("a file that breaks off anywhere is damaged, and no worse") {
    for (const auto& whole : sample::all()) {
        for (std::size_t length = 0; length <= whole.size(); ++length)
            try_bytes(whole.substr(0, length));
    }
}

TEST_CASE("a hostile file does no harm") {
    std::mt19937 chance(20261129);
    const auto any = [&](std::size_t below) {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(chance);
    };
    for (const auto& whole : sample::all()) {
        for (int round = 0; round < 1500; ++round) {
            auto bytes = whole;
            for (std::size_t change = 0; change <= any(4); ++change) {
                const auto at = any(bytes.size());
                switch (any(4)) {
                    case 0:
                        bytes[at] = static_cast<char>(any(256));
                        break;
                    case 1:
                        bytes[at] = static_cast<char>(any(2) * 255);
                        break;
                    case 2:
                        bytes.erase(at, 1 + any(8));
                        break;
                    default:
                        bytes.insert(at, bytes.substr(any(bytes.size()), 1 + any(40)));
                }
                if (bytes.empty())
                    bytes = "x";
            }
            try_bytes(bytes);
        }
    }
}

TEST_CASE("a video that is nested or counted without end is given up") {
    std::string nested = "x";
    for (int i = 0; i < 60; ++i)
        nested = sample::box("mdia", nested);
    CHECK(refusal_of(
              sample::box("ftyp", "isom0000") + sample::box("moov", sample::box("trak", nested)))
              .starts_with("invalid"));
    std::string many;
    for (int i = 0; i < 100'001; ++i)
        many += sample::box("free", "");
    CHECK(refusal_of(sample::box("ftyp", "isom0000") + many).starts_with("invalid"));
}

}  // namespace
}  // namespace caas::media
