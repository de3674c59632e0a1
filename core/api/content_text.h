// A list of contents as JSON text, written straight from what is stored: the answer that is asked
// for most. Building a tree of it first takes five times as long, nearly all of it in malloc.
#pragma once

#include <optional>
#include <string>

#include "core/content/content.h"

namespace caas::api {

// Byte for byte what dump(render_list(…)) gives of the same contents.
std::string content_list_text(const store::Slice<content::Unread>& slice);

}  // namespace caas::api
