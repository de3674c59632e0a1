// Signing in and staying so. Wrong guesses cost the guesser: tries are counted by account and by
// address in the store, and whoever is not there takes as long to refuse as whoever is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/access/principal.h"
#include "core/access/session.h"
#include "core/base/secret.h"
#include "core/flow/people.h"
#include "core/flow/tools.h"

namespace caas::flow {

struct SignIn {
    std::string email;
    Secret password;
    std::string code;  // of the second factor, or a recovery code; empty: none was given
};

struct SignedIn {
    access::Session session;
    Secret access_token;
    Secret refresh_token;
};

// Throws Error: unauthenticated when anything is wrong, with the rule `second_factor.required` when
// only the code is missing; rate_limited; busy; forbidden when the address must be verified first.
SignedIn sign_in(
    const Tools& tools, const People& people, const SignIn& asked, const Visitor& visitor);

// Without a proof: for who has just proved who they are otherwise.
SignedIn open_session(
    const Tools& tools,
    const People& people,
    store::Transaction& transaction,
    const PersonId& person,
    const Visitor& visitor);

// Throws Error(unauthenticated) for a token that is none, is over, or was used before; then its
// session has ended.
SignedIn refresh(const Tools& tools, const People& people, std::string_view refresh_token);

// Somebody who is signed in says their password again before they change how they sign in. Throws
// Error: forbidden when it is wrong, rate_limited, busy.
void require_password(
    const Tools& tools, const People& people, const PersonId& person, const Secret& password);

}  // namespace caas::flow
