#include "core/platform/account.h"

#include <string>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/base/id.h"
#include "core/vault/vault.h"
#include "tests/fake/two_workspaces.h"

namespace caas::platform {
namespace {

NewAccount bluesky_account(const std::string& name = "ana") {
    NewAccount wanted;
    wanted.workspace = WorkspaceId("mine");
    wanted.platform = "bluesky";
    wanted.name = name;
    wanted.identity.remote_id = "did:plc:ana";
    wanted.identity.handle = "ana.test";
    wanted.identity.base_url = "https://pds.example";
    wanted.identity.config = "{}";
    wanted.identity.credentials.access = Secret("access-token-in-clear");
    wanted.identity.credentials.refresh = Secret("refresh-token-in-clear");
    wanted.identity.credentials.expires_at = from_ms(1795348800000);
    wanted.identity.credentials.refresh_expires_at = from_ms(1803117600000);
    return wanted;
}

// With a vault.
struct Desk : fake::TwoWorkspaces {
    vault::Vault vault{{{"00000001", Secret(std::string(32, 'k'))}}, random};
    int openings = 0;
    OpenVault open = [this]() -> const vault::Vault& {
        ++openings;
        return vault;
    };

    Account add(const NewAccount& wanted) {
        return store.write([&](store::Transaction& t) {
            return insert_account(t, ids, open, wanted, clock.now());
        });
    }

    template <typename Function>
    auto read(Function&& function) {
        return store.read(std::forward<Function>(function));
    }

    Account get(std::string_view who) {
        return read([&](store::Reader& r) { return get_account(r, mine, who); });
    }

    Access opened(const AccountId& id) {
        return read([&](store::Reader& r) { return open_account(r, open, id); });
    }

    template <typename Function>
    void change(Function&& function) {
        store.write([&](store::Transaction& t) { function(t); });
    }

    // What lies in the database, secrets sealed.
    std::string stored_secret(const AccountId& id) {
        return read([&](store::Reader& r) {
            const auto rows = r.query("SELECT secret FROM account WHERE id = $1", {id});
            return rows.at(0).maybe_text(0).value_or("none");
        });
    }
};

template <typename Function>
std::string code_of(Function function) {
    try {
        function();
    } catch (const Error& error) {
        return std::string(facts(error.code()).name);
    }
    return "fine";
}

TEST_CASE("an account is kept with everything but its secrets in clear") {
    Desk desk;

    const auto account = desk.add(bluesky_account());

    CHECK(account.name == "ana");
    CHECK(account.platform == "bluesky");
    CHECK(account.handle == "ana.test");
    CHECK(account.remote_id == "did:plc:ana");
    CHECK(account.state == AccountState::active);
    CHECK(account.catch_up == std::chrono::hours(24));
    CHECK(account.on_unknown == OnUnknown::ask);
    CHECK(account.secret_expires_at == from_ms(1795348800000));
    CHECK(account.created_at == desk.clock.now());
    CHECK_FALSE(account.zone.has_value());
    const auto sealed = desk.stored_secret(account.id);
    CHECK(sealed.starts_with("v1."));
    CHECK(sealed.find("in-clear") == std::string::npos);
}

TEST_CASE("opening an account gives its credentials back") {
    Desk desk;
    auto wanted = bluesky_account();
    wanted.identity.scopes = "read write";
    const auto account = desk.add(wanted);

    const auto access = desk.opened(account.id);

    CHECK(access.account == account.id);
    CHECK(access.scopes == "read write");
    CHECK(access.base_url == "https://pds.example");
    CHECK(access.credentials.access == Secret("access-token-in-clear"));
    CHECK(access.credentials.refresh == Secret("refresh-token-in-clear"));
    CHECK(access.credentials.expires_at == from_ms(1795348800000));
    CHECK(access.credentials.refresh_expires_at == from_ms(1803117600000));
}

TEST_CASE("a secret moved to another account does not open there") {
    Desk desk;
    const auto ana = desk.add(bluesky_account());
    auto second = bluesky_account("bob");
    second.identity.remote_id = "did:plc:bob";
    const auto bob = desk.add(second);
    desk.change([&](store::Transaction& t) {
        t.execute(
            "UPDATE account SET secret = $2 WHERE id = $1", {bob.id, desk.stored_secret(ana.id)});
    });

    CHECK(code_of([&] { desk.opened(bob.id); }) == "invalid");
}

TEST_CASE("an outbox is kept and opened without touching the vault") {
    Desk desk;
    NewAccount wanted;
    wanted.workspace = desk.mine;
    wanted.platform = "outbox";
    wanted.name = "outbox";
    wanted.identity = outbox_identity("/var/lib/caas/outbox");

    const auto account = desk.add(wanted);

    CHECK(desk.opened(account.id).remote_id == "/var/lib/caas/outbox");
    CHECK(desk.openings == 0);
    CHECK(account.handle == "outbox");
}

TEST_CASE("an account is found by its name and by pieces of its id") {
    Desk desk;
    const auto account = desk.add(bluesky_account("Ana's posts"));
    const auto id = account.id.text();

    CHECK(desk.get("Ana's posts").id == account.id);
    CHECK(desk.get(id).id == account.id);
    CHECK(desk.get(id.substr(28)).id == account.id);
    CHECK(desk.get(id.substr(0, 8)).id == account.id);
    CHECK(code_of([&] { desk.get("ana"); }) == "not_found");
    CHECK(code_of([&] { desk.get("'; DROP TABLE account"); }) == "not_found");
    CHECK(code_of([&] { desk.get("\xFF\xFE"); }) == "not_found");
}

TEST_CASE("a piece that fits several accounts is a conflict") {
    Desk desk;
    desk.add(bluesky_account("one"));
    auto second = bluesky_account("two");
    second.identity.remote_id = "did:plc:two";
    const auto account = desk.add(second);

    CHECK(code_of([&] { desk.get(account.id.text().substr(0, 6)); }) == "conflict");
}

TEST_CASE("an account named like part of another one's id is not taken for it") {
    Desk desk;
    const auto id = desk.add(bluesky_account("one")).id;
    const auto end = id.text().substr(28);
    for (const auto& name : {id.text(), end}) {
        auto other = bluesky_account(name);
        other.identity.remote_id = "did:plc:" + name;
        desk.add(other);
    }

    CHECK(desk.get(id.text()).id == id);
    CHECK(code_of([&] { desk.get(end); }) == "conflict");
}

TEST_CASE("another workspace's account is not there") {
    Desk desk;
    const auto account = desk.add(bluesky_account());
    const auto from_there = [&](std::string_view who) {
        return code_of(
            [&] { desk.read([&](store::Reader& r) { get_account(r, desk.theirs, who); }); });
    };

    CHECK(from_there("ana") == "not_found");
    CHECK(from_there(account.id.text()) == "not_found");
    CHECK(desk.read([&](store::Reader& r) { return list_accounts(r, desk.theirs); }).items.empty());
    CHECK(
        desk.read([&](store::Reader& r) { return list_accounts(r, desk.mine); }).items.size() == 1);
}

TEST_CASE("connecting the same identity again renews its credentials under the same id") {
    Desk desk;
    const auto before = desk.add(bluesky_account());
    desk.change([&](store::Transaction& t) {
        set_state(t, before.id, AccountState::needs_sign_in, "expired", desk.clock.now());
    });
    auto again = bluesky_account();
    again.identity.credentials.access = Secret("newer");

    const auto after = desk.add(again);

    CHECK(after.id == before.id);
    CHECK(after.state == AccountState::active);
    CHECK_FALSE(after.state_reason.has_value());
    CHECK(desk.opened(after.id).credentials.access == Secret("newer"));
}

TEST_CASE("connecting again does not end a person's pause") {
    Desk desk;
    const auto before = desk.add(bluesky_account());
    desk.change([&](store::Transaction& t) {
        set_state(t, before.id, AccountState::paused, "paused by a person", desk.clock.now());
    });

    const auto after = desk.add(bluesky_account());

    CHECK(after.state == AccountState::paused);
    CHECK(after.state_reason == "paused by a person");
}

TEST_CASE("a name belongs to one identity") {
    Desk desk;
    desk.add(bluesky_account());
    auto other = bluesky_account();
    other.identity.remote_id = "did:plc:somebody_else";

    CHECK(code_of([&] { desk.add(other); }) == "conflict");
    other.workspace = desk.theirs;
    CHECK(code_of([&] { desk.add(other); }) == "fine");
}

TEST_CASE("a name is a line of text") {
    Desk desk;

    CHECK(code_of([&] { desk.add(bluesky_account("")); }) == "invalid");
    CHECK(code_of([&] { desk.add(bluesky_account("a\nb")); }) == "invalid");
    CHECK(code_of([&] { desk.add(bluesky_account("\xFF")); }) == "invalid");
    CHECK(code_of([&] { desk.add(bluesky_account(std::string(101, 'a'))); }) == "invalid");
}

TEST_CASE("a refreshed session replaces the old one") {
    Desk desk;
    const auto account = desk.add(bluesky_account());
    Credentials fresh;
    fresh.access = Secret("second access");
    fresh.refresh = Secret("second refresh");

    desk.change([&](store::Transaction& t) {
        keep_credentials(t, desk.vault, account.id, fresh, desk.clock.now());
    });

    const auto access = desk.opened(account.id);
    CHECK(access.credentials.refresh == Secret("second refresh"));
    CHECK_FALSE(access.credentials.expires_at.has_value());
}

TEST_CASE("what a check found is kept beside the credentials") {
    Desk desk;
    const auto account = desk.add(bluesky_account());
    auto identity = bluesky_account().identity;
    identity.handle = "ana.example";
    identity.config = R"({"limits":{"text_limit":1000}})";

    desk.change(
        [&](store::Transaction& t) { keep_identity(t, account.id, identity, desk.clock.now()); });

    const auto after = desk.get("ana");
    CHECK(after.handle == "ana.example");
    CHECK(limits_of(after).text_limit == 1000);
    CHECK(desk.opened(account.id).credentials.access == Secret("access-token-in-clear"));
}

TEST_CASE("a disconnected account forgets its secrets, frees its name and stays on record") {
    Desk desk;
    const auto account = desk.add(bluesky_account());

    desk.change(
        [&](store::Transaction& t) { disconnect_account(t, account.id, desk.clock.now()); });

    CHECK(desk.stored_secret(account.id) == "none");
    CHECK(code_of([&] { desk.get("ana"); }) == "not_found");
    CHECK(desk.get(account.id.text()).state == AccountState::disconnected);
    CHECK(desk.read([&](store::Reader& r) { return list_accounts(r, desk.mine); }).items.empty());
    CHECK(code_of([&] { desk.opened(account.id); }) == "platform_sign_in");
    auto other = bluesky_account();
    other.identity.remote_id = "did:plc:somebody_else";
    CHECK(desk.add(other).id != account.id);
}

TEST_CASE("the same identity under the same name takes its former account up again") {
    Desk desk;
    const auto account = desk.add(bluesky_account());
    desk.change(
        [&](store::Transaction& t) { disconnect_account(t, account.id, desk.clock.now()); });

    const auto again = desk.add(bluesky_account());

    CHECK(again.id == account.id);
    CHECK(again.state == AccountState::active);
}

TEST_CASE("the same number at another server takes nobody's account up, whatever its name") {
    Desk desk;
    auto wanted = bluesky_account();
    wanted.platform = "mastodon";
    wanted.identity.remote_id = "7";
    wanted.identity.handle = "ana@127.0.0.1:3001";
    wanted.identity.base_url = "http://127.0.0.1:3001";
    auto elsewhere = wanted;
    elsewhere.identity.handle = "ana@127.0.0.1:3002";
    elsewhere.identity.base_url = "http://127.0.0.1:3002";
    const auto account = desk.add(wanted);
    CHECK(code_of([&] { desk.add(elsewhere); }) == "conflict");
    desk.change(
        [&](store::Transaction& t) { disconnect_account(t, account.id, desk.clock.now()); });

    const auto other = desk.add(elsewhere);

    CHECK(other.id != account.id);
    CHECK(other.base_url == "http://127.0.0.1:3002");
    CHECK(desk.get(account.id.text()).state == AccountState::disconnected);
}

TEST_CASE("an account without the port in its handle is still that of its server") {
    Desk desk;
    auto wanted = bluesky_account();
    wanted.platform = "mastodon";
    wanted.identity.remote_id = "7";
    wanted.identity.handle = "ana@127.0.0.1";
    wanted.identity.base_url = "http://127.0.0.1:3001";
    const auto account = desk.add(wanted);
    wanted.identity.handle = "ana@127.0.0.1:3001";

    CHECK(desk.add(wanted).id == account.id);
}

TEST_CASE("a disconnected account changes no more") {
    Desk desk;
    const auto account = desk.add(bluesky_account());
    const auto now = desk.clock.now();
    desk.change([&](store::Transaction& t) { disconnect_account(t, account.id, now); });
    const auto attempt = [&](auto function) { return code_of([&] { desk.change(function); }); };

    CHECK(attempt([&](store::Transaction& t) {
              set_state(t, account.id, AccountState::active, "", now);
          }) == "not_found");
    CHECK(attempt([&](store::Transaction& t) {
              keep_credentials(t, desk.vault, account.id, {}, now);
          }) == "not_found");
    CHECK(attempt([&](store::Transaction& t) {
              set_on_unknown(t, account.id, OnUnknown::resend, now);
          }) == "not_found");
}

TEST_CASE("an account may prefer to send again") {
    Desk desk;
    const auto account = desk.add(bluesky_account());

    desk.change([&](store::Transaction& t) {
        set_on_unknown(t, account.id, OnUnknown::resend, desk.clock.now());
    });

    CHECK(desk.get("ana").on_unknown == OnUnknown::resend);
    CHECK(find_on_unknown("resend") == OnUnknown::resend);
    CHECK_FALSE(find_on_unknown("guess").has_value());
}

TEST_CASE("several accounts are prepared at once, each as if it were alone") {
    Desk it;
    NewAccount wanted;
    wanted.workspace = it.mine;
    wanted.platform = "outbox";
    wanted.name = "one";
    wanted.identity = outbox_identity("folder");
    const auto one = it.add(wanted);
    wanted.platform = "webhook";
    wanted.name = "two";
    wanted.identity = {"two", "two", "https://example.org", "{}", {}};
    const auto two = it.add(wanted);  // needs a secret and has none
    it.change([&](store::Transaction& t) {
        set_state(t, one.id, AccountState::paused, "", it.clock.now());
    });

    const std::vector<AccountId> ids{two.id, one.id, AccountId("nobody")};
    const auto prepared =
        it.read([&](store::Reader& r) { return prepare_accounts(r, it.open, ids); });

    REQUIRE(prepared.size() == 2);
    for (const auto& account : prepared) {
        const bool is_one = account.standing.account == one.id;
        const auto standing =
            it.read([&](store::Reader& r) { return load_standing(r, account.standing.account); });
        CHECK(account.standing.state == standing.state);
        CHECK(account.standing.catch_up == standing.catch_up);
        CHECK((standing.state == AccountState::paused) == is_one);
        CHECK(account.refusal.has_value() == !is_one);
        if (is_one)
            CHECK(account.access.base_url == it.opened(one.id).base_url);
        else
            CHECK(account.refusal->code() == Code::platform_sign_in);
    }
}

}  // namespace
}  // namespace caas::platform
