// How many columns a text takes on a terminal, and texts cut to fit. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace caas::cli::print {

// Wide characters (East Asian, emoji) take two columns, combining marks none.
int width(std::string_view text);
// At most `columns` wide; what is left out shows as "…".
std::string cut(std::string_view text, int columns);
// Filled with spaces up to `columns`, on the left when `is_right`.
std::string padded(std::string_view text, int columns, bool is_right = false);
// Line ends and tabs become spaces and marks that turn the direction of writing round are left out,
// so that the text stays in its place of one row.
std::string one_line(std::string_view text);
// Without what could steer a terminal: control characters become "�". Line ends and tabs stay.
std::string harmless(std::string_view text);
// The same for what caas itself says: also without marks that turn the direction of writing round,
// which would have the rest of the sentence read another way.
std::string said(std::string_view text);
// Broken at spaces so that no line is wider than `columns`, each line behind `indent` spaces. Line
// ends of the text stay line ends.
std::string wrapped(std::string_view text, int columns, int indent = 0);

}  // namespace caas::cli::print
