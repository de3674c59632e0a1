// What a platform accepts: numbers and rules of text, the same for lint, prompts, help and the API.
// Each number's source is named where it is set, in the platform's own folder.
#pragma once

#include <cstdint>
#include <string_view>

namespace caas::platform {

// How a platform counts the length of a text.
enum class Unit : std::uint8_t { weighted, graphemes, mastodon, threads, utf16, code_points };

std::string_view name(Unit unit);

// What a platform takes of one kind of media; 0 and empty: no limit of its own.
struct MediaLimits {
    std::string_view types;  // separated by blanks; empty: none of this kind is taken; "*": any
    std::int64_t bytes = 0;
    int side = 0;    // pixels of the longer one
    int width = 0;   // pixels
    int height = 0;  // pixels
    int least_width = 0;
    std::int64_t pixels = 0;
    int least_ratio = 0;  // width to height, in thousandths
    int most_ratio = 0;
    std::int64_t least_ms = 0;
    std::int64_t most_ms = 0;
    int frames = 0;
    int frame_rate = 0;         // pictures a second
    std::string_view codecs{};  // separated by blanks
};

struct Limits {
    int text_limit = 0;  // in `unit`; 0: none
    Unit unit = Unit::graphemes;
    int text_recommended = 0;  // a warning above it; 0: none
    int text_bytes = 0;        // UTF-8 bytes; 0: no limit of its own
    int url_length = 0;        // what a URL counts; 0: its own length
    int hashtags_limit = 0;    // 0: none
    int hashtags_recommended = 0;
    int mentions_limit = 0;
    int cashtags_limit = 0;
    int media_limit = 0;
    bool needs_media = false;
    bool sends_media = false;  // this version can attach media there
    MediaLimits picture{};     // that stands still
    MediaLimits moving{};      // a GIF that moves, and its like
    MediaLimits video{};
    // Of one post either pictures that stand still, or a single one of the others.
    bool has_one_kind = false;
    int alt_limit = 0;  // characters; 0: none
    bool needs_alt = false;
    bool has_links = true;      // a URL in the text can be clicked
    bool has_threads = false;   // several parts can be published as one thread
    bool has_comments = false;  // the parts after the first become comments under it
    int parts_limit = 0;        // 0: no limit of its own
    // One paragraph for the model: how people write there.
    std::string_view style;
};

}  // namespace caas::platform
