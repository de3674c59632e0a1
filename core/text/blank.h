// Whether a text shows anything at all. Pure; any thread.
#pragma once

#include <string_view>

namespace caas::text {

// True for nothing but blanks, line breaks and characters that show nothing, of any script.
bool is_blank(std::string_view text);

}  // namespace caas::text
