#include "core/flow/authorize.h"

#include <algorithm>
#include <utility>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/flow/application.h"
#include "core/flow/trade.h"
#include "core/net/oauth.h"
#include "core/net/url.h"
#include "core/platform/account_name.h"
#include "core/platform/application.h"

namespace caas::flow {
namespace {

using platform::PendingSignIn;
using platform::SignInId;
using platform::SignInState;

constexpr std::size_t state_bytes = 32;

// Where the browser is sent back to. Throws Error when it could not come back.
std::string redirect_of(
    const Tools& tools, const platform::Driver& driver, const std::string& asked) {
    const std::string title(driver.title);
    if (asked.empty()) {
        auto own = callback_url(tools.settings, driver.id);
        if (own.empty())
            throw Error(
                Code::invalid,
                "The daemon has no public address for browsers to come back to",
                "Set http.public_url, or let the browser come back to your own machine.",
                {{"/redirect_uri", "redirect_uri.required", "is needed without a public address"}});
        return own;
    }
    const auto url = net::parse_url(asked);
    if (!url || url->is_secure() || !url->is_loopback())
        throw Error(
            Code::invalid,
            "A browser may come back only to this machine or to the daemon",
            "Give http://127.0.0.1:PORT/callback, or nothing.",
            {{"/redirect_uri", "redirect_uri.invalid", "must be http://127.0.0.1:PORT/…"}});
    if (!driver.sign_in->takes_loopback)
        throw Error(
            Code::invalid,
            title + " sends browsers back only to an https address",
            "Set http.public_url, and register " + title + "'s redirect address: " +
                "PUBLIC_URL/api/v1/oauth/" + std::string(driver.id) + "/callback.",
            {{"/redirect_uri", "redirect_uri.https", "must be the daemon's public address"}});
    return asked;
}

bool is_guarded(const Tools& tools, bool is_local, const std::string& base_url) {
    return !base_url.empty() && !is_local && !tools.settings.truth("net.allow_private");
}

// The application at an instance, registered there when this is the first sign-in to it.
platform::Application enroll(
    const Tools& tools,
    const platform::Driver& driver,
    const std::string& address,
    const std::string& redirect_uri,
    const platform::Tools& seams) {
    // As the driver will have it, so that one that is known is found.
    const bool has_scheme = address.find("://") != std::string::npos;
    const auto url = net::parse_url(has_scheme ? address : "https://" + address);
    const auto base_url = url ? url->origin() : address;
    const auto known = tools.store.read([&](store::Reader& reader) {
        return platform::find_application(reader, tools.vault(), driver.id, base_url, redirect_uri);
    });
    if (known)
        return *known;
    auto made = driver.sign_in->enroll(base_url, redirect_uri, seams);
    tools.store.write([&](store::Transaction& transaction) {
        platform::keep_application(
            transaction, tools.vault(), driver.id, redirect_uri, made, tools.clock.now());
    });
    return made;
}

PendingSignIn own(store::Reader& reader, const access::Principal& principal, const SignInId& id) {
    auto pending = platform::find_sign_in(reader, id);
    if (!pending || pending->person != principal.person ||
        pending->workspace != principal.workspace)
        throw no_sign_in();
    return *std::move(pending);
}

}  // namespace

BegunSignIn begin_sign_in(
    const Tools& tools, const access::Principal& principal, const SignInOrder& order) {
    const auto& driver = browser_driver(order.platform);
    const auto& sign_in = *driver.sign_in;
    const auto& kind = platform::kind_of(sign_in, order.kind);
    // Nobody should have to go through the pages of a platform to be told so.
    if (!order.name.empty())
        tools.store.read([&](store::Reader& reader) {
            platform::require_name_for(reader, principal.workspace, driver.id, order.name);
        });
    auto application = application_of(tools.settings, driver.id);
    platform::NewSignIn wanted;
    auto& pending = wanted.pending;
    pending.redirect_uri = redirect_of(tools, driver, order.redirect_uri);
    if (sign_in.enroll != nullptr) {
        pending.base_url = order.base_url.empty() ? application.base_url : order.base_url;
        wanted.secrets.is_public_only = is_guarded(tools, order.is_local, order.base_url);
        Reach reach(tools, wanted.secrets.is_public_only);
        application = enroll(tools, driver, pending.base_url, pending.redirect_uri, reach.seams());
        pending.base_url = application.base_url;
        wanted.secrets.client_id = application.client_id;
        wanted.secrets.client_secret = application.client_secret;
    } else {
        require_application(driver, application);
    }
    pending.workspace = principal.workspace;
    pending.person = principal.person;
    pending.platform = driver.id;
    pending.kind = kind.name;
    pending.name = order.name;
    pending.zone = order.zone;
    pending.on_unknown = order.on_unknown;
    wanted.secrets.identity = order.identity;
    wanted.state = Secret(to_base64url(tools.random.bytes(state_bytes)));
    if (sign_in.has_pkce)
        wanted.secrets.verifier = net::make_verifier(tools.random);
    if (order.redirect_uri.empty())
        wanted.browser = Secret(to_base64url(tools.random.bytes(state_bytes)));
    BegunSignIn begun;
    begun.authorize_url = sign_in.authorize(
        {application,
         pending.redirect_uri,
         std::string(kind.scopes),
         wanted.state.reveal(),
         sign_in.has_pkce ? net::challenge_of(wanted.secrets.verifier) : std::string()});
    begun.browser = wanted.browser;
    begun.pending = tools.store.write([&](store::Transaction& transaction) {
        return platform::insert_sign_in(
            transaction, tools.ids, tools.vault(), wanted, tools.clock.now());
    });
    return begun;
}

SignInStep show_sign_in(
    const Tools& tools, const access::Principal& principal, const SignInId& id) {
    return tools.store.read([&](store::Reader& reader) {
        auto pending = own(reader, principal, id);
        if (tools.clock.now() >= pending.expires_at && pending.state != SignInState::done &&
            pending.state != SignInState::failed) {
            pending.state = SignInState::failed;
            pending.code = "expired";
            pending.message = "Nobody came back from the browser in time.";
        }
        return step_of(reader, std::move(pending));
    });
}

SignInStep finish_sign_in(
    const Tools& tools,
    const access::Principal& principal,
    const SignInId& id,
    std::string_view answer) {
    const auto callback = net::read_callback(answer);
    const auto taken = tools.store.write([&](store::Transaction& transaction) {
        const auto pending = own(transaction, principal, id);
        // Whoever pastes nonsense may try again; whoever brings an answer has used it up.
        if (callback.error.empty())
            code_in(browser_driver(pending.platform), callback);
        auto found = callback.state.empty()
                         ? platform::take_sign_in(transaction, tools.vault(), id, tools.clock.now())
                         : platform::take_sign_in(
                               transaction, tools.vault(), callback.state, {}, tools.clock.now());
        if (!found)
            throw pending.state == SignInState::waiting ? no_sign_in() : sign_in_over();
        if (found->pending.id != id)
            throw Error(
                Code::invalid,
                "This answer belongs to another sign-in",
                "Paste the address that this one's link led to.",
                {{"/answer", "state.foreign", "is of another sign-in"}});
        return *std::move(found);
    });
    try {
        const auto identities =
            trade_code(tools, taken, code_in(browser_driver(taken.pending.platform), callback));
        return tools.store.write([&](store::Transaction& transaction) {
            if (identities.size() == 1)
                return keep_sign_in(
                    tools, transaction, principal, taken.pending, identities.front());
            platform::offer_choices(
                transaction, tools.vault(), taken.pending, identities, Secret());
            return step_of(transaction, *platform::find_sign_in(transaction, id));
        });
    } catch (const Error& error) {
        fail_sign_in(tools, id, error);
        throw;
    }
}

SignInStep choose_sign_in(
    const Tools& tools,
    const access::Principal& principal,
    const SignInId& id,
    const std::string& remote_id) {
    return tools.store.write([&](store::Transaction& transaction) {
        const auto pending = own(transaction, principal, id);
        const auto offer = platform::find_offer(transaction, tools.vault(), id, tools.clock.now());
        if (!offer)
            throw pending.is_for_page
                ? Error(Code::conflict, "This waits for the page in the browser")
                : sign_in_over();
        return keep_chosen(tools, transaction, principal, *offer, remote_id);
    });
}

}  // namespace caas::flow
