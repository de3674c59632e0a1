// Where twitter-text v3 sees URLs, over UTF-16 units, in time linear in the text. entity.h is the
// door for others; weight.cc and length.cc look here. Pure; any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace caas::text {

struct UrlMatch {
    std::size_t begin = 0;
    std::size_t end = 0;
    // How many units X's counter replaces by one link. It is end - begin but for domains of mixed
    // scripts, where the package keeps a shorter URL than it marks.
    std::size_t counted = 0;
    bool has_scheme = false;
};

// In order, never overlapping.
std::vector<UrlMatch> find_urls(std::u16string_view text);

}  // namespace caas::text
