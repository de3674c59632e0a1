// Texts that a command reads: from files, from standard input, from an editor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/call.h"

namespace caas::cli {

// As much as one request of the API may hold.
constexpr std::size_t most_input_bytes = 1U << 20U;

// The bytes of `file`, or of standard input for "-", after its byte-order mark. Throws Error: usage
// when standard input is a terminal (nothing would come), not_found, forbidden, too_large, invalid
// (not UTF-8).
std::string read_text(Call& call, const std::string& file);
// Some programs put one in front of what they save: it says how a file is encoded and is no
// character of the text.
void drop_byte_order_mark(std::string& text);
// Throws Error(too_large).
void require_size(std::string_view text, std::string_view what);

// The text with one character at the end of each line; files of Windows have two.
std::string with_plain_line_ends(std::string_view text);

// The parts of a thread: separated by lines of three dashes; a line `\---` stands for one that
// belongs to its part (core/content/text_form.h). Line ends around the separators and the last one
// of the text belong to no part.
std::vector<std::string> parts_of(std::string_view text);
// The opposite, for an editor.
std::string joined_parts(const std::vector<std::string>& parts);

// "2h", "90m", "1d12h", "30 s": seconds, of five years at most. Throws Error(usage) that names
// `option`.
std::int64_t seconds_of(std::string_view given, std::string_view option);

}  // namespace caas::cli
