// Entity tags (RFC 9110, 8.8.3): a tag names one state of a thing, so that a change made on an old
// state is refused and an unchanged thing need not be sent again. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace caas::api {

// The tag of a representation, with its quotation marks.
std::string etag_of(std::string_view body);

// Whether one of the tags of an If-Match or If-None-Match header is `etag`; `*` is every tag. A
// proxy that compresses makes a tag weak (`W/"…"`) and it still says which state was seen, so weak
// ones count as well.
bool has_etag(std::string_view header, std::string_view etag);

}  // namespace caas::api
