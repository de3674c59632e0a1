// Tells the answers of a daemon of caas from those of whatever else stands at its address or on the
// way: a proxy, a sign-in page of a network, another program.
#pragma once

#include <string>

#include "cli/transport.h"

namespace caas::cli {

// Throws Error when caas cannot have said `answer`. `server`: where it came from, for words.
void require_caas(const Answer& answer, const std::string& server);

// Whether a proxy says that it got no answer: caas may have carried out the request all the same.
bool is_lost_behind(const Answer& answer);

}  // namespace caas::cli
