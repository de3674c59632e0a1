// An order of posts as requests write it: what, to whom, and when. Throws Error(invalid).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/api/fields.h"
#include "core/base/clock.h"
#include "core/flow/plan.h"

namespace caas::api {

// nullopt stays nullopt; `name` is the field or parameter it came from.
std::optional<Instant> take_instant(const std::optional<std::string>& text, std::string_view name);
// Names the nearest zone there is.
void require_zone(const std::string& zone, const std::string& name);
// "due_at"; "at" and "zone"; "in_seconds"; "next_slot"; or none of them.
flow::When take_when(Fields& fields);
// A whole order; asks for nothing more of the object.
flow::PostOrder take_order(Fields& fields);

}  // namespace caas::api
