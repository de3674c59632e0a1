// Connecting an account with a browser (OAuth 2.0, authorization code): begun here, allowed at the
// platform, ended by what the browser brings back. Two ways lead back:
//
// - to whoever began: a command listens on its own machine, or a person pastes the address; they
//   show who they are when they hand it in (finish_sign_in);
// - to the daemon's public address (land_sign_in). The browser there may be anybody's, lured by a
//   link: unless it carries the cookie of the one who began, its page says for whom the account
//   is, and it counts only when it is confirmed there.
//
// Thread-safe: functions over the tools.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/access/principal.h"
#include "core/base/secret.h"
#include "core/flow/tools.h"
#include "core/platform/account.h"
#include "core/platform/pending_sign_in.h"

namespace caas::flow {

struct SignInOrder {
    std::string platform;
    std::string kind;      // "person", "organization"; empty: the platform's first
    std::string name;      // of the account; empty: see platform::default_account_name
    std::string base_url;  // of the instance, where there are several
    std::optional<std::string> zone;
    // The remote id or handle of the one to connect, where a sign-in has several; empty: to choose.
    std::string identity;
    // Where the browser comes back to: http://127.0.0.1:PORT/…; empty: the daemon's public address.
    std::string redirect_uri;
    bool is_local = false;  // the local owner may name addresses of the own network
    // nullopt: as the account has it; a new one asks.
    std::optional<platform::OnUnknown> on_unknown{};
};

struct BegunSignIn {
    platform::PendingSignIn pending;
    std::string authorize_url;
    Secret browser;  // for a cookie of the one who began; empty when it does not come back here
};

// Throws Error: invalid when the platform has no such sign-in or there is no application, or the
// browser could not come back, or the name is none; conflict when an account of another platform
// has the name; platform_unavailable, platform_refused by an instance.
BegunSignIn begin_sign_in(
    const Tools& tools, const access::Principal& principal, const SignInOrder& order);

// What came of it.
struct SignInStep {
    platform::PendingSignIn pending;
    std::optional<platform::Account> account;  // when it is done
};

// Of the principal's own. Throws Error(not_found).
SignInStep show_sign_in(
    const Tools& tools, const access::Principal& principal, const platform::SignInId& id);

// `answer`: the address the browser came back to, its query, or the code alone. Throws Error:
// not_found, conflict when it was used already, invalid when there is no code in it, and what the
// platform says.
SignInStep finish_sign_in(
    const Tools& tools,
    const access::Principal& principal,
    const platform::SignInId& id,
    std::string_view answer);

// Throws Error: not_found, invalid for an identity that was not offered, conflict.
SignInStep choose_sign_in(
    const Tools& tools,
    const access::Principal& principal,
    const platform::SignInId& id,
    const std::string& remote_id);

struct Landed {
    SignInStep step;
    Secret confirmation;    // for the form of the page, when the state is `choosing`
    std::string person;     // who began: their address, or their name
    std::string workspace;  // for which
};

// The browser came to the daemon. `cookie`: what begin_sign_in gave, or empty. Throws Error as
// finish_sign_in; the sign-in has failed then, and says why.
Landed land_sign_in(
    const Tools& tools, std::string_view platform, std::string_view query, std::string_view cookie);

// The form of that page. An empty `remote_id` refuses.
SignInStep confirm_sign_in(
    const Tools& tools, std::string_view confirmation, const std::string& remote_id);

}  // namespace caas::flow
