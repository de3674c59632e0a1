#include "core/flow/connect.h"

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/base/error.h"
#include "core/billing/gate.h"
#include "core/delivery/lane.h"
#include "core/delivery/post.h"
#include "core/flow/account_call.h"
#include "core/flow/application.h"
#include "core/flow/doors.h"
#include "core/flow/organize.h"
#include "core/flow/public_http.h"
#include "core/flow/renew.h"
#include "core/flow/sign_in_lost.h"
#include "core/net/address.h"
#include "core/net/url.h"
#include "core/platform/account_name.h"
#include "core/platform/renewal.h"
#include "core/platform/token.h"
#include "core/schedule/series.h"

namespace caas::flow {
namespace {

using platform::Account;
using platform::AccountState;

Account find(store::Reader& reader, const access::Principal& principal, std::string_view who) {
    return platform::get_account(reader, principal.workspace, who);
}

// What a person did to an account, for the audit log.
void record(
    store::Transaction& transaction,
    const access::Principal& principal,
    std::string_view action,
    const Account& account,
    Instant now) {
    access::record(
        transaction,
        now,
        access::actor_of(principal),
        principal.organization.text(),
        {action, account.id.text()},
        {{"platform", account.platform}, {"name", account.name}, {"handle", account.handle}});
}

// `request`: what was given, with what the installation adds.
void require_connectable(const platform::Driver& driver, const platform::ConnectRequest& request) {
    for (const auto& field : driver.fields) {
        const bool is_empty = (field.name == "identifier" && request.identifier.empty()) ||
                              (field.name == "base_url" && request.base_url.empty()) ||
                              (field.name == "secret" && request.secret.empty());
        if (field.is_required && is_empty)
            throw Error(
                Code::invalid,
                "Connecting " + std::string(driver.title) + " needs: " + std::string(field.label),
                {},
                {{"/" + std::string(field.name), "required", "is missing"}});
    }
}

// What the address itself tells; where a name leads is looked at when it is called.
void require_public(const std::string& address) {
    const bool has_scheme = address.find("://") != std::string::npos;
    const auto url = net::parse_url(has_scheme ? address : "https://" + address);
    if (!url || (!url->is_loopback() && (!net::is_ip(url->host) || net::is_public_ip(url->host))))
        return;
    throw Error(
        Code::invalid,
        "The address `" + url->origin() + "` is not on the public Internet",
        "connect it on the machine of the daemon, or set allow_private in [net]",
        {{"/base_url", "private", "must be a public address"}});
}

platform::Identity identify(const Tools& tools, const ConnectOrder& order) {
    const auto& driver = platform::get_connectable(order.platform);
    if (driver.connect == nullptr)
        throw Error(
            Code::invalid,
            std::string(driver.title) + " is connected with a browser, not with a secret",
            "Run: caas account connect " + std::string(driver.id));
    auto request = platform::ConnectRequest{
        order.name, order.identifier, order.base_url, order.secret, order.config};
    if (request.base_url.empty())
        request.base_url = default_base_url(tools.settings, driver.id);
    if (driver.id == "outbox" && request.identifier.empty())
        request.identifier = (tools.data / "outbox").string();
    if (!order.is_local && driver.id == "outbox")
        throw Error(
            Code::forbidden,
            "An outbox writes files on the machine of the daemon",
            "connect it there: caas account connect outbox");
    // The local owner reaches the own network anyway; for others it is the installation's choice.
    const bool may_be_private = order.is_local || tools.settings.truth("net.allow_private");
    if (may_be_private)
        request.config["allow_private"] = "true";
    else
        request.config.erase("allow_private");
    require_connectable(driver, request);
    // An address of the configuration is the installation's own choice as well.
    if (may_be_private || order.base_url.empty())
        return driver.connect(request, driver_tools(tools));
    require_public(request.base_url);
    PublicHttp http(tools.http);
    auto identity = driver.connect(request, {http, tools.clock, tools.random});
    require_public(identity.base_url);
    identity.config = with_public_only(identity.config);
    return identity;
}

platform::Identity ask_who(
    const Tools& tools, const platform::Driver& driver, const platform::Access& access) {
    PublicHttp guarded(tools.http);
    const bool is_guarded = is_public_only(access.config);
    const platform::Tools seams{
        is_guarded ? static_cast<net::HttpClient&>(guarded) : tools.http,
        tools.clock,
        tools.random};
    const auto ask = [&](const platform::Access& as) {
        auto identity = driver.check(as, seams);
        if (is_guarded)
            identity.config = with_public_only(identity.config);
        return identity;
    };
    try {
        return ask(access);
    } catch (const Error& e) {
        if (e.code() != Code::platform_sign_in || driver.refresh == nullptr)
            throw;
    }
    return ask(renew(tools, driver, access, seams));
}

// What the sign-in lacks, and how long it lasts.
Checked checked(
    const Tools& tools,
    const platform::Driver& driver,
    Account account,
    platform::Identity identity) {
    Checked out;
    if (driver.sign_in != nullptr) {
        const auto config = json::try_parse(account.config);
        const auto kind = config ? json::text_or(*config, "kind", "") : "";
        out.missing_scopes = platform::missing_scopes(
            platform::kind_of(*driver.sign_in, kind).scopes, account.scopes);
    }
    tools.store.read([&](store::Reader& reader) {
        const auto access = platform::open_account(reader, tools.vault, account.id);
        out.is_renewed = platform::can_renew(driver, access.credentials);
        out.expires_at = access.credentials.expires_at;
        if (const auto renewal = platform::find_renewal(reader, account.id))
            out.ends_at = renewal->ends_at;
    });
    out.account = std::move(account);
    out.identity = std::move(identity);
    return out;
}

// Best effort: what the platform cannot be told now, it forgets when the tokens end.
void revoke(const Tools& tools, const platform::Access& access) {
    const auto* driver = platform::find(access.platform);
    if (driver == nullptr || driver->sign_in == nullptr || driver->sign_in->revoke == nullptr)
        return;
    try {
        const AccountCall call(tools, access);
        driver->sign_in->revoke(access, call.tools());
    } catch (const Error& error) {
        tools.log.write(
            Level::warn,
            "account.not_revoked",
            {{"account", access.account.text()}, {"error", error.what()}});
    }
}

// nullopt when it has no credentials any more, or they cannot be read.
std::optional<platform::Access> maybe_open(
    const Tools& tools, store::Reader& reader, const AccountId& account) {
    try {
        auto access = open_account(tools, reader, account);
        find_own_application(tools, reader, access);
        return access;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

Account keep_account(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal& principal,
    const Keeping& keeping,
    const platform::Identity& identity) {
    const auto now = tools.clock.now();
    const auto& driver = platform::get(keeping.platform);
    platform::NewAccount asked;
    asked.workspace = principal.workspace;
    asked.platform = driver.id;
    asked.name = keeping.name.empty() ? platform::default_account_name(
                                            transaction, asked.workspace, asked.platform, identity)
                                      : keeping.name;
    asked.zone = keeping.zone;
    asked.identity = identity;
    asked.catch_up = std::chrono::hours(tools.settings.integer("publish.catch_up_h"));
    const auto& plans = tools.plans();
    const auto& organization = principal.organization;
    require_open(transaction, organization);
    billing::require_unlocked(
        plans,
        transaction,
        organization,
        billing::Lockable::workspace,
        principal.workspace.view(),
        "This workspace",
        now);
    const billing::Room accounts(plans, transaction, organization, config::Limit::accounts, now);
    const billing::Room platforms(plans, transaction, organization, config::Limit::platforms, now);
    auto account = platform::insert_account(transaction, tools.ids, tools.vault, asked, now);
    accounts.require();
    platforms.require();
    if (keeping.on_unknown) {
        platform::set_on_unknown(transaction, account.id, *keeping.on_unknown, now);
        account.on_unknown = *keeping.on_unknown;
    }
    platform::plan_renewal(
        transaction, account.id, driver, identity.credentials, tools.random, now);
    if (account.state == AccountState::active)
        delivery::resume_posts(transaction, account.id, now);
    record(transaction, principal, "account.connect", account, now);
    return account;
}

Account connect_account(
    const Tools& tools, const access::Principal& principal, const ConnectOrder& order) {
    const auto identity = identify(tools, order);
    return tools.store.write([&](store::Transaction& transaction) {
        return keep_account(
            tools,
            transaction,
            principal,
            {order.platform, order.name, order.zone, order.on_unknown},
            identity);
    });
}

Checked check_account(
    const Tools& tools, const access::Principal& principal, std::string_view who) {
    const auto read = tools.store.read([&](store::Reader& reader) {
        auto found = find(reader, principal, who);
        auto opened = open_account(tools, reader, found.id);
        return std::pair(std::move(found), std::move(opened));
    });
    const auto& account = read.first;
    const auto& access = read.second;
    const auto& driver = platform::get(account.platform);
    try {
        auto identity = ask_who(tools, driver, access);
        auto kept = tools.store.write([&](store::Transaction& transaction) {
            const auto now = tools.clock.now();
            platform::keep_identity(transaction, account.id, identity, now);
            auto found = platform::load_account(transaction, account.id);
            if (found.state != AccountState::needs_sign_in)
                return found;
            // It is signed in after all: the platform was wrong for a while, or the credentials
            // were renewed just now.
            take_up_again(transaction, principal.organization, account.id, now);
            return platform::load_account(transaction, account.id);
        });
        return checked(tools, driver, std::move(kept), std::move(identity));
    } catch (const Error& e) {
        if (e.code() != Code::platform_sign_in)
            throw;
        if (account.state == AccountState::active) {
            tools.store.write([&](store::Transaction& transaction) {
                lose_sign_in(tools, transaction, account.id, e.what());
            });
        }
        throw platform::naming_account(e, account.platform, account.name);
    }
}

Account pause_account(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view who,
    const AccountCheck& check) {
    return tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        const auto account = find(transaction, principal, who);
        if (check)
            check(account);
        // The posts of one that needs a sign-in wait already, but would go out once it has it.
        const bool is_signed_out = account.state == AccountState::needs_sign_in;
        if (account.state == AccountState::active || is_signed_out) {
            platform::set_state(
                transaction,
                account.id,
                AccountState::paused,
                is_signed_out ? "paused by a person while it needed a sign-in"
                              : "paused by a person",
                now);
            delivery::pause_posts(transaction, account.id, now);
            record(transaction, principal, "account.pause", account, now);
        }
        return find(transaction, principal, account.id.text());
    });
}

Account resume_account(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view who,
    const AccountCheck& check) {
    return tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        const auto account = find(transaction, principal, who);
        if (check)
            check(account);
        if (account.state == AccountState::needs_sign_in)
            throw Error(
                Code::platform_sign_in,
                "The account `" + account.name + "` needs a sign-in",
                "connect it again: " + platform::connect_again(account.platform, account.name));
        if (account.state == AccountState::paused) {
            require_open(transaction, principal.organization);
            platform::set_state(transaction, account.id, AccountState::active, {}, now);
            delivery::resume_posts(transaction, account.id, now);
            record(transaction, principal, "account.resume", account, now);
        }
        return find(transaction, principal, account.id.text());
    });
}

Disconnected disconnect_account(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view who,
    const AccountCheck& check) {
    std::optional<platform::Access> last;
    auto disconnected = tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        auto account = find(transaction, principal, who);
        if (check)
            check(account);
        Disconnected gone;
        last = maybe_open(tools, transaction, account.id);
        gone.publishing = delivery::is_sending(transaction, account.id) ? 1 : 0;
        gone.ended = delivery::end_posts(transaction, account.id, now);
        schedule::end_series_of(transaction, account.id, "The account was disconnected.", now);
        platform::disconnect_account(transaction, account.id, now);
        platform::end_renewal(transaction, account.id);
        billing::relock(tools.plans(), transaction, principal.organization, now);
        record(transaction, principal, "account.disconnect", account, now);
        gone.account = std::move(account);
        gone.account.state = AccountState::disconnected;
        return gone;
    });
    if (last)
        revoke(tools, *last);
    return disconnected;
}

void add_outbox_account(
    const Tools& tools, store::Transaction& transaction, const WorkspaceId& workspace) {
    const auto folder = (tools.data / "outbox").string();
    platform::NewAccount asked;
    asked.workspace = workspace;
    asked.platform = "outbox";
    asked.name = "outbox";
    asked.identity = platform::outbox_identity(folder);
    asked.catch_up = std::chrono::hours(tools.settings.integer("publish.catch_up_h"));
    platform::insert_account(transaction, tools.ids, tools.vault, asked, tools.clock.now());
}

}  // namespace caas::flow
