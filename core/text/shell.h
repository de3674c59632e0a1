// What a person is to copy into a shell. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace caas::text {

// `text` as one word of a POSIX shell: in quotes where it has blanks or anything that a shell
// reads.
std::string shell_word(std::string_view text);

}  // namespace caas::text
