// The length a label of a domain gets when it is written in ASCII (RFC 3492), for the 63-byte rule
// of DNS. Pure; any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace caas::text {

// The length of "xn--" and the encoded label, or of the label itself when it is ASCII. Stops early
// and answers something above `limit` once it is known to be longer.
std::size_t punycode_length(std::u32string_view label, std::size_t limit);

}  // namespace caas::text
