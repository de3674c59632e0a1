// Characters that show nothing and change what stands beside them: they steer a terminal or turn
// the direction of writing round. No name needs them. Pure functions; any thread.
#pragma once

#include <string_view>

namespace caas::text {

// A control character of ASCII, or one of U+0080 to U+009F, which terminals take as well.
bool is_control(char32_t point);
// An embedding, an override or an isolate. Marks of one direction, U+200E and U+200F, turn nothing
// round: names of scripts that are written from right to left hold them.
bool is_turn(char32_t point);

// Whether it is one of them.
bool is_steering(char32_t point);
// Whether the text holds one of them.
bool is_steering(std::string_view text);

}  // namespace caas::text
