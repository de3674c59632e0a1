// The few pages that the daemon itself shows: HTML without scripts, in one style. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "core/api/response.h"

namespace caas::api {

// Fit to stand between tags and in an attribute's quotes.
std::string escaped(std::string_view text);
// `title` and `body` are HTML. Not kept by browsers, not framed, and no address of it leaks.
Response html_page(std::string_view title, std::string_view body);

}  // namespace caas::api
