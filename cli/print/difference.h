// What changed between two versions. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "cli/print/paint.h"
#include "core/base/json.h"

namespace caas::cli::print {

// `sections`: [{"platform":null|"x","changes":[{"op","text"}],"unified":"…","options":…}], one for
// each text that changed. Word by word, or line by line when `is_unified`.
std::string difference(const Json& sections, bool is_unified, const Paint& paint);

// `changes`: [{"op":"equal|insert|erase","text":…}]. Coloured where colour is on, otherwise what
// goes is [-between brackets-] and what comes {+between braces+}, as `git diff --word-diff` writes
// it.
std::string word_difference(const Json& changes, const Paint& paint);
// The lines of `diff -u` with their colours.
std::string unified_difference(std::string_view text, const Paint& paint);

}  // namespace caas::cli::print
