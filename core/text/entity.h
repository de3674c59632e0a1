// What X and Mastodon would make clickable in a text: the entities of twitter-text v3, with offsets
// in bytes and in UTF-16 units. Entities never overlap; of two that would, the first wins. Takes
// any bytes, in time linear in the text. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caas::text {

enum class EntityKind : std::uint8_t { url, mention, list, hashtag, cashtag };

std::string_view name(EntityKind kind);

struct Entity {
    EntityKind kind = EntityKind::url;
    std::size_t begin = 0;  // bytes, end exclusive
    std::size_t end = 0;
    std::size_t utf16_begin = 0;
    std::size_t utf16_end = 0;
    std::string text;         // a URL as written; the others without their sign
    bool has_scheme = false;  // of a URL: "https://example.com", not "example.com"
};

std::vector<Entity> entities(std::string_view text);
// Only the URLs; cheaper.
std::vector<Entity> urls(std::string_view text);

}  // namespace caas::text
