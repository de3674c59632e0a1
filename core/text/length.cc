#include "core/text/length.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/text/entity.h"
#include "core/text/grapheme.h"
#include "core/text/remote_mention.h"
#include "core/text/utf8.h"
#include "core/text/weight.h"

namespace caas::text {
namespace {

// Mastodon's rule (docs.joinmastodon.org/user/posting): any link counts as this many.
constexpr std::int64_t mastodon_url = 23;

// The text without what Mastodon does not count; each URL is taken out and counted apart.
std::int64_t mastodon_length(std::string_view text) {
    std::string counted;
    std::int64_t urls_length = 0;
    const std::vector<Entity> links = urls(text);
    auto link = links.begin();
    const std::vector<RemoteMention> mentions = remote_mentions(text);
    auto mention = mentions.begin();
    for (std::size_t at = 0; at < text.size();) {
        while (link != links.end() && (link->begin < at || !link->has_scheme)) {
            ++link;
        }
        if (link != links.end() && link->begin == at) {
            // One character stands for the URL, so that its neighbours cannot join.
            counted.push_back('x');
            urls_length += mastodon_url - 1;
            at = link->end;
            continue;
        }
        while (mention != mentions.end() && mention->begin < at) {
            ++mention;
        }
        if (mention != mentions.end() && mention->begin == at) {
            counted.append(text.substr(at, mention->host - at));
            at = mention->end;
            continue;
        }
        const Point point = decode(text, at);
        append(counted, point.value);
        at += point.size;
    }
    return static_cast<std::int64_t>(graphemes(counted)) + urls_length;
}

}  // namespace

std::int64_t length(std::string_view text, Counting counting) {
    switch (counting) {
        case Counting::weighted:
            return weighted_length(text);
        case Counting::graphemes:
            return static_cast<std::int64_t>(graphemes(text));
        case Counting::mastodon:
            return mastodon_length(text);
        case Counting::utf16:
            return static_cast<std::int64_t>(utf16_length(text));
        case Counting::code_points:
            return static_cast<std::int64_t>(code_points(text));
    }
    return 0;
}

bool fits(std::string_view text, const Room& room) {
    return (room.bytes <= 0 || static_cast<std::int64_t>(text.size()) <= room.bytes) &&
           (room.limit <= 0 || length(text, room.counting) <= room.limit);
}

std::size_t fitting_bytes(std::string_view text, const Room& room) {
    if (fits(text, room)) {
        return text.size();
    }
    std::vector<std::size_t> ends{0};
    for (std::size_t at = 0; at < text.size();) {
        at = next_grapheme(text, at);
        ends.push_back(at);
    }
    // Doubling first: what fits is usually a small part, and measuring costs by the length.
    std::size_t too_many = 1;
    while (too_many < ends.size() - 1 && fits(text.substr(0, ends[too_many]), room)) {
        too_many = std::min(too_many * 2, ends.size() - 1);
    }
    std::size_t good = 0;
    while (too_many - good > 1) {
        const std::size_t middle = good + (too_many - good) / 2;
        (fits(text.substr(0, ends[middle]), room) ? good : too_many) = middle;
    }
    return ends[good];
}

}  // namespace caas::text
