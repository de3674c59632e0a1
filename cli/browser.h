// Opens a page in the person's browser.
#pragma once

#include <string>

#include "cli/terminal.h"

namespace caas::cli {

// False when there is no screen to show it on, or no program that does. Does not wait for it.
bool open_browser(const Terminal& terminal, const std::string& url);

}  // namespace caas::cli
