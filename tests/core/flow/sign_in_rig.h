// A home whose applications are registered at pretend platforms, for what is connected with a
// browser.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/access/identity.h"
#include "core/base/file.h"
#include "core/flow/application.h"
#include "core/flow/authorize.h"
#include "core/flow/plan.h"
#include "core/flow/renew.h"
#include "core/net/oauth.h"
#include "core/net/url.h"
#include "core/notice/mail_queue.h"
#include "core/platform/renewal.h"
#include "core/sandbox/authorization.h"
#include "tests/fake/home.h"

namespace caas::flow {

inline constexpr auto loopback = "http://127.0.0.1:8765/callback";
inline constexpr auto public_url = "https://caas.example.org";

// Takes mail and keeps it.
struct KeptMail final : notice::Mailer {
    notice::Delivery send(const notice::Mail& mail) override {
        taken.push_back(mail);
        return notice::Sent{"kept"};
    }

    std::vector<notice::Mail> taken;
};

using Variables = std::map<std::string, std::string>;

struct SignInRig {
    explicit SignInRig(Variables more = {}) : home(variables(std::move(more))) {
        x.add_client(
            "x-client",
            "x-client-secret",
            {loopback, public_url + std::string("/api/v1/oauth/x/callback")});
        home.http.handler = [this](const net::Request& request) { return route(request); };
        home.store.write([&](store::Transaction& transaction) {
            access::set_email(transaction, home.owner.person, "ana@example.org");
        });
    }

    static Variables variables(Variables more) {
        more.insert({"CAAS_PLATFORMS_X_CLIENT_ID", "x-client"});
        more.insert({"CAAS_PLATFORMS_X_CLIENT_SECRET", "x-client-secret"});
        return more;
    }

    net::Result route(const net::Request& request) {
        if (before)
            before(request);
        return x.handle(request);
    }

    BegunSignIn begin(const std::string& redirect_uri = loopback, const std::string& name = "") {
        SignInOrder order;
        order.platform = "x";
        order.name = name;
        order.redirect_uri = redirect_uri;
        order.is_local = true;
        return begin_sign_in(home.tools, home.owner, order);
    }

    SignInStep finish(const BegunSignIn& begun, const std::string& answer) {
        return finish_sign_in(home.tools, home.owner, begun.pending.id, answer);
    }

    // All of it, by way of this machine.
    platform::Account connect(const std::string& name = "") {
        const auto begun = begin(loopback, name);
        return *finish(begun, x.approve(begun.authorize_url)).account;
    }

    platform::Access open(const AccountId& id) {
        return home.store.read(
            [&](store::Reader& reader) { return open_account(home.tools, reader, id); });
    }

    platform::Account account(const AccountId& id) {
        return home.store.read(
            [&](store::Reader& reader) { return platform::load_account(reader, id); });
    }

    std::optional<platform::Renewal> renewal(const AccountId& id) {
        return home.store.read(
            [&](store::Reader& reader) { return platform::find_renewal(reader, id); });
    }

    // As the keeper of a daemon does when its time has come.
    KeptSignedIn keep() { return keep_signed_in(home.tools); }

    // Moves to when the keeper wants to be called again, and calls it.
    KeptSignedIn keep_next() {
        const auto again = keep().again;
        REQUIRE(again.has_value());
        home.clock.advance(*again - home.clock.now());
        return keep();
    }

    std::vector<notice::Mail> mails() {
        notice::deliver_mail(
            {home.store, mailer, home.tools.vault, home.clock, home.random, home.log});
        return mailer.taken;
    }

    // A post that is to go out tomorrow.
    delivery::Post schedule(const std::string& name) {
        When when;
        when.in_seconds = 3600 * 24;
        return make_posts(
                   home.tools,
                   home.owner,
                   {home.add({"Hello."}).id.text(), std::nullopt, {name}, when})
            .at(0);
    }

    delivery::PostState state_of(const PostId& id) {
        return home.store.read([&](store::Reader& reader) {
            return delivery::get_post(reader, home.owner.workspace, id).state;
        });
    }

    // Whether these bytes are anywhere on the disk of the home.
    bool is_on_disk(std::string_view bytes) {
        for (const auto& file : std::filesystem::recursive_directory_iterator(home.folder.path())) {
            if (file.is_regular_file() &&
                read_file(file.path(), 64U << 20U).find(bytes) != std::string::npos)
                return true;
        }
        return false;
    }

    fake::Home home;
    sandbox::PretendXSignIn x{home.clock};
    KeptMail mailer;
    // Called with each request before the platform has it.
    std::function<void(const net::Request&)> before;
};

}  // namespace caas::flow
