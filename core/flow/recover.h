// Passwords that are forgotten or changed, and the second factor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/principal.h"
#include "core/access/tenancy.h"
#include "core/base/secret.h"
#include "core/flow/people.h"
#include "core/flow/tools.h"

namespace caas::flow {

// Writes a mail with a token to the address, if it is somebody's; nobody is told whether it is.
// Throws Error: invalid, rate_limited.
void ask_for_reset(const Tools& tools, const std::string& address, const Visitor& visitor);
// Sets the password by the token of a mail or of `caas user create`; every session of the person
// ends, every machine is signed out, and what the former password asked for is dropped. A token
// that proves the address for the first time ends the second factor, all API tokens and the
// invitations they sent, too: a stranger may have set them up. Throws Error: forbidden for a token
// that is not good, invalid for a weak password.
void reset_password(
    const Tools& tools, const People& people, const Secret& token, const Secret& password);
// The same by whoever is signed in: their own session stays.
void change_password(
    const Tools& tools,
    const People& people,
    const access::Principal& principal,
    const Secret& password);

struct NewFactor {
    std::string secret;  // base32, as people type it
    std::string uri;     // as an app reads it from a picture
};

// A secret to be confirmed by its first code. Throws Error(conflict) when a factor is in force.
NewFactor begin_second_factor(const Tools& tools, const PersonId& person);
// From now on signing in needs a code. The recovery codes, never to be had again. Throws Error:
// forbidden for a wrong code, conflict when there is nothing to confirm, rate_limited.
std::vector<std::string> confirm_second_factor(
    const Tools& tools, const PersonId& person, std::string_view code);
// Throws Error(conflict) when there is none.
void end_second_factor(const Tools& tools, const PersonId& person);
// The same by the owner of the installation for whoever lost it with its recovery codes; a mail
// tells them. Their own factor, and that of an owner of the installation, only whoever is at the
// machine ends. `who`: an id, a unique part of one, or the e-mail address. Throws Error: not_found,
// conflict.
access::Person end_second_factor_of(
    const Tools& tools, const access::Principal& by, std::string_view who);

}  // namespace caas::flow
