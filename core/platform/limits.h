// What a platform accepts: numbers and rules of text, the same for lint, prompts, help and the API.
// Each number's source is named where it is set, in the platform's own folder.
#pragma once

#include <cstdint>
#include <string_view>

namespace caas::platform {

// How a platform counts the length of a text.
enum class Unit : std::uint8_t { weighted, graphemes, mastodon, threads, utf16, code_points };

std::string_view name(Unit unit);

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
    bool sends_media = false;   // this version can attach media there
    bool has_links = true;      // a URL in the text can be clicked
    bool has_threads = false;   // several parts can be published as one thread
    bool has_comments = false;  // the parts after the first become comments under it
    int parts_limit = 0;        // 0: no limit of its own
    // One paragraph for the model: how people write there.
    std::string_view style;
};

}  // namespace caas::platform
