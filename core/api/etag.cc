#include "core/api/etag.h"

#include <algorithm>

#include "core/base/digest.h"

namespace caas::api {

std::string etag_of(std::string_view body) {
    constexpr std::size_t digits = 32;  // 128 bits: no two states of a thing will share them
    return '"' + sha256_hex(body).substr(0, digits) + '"';
}

bool has_etag(std::string_view header, std::string_view etag) {
    while (!header.empty()) {
        const auto end = std::min(header.find(','), header.size());
        auto tag = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        while (!tag.empty() && (tag.front() == ' ' || tag.front() == '\t'))
            tag.remove_prefix(1);
        while (!tag.empty() && (tag.back() == ' ' || tag.back() == '\t'))
            tag.remove_suffix(1);
        if (tag.starts_with("W/"))
            tag.remove_prefix(2);
        if (tag == "*" || tag == etag)
            return true;
    }
    return false;
}

}  // namespace caas::api
