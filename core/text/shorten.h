// A text made to fit: cut at a sentence end if that keeps at least a third of the room, else at a
// word end with "…". Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/text/length.h"

namespace caas::text {

// The text itself when it fits. Never breaks a URL, mention or tag unless nothing else is there.
std::string shorten(std::string_view text, const Room& room);

}  // namespace caas::text
