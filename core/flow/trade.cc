#include "core/flow/trade.h"

#include <algorithm>
#include <utility>

#include "core/flow/application.h"
#include "core/flow/connect.h"

namespace caas::flow {

using platform::Identity;
using platform::PendingSignIn;
using platform::SignInId;

Error no_sign_in() {
    return {
        Code::not_found,
        "No sign-in waits here: it was used, has expired, or never was",
        "Begin again: caas account connect."};
}

Error sign_in_over() {
    return {Code::conflict, "This sign-in is over already", "Begin again: caas account connect."};
}

const platform::Driver& browser_driver(std::string_view id) {
    const auto& driver = platform::get_connectable(id);
    if (driver.sign_in == nullptr)
        throw Error(
            Code::invalid,
            std::string(driver.title) + " is not connected with a browser",
            "Run: caas account connect " + std::string(driver.id));
    return driver;
}

std::string code_in(const platform::Driver& driver, const net::Callback& callback) {
    if (callback.error == "access_denied")
        throw Error(
            Code::platform_sign_in,
            "It was refused at " + std::string(driver.title),
            "Begin again if that was a mistake.");
    if (!callback.error.empty())
        throw Error(
            Code::platform_refused,
            std::string(driver.title) + " refused the sign-in (" + callback.error.substr(0, 60) +
                ")",
            "Check the application's redirect address and its permissions there.");
    if (callback.code.empty())
        throw Error(
            Code::invalid,
            "That is no address with code= and state=",
            "Paste the whole address the browser came back to.",
            {{"/answer", "code.missing", "holds no code"}});
    return callback.code;
}

namespace {

// Leaves those of that remote id or handle.
void keep_wanted(
    const platform::Driver& driver, std::vector<Identity>& identities, const std::string& wanted) {
    std::string others;
    for (const auto& identity : identities)
        others += (others.empty() ? "" : ", ") + identity.handle;
    std::erase_if(identities, [&](const Identity& identity) {
        return identity.remote_id != wanted && identity.handle != wanted;
    });
    if (identities.empty())
        throw Error(
            Code::invalid,
            "There is no identity `" + wanted + "` of " + std::string(driver.title) +
                " among those of this sign-in: " + others,
            "Begin again with the handle of one of them.",
            {{"/identity", "unknown", "is not among those of the sign-in"}});
}

}  // namespace

std::vector<Identity> trade_code(
    const Tools& tools, const platform::Taken& taken, const std::string& code) {
    const auto& pending = taken.pending;
    const auto& secrets = taken.secrets;
    const auto& driver = browser_driver(pending.platform);
    auto application = application_of(tools.settings, driver.id);
    if (!secrets.client_id.empty()) {
        application.client_id = secrets.client_id;
        application.client_secret = secrets.client_secret;
        application.base_url = pending.base_url;
    }
    Reach reach(tools, secrets.is_public_only);
    auto identities = driver.sign_in->exchange(
        {application, pending.redirect_uri, pending.kind, code, secrets.verifier}, reach.seams());
    if (identities.empty())
        throw Error(
            Code::platform_refused,
            std::string(driver.title) + " names no identity that may be published as",
            "Sign in as somebody who has one, and allow it for this application.");
    if (!secrets.identity.empty())
        keep_wanted(driver, identities, secrets.identity);
    if (secrets.is_public_only) {
        for (auto& identity : identities)
            identity.config = with_public_only(identity.config);
    }
    return identities;
}

SignInStep step_of(store::Reader& reader, PendingSignIn pending) {
    SignInStep step;
    if (pending.account)
        step.account = platform::load_account(reader, *pending.account);
    step.pending = std::move(pending);
    return step;
}

SignInStep keep_sign_in(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal& principal,
    const PendingSignIn& pending,
    const Identity& identity) {
    const auto account = keep_account(
        tools,
        transaction,
        principal,
        {pending.platform, pending.name, pending.zone, pending.on_unknown},
        identity);
    if (!platform::end_sign_in(transaction, pending.id, account.id))
        throw sign_in_over();
    return step_of(transaction, *platform::find_sign_in(transaction, pending.id));
}

SignInStep keep_chosen(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal& principal,
    const platform::Offered& offer,
    const std::string& remote_id) {
    const auto at = std::ranges::find(offer.identities, remote_id, &Identity::remote_id);
    if (at == offer.identities.end())
        throw Error(
            Code::invalid,
            "This identity was not offered",
            "choose one of those that were",
            {{"/identity", "unknown", "was not offered"}});
    return keep_sign_in(tools, transaction, principal, offer.pending, *at);
}

void fail_sign_in(const Tools& tools, const SignInId& id, const Error& why) {
    tools.store.write([&](store::Transaction& transaction) {
        platform::fail_sign_in(transaction, id, facts(why.code()).name, why.what());
    });
}

}  // namespace caas::flow
