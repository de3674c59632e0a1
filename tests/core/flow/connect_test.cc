// Connecting, checking, pausing and disconnecting accounts, with pretended platforms.
#include "core/flow/connect.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/access/installation.h"
#include "core/base/file.h"
#include "core/delivery/change.h"
#include "core/delivery/lane.h"
#include "core/delivery/ledger.h"
#include "core/flow/organize.h"
#include "core/flow/plan.h"
#include "core/flow/public_http.h"
#include "core/sandbox/platform_sandbox.h"
#include "tests/fake/home.h"

namespace caas {
namespace {

using flow::ConnectOrder;
using platform::AccountState;

using Variables = std::map<std::string, std::string>;

struct Office {
    explicit Office(Variables variables = {})
        : home(std::move(variables)), platforms(home.clock, Secret("whsec-open-sesame")) {
        home.http.handler = [this](const net::Request& request) { return platforms.send(request); };
    }

    platform::Account connect(const ConnectOrder& order) {
        return flow::connect_account(home.tools, home.owner, order);
    }

    platform::Account find(const std::string& who) {
        return home.store.read([&](store::Reader& reader) {
            return platform::get_account(reader, home.owner.workspace, who);
        });
    }

    delivery::Post schedule(const std::string& account) {
        flow::When when;
        when.in_seconds = 3600;
        return flow::make_posts(
                   home.tools,
                   home.owner,
                   {home.add({"Hello."}).id.text(), std::nullopt, {account}, when})
            .at(0);
    }

    delivery::Post post(const PostId& id) {
        return home.store.read([&](store::Reader& reader) {
            return delivery::get_post(reader, home.owner.workspace, id);
        });
    }

    platform::Access open(const AccountId& id) {
        return home.store.read([&](store::Reader& reader) {
            return platform::open_account(reader, home.tools.vault, id);
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
    sandbox::PlatformSandbox platforms;
};

ConnectOrder webhook(const std::string& name = "site") {
    ConnectOrder order;
    order.platform = "webhook";
    order.name = name;
    order.base_url = "https://hooks.example.org/in";
    order.secret = Secret("whsec-open-sesame");
    order.is_local = true;
    return order;
}

ConnectOrder mastodon(const std::string& name = "toots") {
    ConnectOrder order;
    order.platform = "mastodon";
    order.name = name;
    order.base_url = "https://mastodon.example";
    order.secret = Secret("masto-token-31415");
    order.is_local = true;
    return order;
}

ConnectOrder bluesky(const std::string& name = "sky") {
    ConnectOrder order;
    order.platform = "bluesky";
    order.name = name;
    order.identifier = "ana.example.org";
    order.secret = Secret("abcd-efgh-ijkl-mnop");
    order.is_local = true;
    return order;
}

TEST_CASE("a webhook is connected without being called") {
    Office it;
    auto order = webhook();
    order.config["repeats"] = "safe";
    order.zone = "Europe/Berlin";

    const auto account = it.connect(order);

    CHECK(account.state == AccountState::active);
    CHECK(account.name == "site");
    CHECK(account.zone == "Europe/Berlin");
    CHECK(account.base_url == "https://hooks.example.org/in");
    CHECK(json::text_or(Json::parse(account.config), "repeats", "") == "safe");
    CHECK(account.catch_up == std::chrono::hours(24));
    CHECK(it.home.http.asked.empty());
    CHECK(it.open(account.id).credentials.access.reveal() == "whsec-open-sesame");
    CHECK_FALSE(it.is_on_disk("whsec-open-sesame"));
}

TEST_CASE("a webhook that is connected again keeps its promise until that is taken back") {
    Office it;
    auto order = webhook();
    const auto repeats = [&] {
        return json::text_or(Json::parse(it.connect(order).config), "repeats", "none");
    };
    CHECK(repeats() == "none");
    order.config["repeats"] = "safe";
    CHECK(repeats() == "safe");

    order.config.clear();
    CHECK(repeats() == "safe");
    order.name.clear();
    CHECK(repeats() == "safe");

    order.config["repeats"] = "once";
    CHECK(repeats() == "once");
    order.config.clear();
    CHECK(repeats() == "once");
}

TEST_CASE("mastodon is asked who the token is and what its server allows") {
    Office it;
    it.platforms.mastodon.set_token("masto-token-31415");
    it.platforms.mastodon.set_text_limit(1234);

    const auto account = it.connect(mastodon());

    CHECK(account.handle.ends_with("@mastodon.example"));
    CHECK_FALSE(account.remote_id.empty());
    CHECK(platform::limits_of(account).text_limit == 1234);
    CHECK_FALSE(it.is_on_disk("masto-token-31415"));
}

TEST_CASE("bluesky gives a session for an app password, and both stay sealed") {
    Office it;
    it.platforms.bluesky.add_account("ana.example.org", "abcd-efgh-ijkl-mnop");

    const auto account = it.connect(bluesky());

    CHECK(account.remote_id.starts_with("did:"));
    CHECK(account.handle == "ana.example.org");
    // The server of the configuration, since none was named.
    CHECK(it.home.http.asked.at(0).url.starts_with("https://bsky.social/xrpc/"));
    const auto access = it.open(account.id);
    CHECK_FALSE(access.credentials.access.empty());
    CHECK_FALSE(access.credentials.refresh.empty());
    CHECK_FALSE(it.is_on_disk("abcd-efgh-ijkl-mnop"));
    CHECK_FALSE(it.is_on_disk(access.credentials.access.reveal()));
    CHECK_FALSE(it.is_on_disk(access.credentials.refresh.reveal()));
}

TEST_CASE("an account without a name is called after its handle") {
    Office it;
    it.platforms.bluesky.add_account("ana.example.org", "abcd-efgh-ijkl-mnop");

    CHECK(it.connect(bluesky("")).name == "ana.example.org");
}

TEST_CASE("a sign-in that is refused or does not come through connects nothing") {
    Office it;
    CHECK(fake::code_of([&] { it.connect(bluesky()); }) == "platform_sign_in");
    it.home.http.fail(net::Failure::Kind::connect, false);
    CHECK(fake::code_of([&] { it.connect(mastodon()); }) == "platform_unavailable");
    it.home.http.answer(502, "<html>bad gateway</html>");
    CHECK(fake::code_of([&] { it.connect(mastodon()); }) == "platform_unavailable");
    CHECK(it.home.count("account") == 1);
}

TEST_CASE("what is missing or wrong is said with its field") {
    Office it;
    const auto pointer = [&](ConnectOrder order) {
        const auto error = fake::thrown_by([&] { it.connect(order); });
        CHECK(error.code() == Code::invalid);
        return error.details().empty() ? "none" : error.details().front().pointer;
    };
    auto order = webhook();
    order.base_url.clear();
    CHECK(pointer(order) == "/base_url");
    order = webhook();
    order.secret = Secret();
    CHECK(pointer(order) == "/secret");
    order = webhook();
    order.base_url = "http://hooks.example.org/in";
    CHECK(pointer(order) == "/base_url");
    order = webhook();
    order.config["repeats"] = "often";
    CHECK(pointer(order) == "/config/repeats");
    order = bluesky();
    order.identifier.clear();
    CHECK(pointer(order) == "/identifier");
    order = webhook("a\nb");
    CHECK(pointer(order) == "/name");
    order = webhook();
    order.platform = "linkedin";
    CHECK(fake::code_of([&] { it.connect(order); }) == "invalid");
    order.platform = "webhok";
    CHECK(fake::thrown_by([&] { it.connect(order); }).hint().find("webhook") != std::string::npos);
}

TEST_CASE("an instance of the configuration serves accounts that name none") {
    Office it(Variables{{"CAAS_PLATFORMS_MASTODON_BASE_URL", "https://ours.example"}});
    it.platforms.mastodon.set_token("masto-token-31415");
    auto order = mastodon();
    order.base_url.clear();

    CHECK(it.connect(order).base_url == "https://ours.example");
}

TEST_CASE("an account of the same name is taken up again and its posts go on") {
    Office it;
    it.platforms.bluesky.add_account("ana.example.org", "abcd-efgh-ijkl-mnop");
    const auto account = it.connect(bluesky());
    const auto post = it.schedule("sky");
    it.home.store.write([&](store::Transaction& transaction) {
        const auto now = it.home.clock.now();
        platform::set_state(transaction, account.id, AccountState::needs_sign_in, "expired", now);
        delivery::pause_posts(transaction, account.id, now);
    });
    REQUIRE(it.post(post.id).state == delivery::PostState::paused);

    const auto again = it.connect(bluesky());

    CHECK(again.id == account.id);
    CHECK(again.state == AccountState::active);
    CHECK(it.post(post.id).state == delivery::PostState::scheduled);
    CHECK(it.home.count("account") == 2);
}

TEST_CASE("what happens to a post nobody can tell about stays until it is said anew") {
    Office it;
    CHECK(it.connect(webhook()).on_unknown == platform::OnUnknown::ask);
    auto order = webhook();
    order.on_unknown = platform::OnUnknown::resend;

    CHECK(it.connect(order).on_unknown == platform::OnUnknown::resend);
    CHECK(it.find("site").on_unknown == platform::OnUnknown::resend);
    CHECK(it.connect(webhook()).on_unknown == platform::OnUnknown::resend);
    order.on_unknown = platform::OnUnknown::ask;
    CHECK(it.connect(order).on_unknown == platform::OnUnknown::ask);
    CHECK(it.find("site").on_unknown == platform::OnUnknown::ask);
}

TEST_CASE("a name that belongs to another identity is a conflict") {
    Office it;
    it.connect(webhook());
    auto order = webhook();
    order.base_url = "https://elsewhere.example.org/in";
    CHECK(fake::code_of([&] { it.connect(order); }) == "conflict");
    CHECK(fake::code_of([&] { it.connect(webhook("outbox")); }) == "conflict");
}

TEST_CASE("a check keeps what the platform says now") {
    Office it;
    it.platforms.mastodon.set_token("masto-token-31415");
    it.connect(mastodon());
    it.platforms.mastodon.set_text_limit(77);

    const auto checked = flow::check_account(it.home.tools, it.home.owner, "toots");

    CHECK(platform::limits_of(checked.account).text_limit == 77);
    CHECK(platform::limits_of(it.find("toots")).text_limit == 77);
}

TEST_CASE("a check whose sign-in is refused marks the account and pauses its posts") {
    Office it;
    it.platforms.mastodon.set_token("masto-token-31415");
    it.connect(mastodon());
    const auto post = it.schedule("toots");
    it.platforms.mastodon.set_token("another one");

    CHECK(fake::code_of([&] {
              flow::check_account(it.home.tools, it.home.owner, "toots");
          }) == "platform_sign_in");

    CHECK(it.find("toots").state == AccountState::needs_sign_in);
    CHECK(it.find("toots").state_reason);
    CHECK(it.post(post.id).state == delivery::PostState::paused);
    // Only a new sign-in helps.
    CHECK(fake::code_of([&] {
              flow::resume_account(it.home.tools, it.home.owner, "toots");
          }) == "platform_sign_in");
}

// The sign-in of "toots" was refused for a while. Gives a post that waits since.
delivery::Post refuse_for_a_while(Office& it) {
    it.platforms.mastodon.set_token("masto-token-31415");
    it.connect(mastodon());
    const auto post = it.schedule("toots");
    it.platforms.mastodon.set_token("another one");
    CHECK(fake::code_of([&] {
              flow::check_account(it.home.tools, it.home.owner, "toots");
          }) == "platform_sign_in");
    it.platforms.mastodon.set_token("masto-token-31415");
    return post;
}

TEST_CASE("a check that succeeds takes an account up again that needed a sign-in") {
    Office it;
    const auto post = refuse_for_a_while(it);

    const auto checked = flow::check_account(it.home.tools, it.home.owner, "toots");

    CHECK(checked.account.state == AccountState::active);
    CHECK_FALSE(checked.account.state_reason);
    CHECK(it.post(post.id).state == delivery::PostState::scheduled);
    CHECK(it.post(post.id).wake_at == it.post(post.id).due_at);
}

TEST_CASE("a check that succeeds holds an account while its organization is shut") {
    Office it;
    const auto post = refuse_for_a_while(it);
    const auto set_shut = [&](const std::optional<Instant>& since) {
        it.home.store.write([&](store::Transaction& transaction) {
            access::set_disabled(transaction, it.home.owner.organization, since);
            flow::hold_or_release(transaction, it.home.owner.organization, it.home.clock.now());
        });
    };
    set_shut(it.home.clock.now());

    const auto checked = flow::check_account(it.home.tools, it.home.owner, "toots");

    CHECK(checked.account.state == AccountState::paused);
    CHECK(it.post(post.id).state == delivery::PostState::paused);
    set_shut(std::nullopt);
    CHECK(it.find("toots").state == AccountState::active);
    CHECK(it.post(post.id).state == delivery::PostState::scheduled);
}

TEST_CASE("a check leaves an account paused that a person paused") {
    Office it;
    it.platforms.mastodon.set_token("masto-token-31415");
    it.connect(mastodon());
    flow::pause_account(it.home.tools, it.home.owner, "toots");

    CHECK(
        flow::check_account(it.home.tools, it.home.owner, "toots").account.state ==
        AccountState::paused);
}

TEST_CASE("a check that does not come through changes nothing") {
    Office it;
    it.platforms.mastodon.set_token("masto-token-31415");
    it.connect(mastodon());
    it.home.http.fail(net::Failure::Kind::timeout, true);

    CHECK(fake::code_of([&] {
              flow::check_account(it.home.tools, it.home.owner, "toots");
          }) == "platform_unavailable");
    CHECK(it.find("toots").state == AccountState::active);
}

TEST_CASE("a check renews a session that is merely old and keeps the new one") {
    Office it;
    it.platforms.bluesky.add_account("ana.example.org", "abcd-efgh-ijkl-mnop");
    const auto account = it.connect(bluesky());
    const auto before = it.open(account.id).credentials.access.reveal();
    it.platforms.bluesky.queue(sandbox::PlatformFault::expired_token);

    const auto checked = flow::check_account(it.home.tools, it.home.owner, "sky");

    CHECK(checked.account.state == AccountState::active);
    const auto access = it.open(account.id);
    CHECK(access.credentials.access.reveal() != before);
    CHECK_FALSE(it.is_on_disk(access.credentials.access.reveal()));
}

TEST_CASE("the outbox can be checked, and one that is gone cannot") {
    Office it;
    const auto checked = flow::check_account(it.home.tools, it.home.owner, "outbox");
    CHECK(checked.account.state == AccountState::active);

    flow::disconnect_account(it.home.tools, it.home.owner, "outbox");
    CHECK(fake::code_of([&] {
              flow::check_account(it.home.tools, it.home.owner, checked.account.id.text());
          }) == "platform_sign_in");
}

TEST_CASE("pausing rests an account with its posts, resuming goes on, both may be said twice") {
    Office it;
    const auto post = it.schedule("outbox");
    for (int i = 0; i < 2; ++i) {
        const auto paused = flow::pause_account(it.home.tools, it.home.owner, "outbox");
        CHECK(paused.state == AccountState::paused);
        CHECK(it.post(post.id).state == delivery::PostState::paused);
        CHECK_FALSE(it.post(post.id).wake_at);
    }
    for (int i = 0; i < 2; ++i) {
        const auto active = flow::resume_account(it.home.tools, it.home.owner, "outbox");
        CHECK(active.state == AccountState::active);
        CHECK_FALSE(active.state_reason);
        CHECK(it.post(post.id).state == delivery::PostState::scheduled);
        CHECK(it.post(post.id).wake_at == post.due_at);
    }
}

TEST_CASE("an account that is paused while it needs a sign-in is still paused when it has it") {
    Office it;
    it.platforms.bluesky.add_account("ana.example.org", "abcd-efgh-ijkl-mnop");
    const auto account = it.connect(bluesky());
    const auto post = it.schedule("sky");
    it.home.store.write([&](store::Transaction& transaction) {
        const auto now = it.home.clock.now();
        platform::set_state(transaction, account.id, AccountState::needs_sign_in, "expired", now);
        delivery::pause_posts(transaction, account.id, now);
    });

    CHECK(flow::pause_account(it.home.tools, it.home.owner, "sky").state == AccountState::paused);
    CHECK(it.connect(bluesky()).state == AccountState::paused);
    CHECK(it.post(post.id).state == delivery::PostState::paused);

    flow::resume_account(it.home.tools, it.home.owner, "sky");
    CHECK(it.post(post.id).state == delivery::PostState::scheduled);
}

TEST_CASE("disconnecting cancels what waits and forgets the secret") {
    Office it;
    const auto account = it.connect(webhook());
    const auto post = it.schedule("site");
    const auto other = it.schedule("outbox");

    const auto gone = flow::disconnect_account(it.home.tools, it.home.owner, "site");

    CHECK(gone.ended.canceled == 1);
    CHECK(gone.account.state == AccountState::disconnected);
    CHECK(it.post(post.id).state == delivery::PostState::canceled);
    CHECK(it.post(other.id).state == delivery::PostState::scheduled);
    CHECK(fake::code_of([&] { it.open(account.id); }) == "platform_sign_in");
    CHECK(fake::code_of([&] { it.find("site"); }) == "not_found");
    const auto secrets = it.home.store.read([&](store::Reader& reader) {
        return reader.query("SELECT secret FROM account WHERE id = $1", {account.id});
    });
    CHECK(secrets.front().is_null(0));
}

TEST_CASE("disconnecting tells of a post that is being sent right now") {
    Office it;
    const auto account = it.connect(webhook());
    const auto post = it.schedule("site");
    it.home.store.write([&](store::Transaction& transaction) {
        const EngineId engine("e");
        delivery::Ledger(engine).join(transaction, "test", it.home.clock.now());
        const auto lane = delivery::free_lane_of(transaction, account.id);
        delivery::take_lane(transaction, lane.value(), engine, post.id);
        transaction.execute(
            "UPDATE post SET state = 'publishing', wake_at = NULL WHERE id = $1", {post.id});
    });

    const auto gone = flow::disconnect_account(it.home.tools, it.home.owner, "site");

    CHECK(gone.publishing == 1);
    CHECK(gone.ended.canceled == 0);
    CHECK(it.post(post.id).state == delivery::PostState::publishing);
}

TEST_CASE("disconnecting a paused account cancels its posts as well") {
    Office it;
    const auto post = it.schedule("outbox");
    flow::pause_account(it.home.tools, it.home.owner, "outbox");

    CHECK(flow::disconnect_account(it.home.tools, it.home.owner, "outbox").ended.canceled == 1);
    CHECK(it.post(post.id).state == delivery::PostState::canceled);
}

TEST_CASE("accounts of another workspace are not there") {
    Office it;
    const auto stranger = it.home.foreign();
    const auto id = it.find("outbox").id.text();
    for (const auto act : {&flow::pause_account, &flow::resume_account})
        CHECK(fake::code_of([&] { act(it.home.tools, stranger, id, {}); }) == "not_found");
    CHECK(fake::code_of([&] { flow::check_account(it.home.tools, stranger, id); }) == "not_found");
    CHECK(fake::code_of([&] {
              flow::disconnect_account(it.home.tools, stranger, id);
          }) == "not_found");
}

TEST_CASE("who is not on this machine connects no folder of it") {
    Office it;
    ConnectOrder order;
    order.platform = "outbox";
    order.name = "steal";
    order.identifier = "/etc";
    CHECK(fake::code_of([&] { it.connect(order); }) == "forbidden");

    order.is_local = true;
    order.identifier = (it.home.folder / "letters").string();
    CHECK(it.connect(order).state == AccountState::active);
}

TEST_CASE("who is not on this machine connects no address of its network") {
    for (const auto* address :
         {"https://127.0.0.1/x",
          "http://localhost:8080/x",
          "https://10.1.2.3/x",
          "https://192.168.0.1/",
          "https://169.254.169.254/latest",
          "https://[::1]/x",
          "https://[fd00::1]/x"}) {
        CAPTURE(address);
        Office it;
        for (auto order : {webhook(), mastodon(), bluesky()}) {
            order.is_local = false;
            order.base_url = address;
            order.config["allow_private"] = "true";
            CHECK(fake::code_of([&] { it.connect(order); }) == "invalid");
        }
        CHECK(it.home.http.asked.empty());
    }
}

TEST_CASE("an account from elsewhere only ever reaches public addresses") {
    Office it;
    it.platforms.mastodon.set_token("masto-token-31415");
    auto order = mastodon();
    order.is_local = false;

    const auto account = it.connect(order);
    flow::check_account(it.home.tools, it.home.owner, "toots");

    REQUIRE(it.home.http.asked.size() > 2);
    for (const auto& request : it.home.http.asked)
        CHECK(request.only_public_addresses);
    CHECK(flow::is_public_only(account.config));
    CHECK(flow::is_public_only(it.find("toots").config));
}

TEST_CASE("the installation may allow private addresses to all") {
    Office it(Variables{{"CAAS_NET_ALLOW_PRIVATE", "true"}});
    auto order = webhook();
    order.is_local = false;
    order.base_url = "http://127.0.0.1:9999/in";

    CHECK_FALSE(flow::is_public_only(it.connect(order).config));
}

}  // namespace
}  // namespace caas
