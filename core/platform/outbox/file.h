// The file that a publication becomes in the outbox: its name and its text, both the same however
// often they are asked for. Pure functions.
#pragma once

#include <string>

#include "core/platform/driver.h"

namespace caas::platform::outbox {

// "20261122T100000Z-our-app-now-works-89abcdef.md": due time, first words, end of the post's id.
std::string file_name(const Publication& publication, bool is_json);
// "20261122T100000Z-our-app-now-works-89abcdef-1.jpeg": of the medium with that number in the whole
// thread, counted from 1; its id when nothing more is known of it.
std::string medium_file(const Publication& publication, int number, const Medium& medium);
// Markdown with a head of `key: value` lines; the parts of a thread are set apart by a rule.
std::string to_markdown(const Publication& publication);
std::string to_json(const Publication& publication);
// file:///… with everything encoded that a URL may not hold.
std::string file_url(const std::string& path);

}  // namespace caas::platform::outbox
