// Where twitter-text v3 sees mentions, lists, hashtags and cashtags, over UTF-16 units. Overlaps
// with URLs and with each other are not looked at here: entity.h does. Pure; any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace caas::text {

// From the sign to the end.
struct TagMatch {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool is_list = false;  // "@person/list"
};

std::vector<TagMatch> find_mentions(std::u16string_view text);
std::vector<TagMatch> find_hashtags(std::u16string_view text);
std::vector<TagMatch> find_cashtags(std::u16string_view text);

}  // namespace caas::text
