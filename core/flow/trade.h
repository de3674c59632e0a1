// The parts of connecting with a browser that both ways back share: a code for identities, an
// identity for an account. For authorize.cc and land.cc.
#pragma once

#include <string>
#include <vector>

#include "core/access/principal.h"
#include "core/base/error.h"
#include "core/flow/authorize.h"
#include "core/flow/public_http.h"
#include "core/net/oauth.h"

namespace caas::flow {

// There is none, or no longer.
Error no_sign_in();
Error sign_in_over();

// Throws Error(invalid) for a platform that is not connected with a browser.
const platform::Driver& browser_driver(std::string_view id);

// The seams for a platform whose address a person named.
class Reach {
  public:
    Reach(const Tools& tools, bool is_guarded)
        : guarded_(tools.http), tools_(tools), is_guarded_(is_guarded) {}

    platform::Tools seams() {
        return {
            is_guarded_ ? static_cast<net::HttpClient&>(guarded_) : tools_.http,
            tools_.clock,
            tools_.random};
    }

  private:
    PublicHttp guarded_;
    const Tools& tools_;
    bool is_guarded_;
};

// What the browser brought. Throws Error when the person said no, or there is no code.
std::string code_in(const platform::Driver& driver, const net::Callback& callback);

// At least one; where one was asked for, only what is called so. Throws Error as SignIn::exchange,
// invalid when none is.
std::vector<platform::Identity> trade_code(
    const Tools& tools, const platform::Taken& taken, const std::string& code);

SignInStep step_of(store::Reader& reader, platform::PendingSignIn pending);
// The sign-in ends in this account.
SignInStep keep_sign_in(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal& principal,
    const platform::PendingSignIn& pending,
    const platform::Identity& identity);
// The same with the offered identity of that id. Throws Error(invalid) when it was not offered.
SignInStep keep_chosen(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal& principal,
    const platform::Offered& offer,
    const std::string& remote_id);

// What it ends with is kept for whoever waits for it.
void fail_sign_in(const Tools& tools, const platform::SignInId& id, const Error& why);

}  // namespace caas::flow
