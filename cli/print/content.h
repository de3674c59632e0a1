// Contents and their versions for people. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/print/paint.h"
#include "core/base/json.h"

namespace caas::cli::print {

// The last eight characters: the beginnings of neighbours are alike.
std::string short_id(std::string_view id);
std::string short_id_of(const Json& object, std::string_view key = "id");

// The texts of `parts` of a version or an override.
std::vector<std::string> part_texts(const Json& parts);
// Common text, then each platform's own, with a heading where there is more than one.
std::string version_text(const Json& version, const Paint& paint);
// "openai gpt-5-mini" or "written", for tables.
std::string author_of(const Json& version);
// "$0.0021"; empty when unknown or free.
std::string cost_of(const Json& version);
std::string number_of(const Json& object, std::string_view key);

}  // namespace caas::cli::print
