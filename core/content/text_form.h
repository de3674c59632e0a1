// The parts of a content as one text, as a person writes and reads it: in a file, in an editor, in
// a comparison. A line of three dashes parts it; such a line that belongs to a part has a backslash
// in front (`\---`), and one that has backslashes in front already has one more. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace caas::content {

// Whether a line, with its end or without, parts the text.
bool is_part_line(std::string_view line);

// A part as it stands in such a text.
std::string escaped(std::string_view part);
// The opposite.
std::string unescaped(std::string_view text);

}  // namespace caas::content
