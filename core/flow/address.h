// E-mail addresses: that they are confirmed, and that another one takes the place of the first.
#pragma once

#include <string>

#include "core/access/principal.h"
#include "core/base/secret.h"
#include "core/flow/people.h"
#include "core/flow/tools.h"

namespace caas::flow {

// Another mail to confirm one's address with; nothing when it is confirmed. Throws
// Error(rate_limited), Error(conflict) without an address.
void ask_to_verify(const Tools& tools, const PersonId& person);

// Writes a mail with a token to the new address, which takes the place of the person's own once its
// reader gives the token to verify_email. Nobody is told whether somebody else has it; then no mail
// is written. Throws Error: invalid, rate_limited, conflict when it is their address already.
void ask_for_address(
    const Tools& tools, const PersonId& person, const std::string& address, const Visitor& visitor);

// The token of either mail. Throws Error: forbidden for a token that is not good; conflict when
// somebody else took the new address meanwhile.
void verify_email(const Tools& tools, const Secret& token);

}  // namespace caas::flow
