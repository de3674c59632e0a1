// Text for a page. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace caas::text {

// As the text of an element and as the value of an attribute in either kind of quotes.
std::string html_escaped(std::string_view text);

}  // namespace caas::text
