// Reads the parts and overrides of a content from a request. Throws Error(invalid).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/api/fields.h"
#include "core/content/body.h"

namespace caas::api {

// "parts": [{"text": …, "media": […]}] or ["…"]; or "text": "…" for a single part; nullopt when
// neither is there.
std::optional<std::vector<content::Part>> take_parts(Fields& fields);

// Refuses the options of "overrides" that a platform's table does not have or whose value it does
// not: `caas lint` tells of them instead.
void check_options(Fields& fields);

// Puts "overrides" into `body`: an object by platform id; null takes an override away.
void take_overrides(Fields& fields, content::Body& body);

// Texts that a change gives without a word of their media keep those that stood there before.
void keep_unnamed_media(const Json& change, const content::Body& before, content::Body& after);

}  // namespace caas::api
