// What Bluesky's clients would link in a text: nothing there is linked by itself, a post carries
// its facets with byte offsets. The rules are those of the official client (npm @atproto/api,
// rich-text detection), but a facet that the network would refuse or that overlaps an earlier one
// is left out. Takes any bytes. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caas::text {

enum class FacetKind : std::uint8_t { mention, link, tag };

std::string_view name(FacetKind kind);

struct Facet {
    FacetKind kind = FacetKind::link;
    std::size_t begin = 0;  // bytes, end exclusive
    std::size_t end = 0;
    // mention: the handle, which must still be resolved to a DID (leave the facet out when it has
    // none); link: the whole URI, with "https://" where the text has no scheme; tag: without "#", a
    // cashtag in capitals with its "$".
    std::string value;
};

// In order of their place.
std::vector<Facet> facets(std::string_view text);

}  // namespace caas::text
