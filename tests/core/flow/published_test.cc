// After a post is out: its numbers, taking it back, and what was foretold of it. On a pretend X.
#include <functional>
#include <set>
#include <utility>

#include <doctest/doctest.h>

#include "core/delivery/change.h"
#include "core/delivery/hold_back.h"
#include "core/delivery/removal.h"
#include "core/flow/connect.h"
#include "core/flow/forecast.h"
#include "core/flow/measure.h"
#include "core/flow/plan.h"
#include "core/flow/take_back.h"
#include "core/metric/sample.h"
#include "core/sandbox/platform_sandbox.h"
#include "tests/core/flow/run_engine.h"
#include "tests/fake/home.h"

namespace caas {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using Variables = std::map<std::string, std::string>;

// A home with an account on X, whose reads are paid for.
struct Studio {
    explicit Studio(Variables variables = {{"CAAS_METRICS_PAID", "true"}})
        : home(std::move(variables)), platforms(home.clock, Secret("of-a-test")) {
        home.http.handler = [this](const net::Request& request) {
            ++calls;
            if (while_asked && request.method == "GET")
                while_asked(request.url);
            auto result = platforms.send(request);
            if (request.is_create && std::exchange(is_cut, false))
                platforms.x.arm(sandbox::PlatformFault::unreachable);
            if (request.method == "DELETE" && meanwhile)
                std::exchange(meanwhile, {})();
            return result;
        };
        account = home.store.write([&](store::Transaction& transaction) {
            platform::NewAccount wanted;
            wanted.workspace = home.owner.workspace;
            wanted.platform = "x";
            wanted.name = "x";
            wanted.identity.remote_id = sandbox::PretendX::user_id;
            wanted.identity.handle = sandbox::PretendX::user_name;
            wanted.identity.base_url = "https://api.x.sandbox";
            wanted.identity.config = "{}";
            wanted.identity.credentials.access =
                Secret(std::string(sandbox::PretendX::first_token));
            return platform::insert_account(
                transaction, home.ids, home.tools.vault, wanted, home.clock.now());
        });
    }

    delivery::Post order(std::vector<std::string> texts, std::int64_t in_seconds = 0) {
        flow::When when;
        when.in_seconds = in_seconds;
        return flow::make_posts(
                   home.tools,
                   home.owner,
                   {home.add(std::move(texts)).id.text(), std::nullopt, {"x"}, when})
            .at(0);
    }

    delivery::Post publish(std::vector<std::string> texts) {
        const auto post = order(std::move(texts));
        run();
        return find(post.id);
    }

    // Only the first part is out; the second could not be sent yet.
    delivery::Post publish_half(std::vector<std::string> texts) {
        is_cut = true;
        return publish(std::move(texts));
    }

    void run() { fake::run_engine(home); }

    void retry(const PostId& id) {
        home.store.write([&](store::Transaction& transaction) {
            delivery::retry(transaction, home.owner.workspace, id, true, home.clock.now());
        });
    }

    void set(const PostId& id, const std::string& column, const store::Value& value) {
        home.store.write([&](store::Transaction& transaction) {
            transaction.execute("UPDATE post SET " + column + " = $2 WHERE id = $1", {id, value});
        });
    }

    delivery::Post find(const PostId& id) {
        return home.store.read([&](store::Reader& reader) {
            return delivery::get_post(reader, home.owner.workspace, id);
        });
    }

    std::vector<metric::Sample> samples(const PostId& id) {
        return home.store.read([&](store::Reader& reader) {
            return metric::list_samples(reader, home.owner.workspace, id, 100);
        });
    }

    flow::Forecast forecast(const delivery::Post& post) {
        return home.store.read([&](store::Reader& reader) { return flow::forecast(reader, post); });
    }

    // Until nothing is due within the time.
    void measure_for(Milliseconds span) {
        const auto end = home.clock.now() + span;
        while (true) {
            const auto next = flow::measure_due(home.tools);
            if (!next || *next > end)
                break;
            home.clock.advance(std::chrono::duration_cast<Milliseconds>(*next - home.clock.now()));
        }
    }

    fake::Home home;
    sandbox::PlatformSandbox platforms;
    platform::Account account;
    int calls = 0;
    bool is_cut = false;              // after the next part that goes out
    std::function<void()> meanwhile;  // while the next part is being removed
    std::function<void(const std::string& url)> while_asked;
};

TEST_CASE("the numbers of each part are asked for, ever less often, and kept") {
    Studio it;
    const auto post = it.publish({"One.", "Two."});
    REQUIRE(post.state == delivery::PostState::published);

    it.measure_for(hours(2));

    const auto samples = it.samples(post.id);
    REQUIRE(samples.size() == 4);  // two looks, at ten minutes and at an hour, at two parts
    CHECK(samples[0].part == 0);
    CHECK(samples[1].part == 1);
    CHECK(samples[0].numbers.at("likes") == 3);
    CHECK(samples[0].numbers.at("impressions") == 500);

    for (const auto end = it.home.clock.now() + hours(24 * 60); it.home.clock.now() < end;) {
        it.home.clock.advance(hours(3));
        flow::measure_due(it.home.tools);
    }
    CHECK(it.samples(post.id).size() == 16);
}

TEST_CASE("a platform that charges for reads is not asked unless the installation says so") {
    Studio it(Variables{});
    const auto post = it.publish({"One."});
    const auto before = it.calls;

    CHECK_FALSE(flow::measure_due(it.home.tools).has_value());
    it.home.clock.advance(hours(1));
    CHECK_FALSE(flow::measure_due(it.home.tools).has_value());

    CHECK(it.calls == before);
    CHECK(it.samples(post.id).empty());
}

TEST_CASE("what one daemon reads slowly is not read, and paid for, by another as well") {
    Studio it;
    for (const auto* word : {"One", "Two", "Three"})
        it.publish({std::string(word) + ".", std::string(word) + " and.", std::string(word) + "!"});
    flow::measure_due(it.home.tools);
    it.home.clock.advance(minutes(10));
    std::multiset<std::string> asked;
    fake::FakeHttp network;
    network.handler = [&](const net::Request& request) {
        asked.insert(request.url);
        return it.platforms.send(request);
    };
    const flow::Tools other{
        it.home.store,
        it.home.clock,
        it.home.random,
        it.home.ids,
        network,
        it.home.settings,
        it.home.tools.vault,
        it.home.log,
        it.home.tools.share,
        it.home.tools.data,
        it.home.tools.plans};
    it.while_asked = [&](const std::string& url) {
        asked.insert(url);
        it.home.clock.advance(std::chrono::seconds(30));
        flow::measure_due(other);
    };

    flow::measure_due(it.home.tools);

    CHECK(asked.size() == 9);
    CHECK(std::set(asked.begin(), asked.end()).size() == 9);
}

TEST_CASE("numbers that cannot be read now are asked for again, and never hold up a post") {
    Studio it;
    const auto post = it.publish({"One."});
    it.platforms.x.set_always(sandbox::PlatformFault::error_before);
    it.measure_for(minutes(30));
    CHECK(it.samples(post.id).empty());

    it.platforms.x.set_always(sandbox::PlatformFault::none);
    it.measure_for(hours(1));

    CHECK_FALSE(it.samples(post.id).empty());
    CHECK(it.publish({"Another."}).state == delivery::PostState::published);
}

TEST_CASE("a thread is taken back, its last part first, and stays on record") {
    Studio it;
    const auto post = it.publish({"One.", "Two."});
    REQUIRE(it.platforms.x.posts().size() == 2);

    const auto after = flow::take_back(it.home.tools, it.home.owner, post.id);

    CHECK(it.platforms.x.posts().empty());
    CHECK(after.removed_at == it.home.clock.now());
    CHECK(after.state == delivery::PostState::published);
    const auto calls = it.calls;
    CHECK(flow::take_back(it.home.tools, it.home.owner, post.id).removed_at == after.removed_at);
    CHECK(it.calls == calls);
}

TEST_CASE("taking back goes on where it stopped") {
    Studio it;
    const auto post = it.publish({"One.", "Two."});
    it.platforms.x.queue(sandbox::PlatformFault::lost_after);

    CHECK(fake::code_of([&] {
              flow::take_back(it.home.tools, it.home.owner, post.id);
          }) == "platform_unavailable");
    CHECK(it.platforms.x.posts().size() == 1);
    CHECK_FALSE(it.find(post.id).removed_at.has_value());
    CHECK(it.find(post.id).code == delivery::taking_back_code);

    CHECK(flow::take_back(it.home.tools, it.home.owner, post.id).code.empty());
    CHECK(it.platforms.x.posts().empty());
}

TEST_CASE("a thread that is half out is stopped before it is taken back, and nothing follows") {
    for (const bool is_paused : {false, true}) {
        CAPTURE(is_paused);
        Studio it;
        const auto post = it.publish_half({"One.", "Two.", "Three."});
        REQUIRE(post.state == delivery::PostState::retrying);
        REQUIRE(post.parts_published == 1);
        if (is_paused)
            flow::pause_account(it.home.tools, it.home.owner, "x");

        const auto after = flow::take_back(it.home.tools, it.home.owner, post.id);

        CHECK(it.platforms.x.posts().empty());
        CHECK(after.state == delivery::PostState::failed);
        CHECK(after.removed_at == it.home.clock.now());
        if (is_paused)
            flow::resume_account(it.home.tools, it.home.owner, "x");
        CHECK(fake::code_of([&] { it.retry(post.id); }) == "conflict");
        it.home.clock.advance(hours(1));
        it.run();
        CHECK(it.platforms.x.posts().empty());
        CHECK(it.find(post.id).state == delivery::PostState::failed);
    }
}

TEST_CASE("what is being published, or may be out, is not taken back") {
    Studio it;
    const auto post = it.publish({"One.", "Two."});
    const auto refusal = [&](const std::string& state) {
        it.set(post.id, "state", state);
        return fake::thrown_by([&] { flow::take_back(it.home.tools, it.home.owner, post.id); });
    };

    const auto publishing = refusal("publishing");
    const auto unconfirmed = refusal("unconfirmed");

    CHECK(publishing.code() == Code::conflict);
    CHECK(publishing.hint().find("caas posts show") != std::string::npos);
    CHECK(unconfirmed.code() == Code::conflict);
    CHECK(unconfirmed.hint().find("caas posts reconcile") != std::string::npos);
    CHECK(it.platforms.x.posts().size() == 2);
}

TEST_CASE("a post that a person saw after a restore is not taken back by what is on record") {
    Studio it;
    const auto post = it.order({"One.", "Two."}, 3600);
    it.set(post.id, "state", std::string("unconfirmed"));
    it.set(post.id, "code", std::string(delivery::held_back_code));
    it.home.store.write([&](store::Transaction& transaction) {
        delivery::reconcile_sent(
            transaction, it.home.owner.workspace, post.id, "https://x.com/1", it.home.clock.now());
    });

    const auto refusal =
        fake::thrown_by([&] { flow::take_back(it.home.tools, it.home.owner, post.id); });

    CHECK(refusal.code() == Code::conflict);
    CHECK(std::string(refusal.what()).find("0 of 2") != std::string::npos);
    CHECK(refusal.hint() == "delete it there by hand: https://x.com/1");
    CHECK_FALSE(it.find(post.id).removed_at.has_value());
}

TEST_CASE("a thread is not tried again from when its removal began, but its removal is") {
    Studio it;
    const auto post = it.publish_half({"One.", "Two."});
    std::string meanwhile;
    it.meanwhile = [&] { meanwhile = fake::code_of([&] { it.retry(post.id); }); };
    it.platforms.x.queue(sandbox::PlatformFault::lost_after);
    const auto take_back = [&] { flow::take_back(it.home.tools, it.home.owner, post.id); };

    CHECK(fake::code_of(take_back) == "platform_unavailable");
    CHECK(meanwhile == "conflict");
    CHECK(it.find(post.id).code == delivery::taking_back_code);
    CHECK(
        fake::thrown_by([&] { it.retry(post.id); }).hint().find("take-back") != std::string::npos);

    take_back();
    CHECK(it.find(post.id).removed_at.has_value());
    CHECK(it.find(post.id).code == "thread_stopped");
}

TEST_CASE("a removal is not noted when another part came out since") {
    Studio it;
    auto seen = it.publish({"One.", "Two."});
    seen.parts_published = 1;

    CHECK(fake::code_of([&] {
              it.home.store.write([&](store::Transaction& transaction) {
                  delivery::note_removal(transaction, seen, it.home.clock.now());
              });
          }) == "conflict");
    CHECK_FALSE(it.find(seen.id).removed_at.has_value());
}

TEST_CASE("parts that came out after a thread was taken back can be taken back as well") {
    Studio it;
    const auto post = it.publish({"One.", "Two."});
    it.set(post.id, "removed_at", *post.settled_at - minutes(1));

    const auto after = flow::take_back(it.home.tools, it.home.owner, post.id);

    CHECK(it.platforms.x.posts().empty());
    CHECK(after.removed_at == it.home.clock.now());
}

TEST_CASE("what is not out cannot be taken back, nor what is another's") {
    Studio it;
    const auto waiting = it.order({"Later."}, 3600);
    CHECK(fake::code_of([&] {
              flow::take_back(it.home.tools, it.home.owner, waiting.id);
          }) == "conflict");
    const auto post = it.publish({"One."});
    const auto stranger = it.home.foreign();
    CHECK(fake::code_of([&] { flow::take_back(it.home.tools, stranger, post.id); }) == "not_found");
    CHECK(it.platforms.x.posts().size() == 1);
}

TEST_CASE("who wants to take back what is not out is told to cancel only what can be canceled") {
    Studio it;
    const auto post = it.order({"Later."}, 3600);
    const auto hint_for = [&](const std::string& state) {
        it.set(post.id, "state", state);
        return fake::thrown_by([&] { flow::take_back(it.home.tools, it.home.owner, post.id); })
            .hint();
    };

    CHECK(hint_for("scheduled").find("caas posts cancel") != std::string::npos);
    CHECK(hint_for("paused").find("caas posts cancel") != std::string::npos);
    CHECK(hint_for("canceled").find("caas posts show") != std::string::npos);
    CHECK(hint_for("failed").find("caas posts show") != std::string::npos);
    CHECK(hint_for("unconfirmed").find("caas posts reconcile") != std::string::npos);
}

TEST_CASE("a post that was taken back is asked for no more") {
    Studio it;
    const auto post = it.publish({"One."});
    flow::take_back(it.home.tools, it.home.owner, post.id);

    it.measure_for(hours(24));

    CHECK(it.samples(post.id).empty());
}

TEST_CASE("the cost of a post is foretold") {
    Studio it;
    CHECK(it.forecast(it.order({"No address.", "Nor here."})).cost_microdollars == 30'000);
    CHECK(it.forecast(it.order({"See https://example.com"})).cost_microdollars == 200'000);
}

TEST_CASE(
    "an order that a platform's limits will hold up is told of, or refused where that is wished") {
    for (const auto* wish : {"warn", "refuse"}) {
        CAPTURE(wish);
        Studio it(Variables{{"CAAS_PUBLISH_FULL_WINDOW", wish}});
        const auto content = it.home.add({"Hello."}).id.text();
        std::vector<flow::PostOrder> hundred(100);
        for (std::size_t i = 0; i < hundred.size(); ++i) {
            hundred[i].content = content;
            hundred[i].accounts = {"x"};
            hundred[i].when.in_seconds = 3600 + static_cast<std::int64_t>(i);
        }
        const auto posts = flow::make_posts(it.home.tools, it.home.owner, hundred);
        CHECK(it.forecast(posts.back()).full_windows.empty());

        if (std::string_view(wish) == "refuse") {
            CHECK(fake::code_of([&] { it.order({"Too much."}, 3700); }) == "conflict");
            CHECK(it.home.count("post") == 100);
        } else {
            const auto warnings = it.forecast(it.order({"Too much."}, 3700)).full_windows;
            REQUIRE(warnings.size() == 1);
            CHECK(warnings[0].find("100 in 15 min") != std::string::npos);
        }
        CHECK(it.forecast(it.order({"Elsewhere."}, 7200)).full_windows.empty());
    }
}

}  // namespace
}  // namespace caas
