// What a provider was paid for and the store does not take at once, or at all.
#include "core/flow/compose_store.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/billing/usage.h"
#include "tests/core/flow/compose_rig.h"

namespace caas::flow {
namespace {

billing::Sums used(Desk& desk) {
    return desk.home.store.read([&](store::Reader& reader) {
        return billing::usage_in(reader, desk.home.owner.organization, {0, 100'000});
    });
}

// The store loses these tables while the provider writes.
void break_the_store(Desk& desk, const std::vector<std::string>& tables = {"version"}) {
    desk.answer_x("Now offline.");
    auto answer = desk.home.http.answers.front();
    desk.home.http.answers.clear();
    desk.home.http.handler = [&desk, answer, tables](const net::Request&) -> net::Result {
        desk.home.store.write([&](store::Transaction& transaction) {
            for (const auto& table : tables)
                transaction.execute("ALTER TABLE " + table + " RENAME TO lost_" + table, {});
        });
        return answer;
    };
}

std::vector<Candidate> one(const std::string& text) {
    std::vector<Candidate> candidates(1);
    candidates.front().body.parts = {{text, {}}};
    return candidates;
}

TEST_CASE("a database in use is waited for with what was paid for") {
    Desk desk;
    Spending spending(desk.home.tools, desk.home.owner);
    int tries = 0;

    run_paid(desk.home.tools, spending, one("Now offline."), {}, [&] {
        if (++tries < 3)
            throw Error(Code::busy, "in use");
    });

    CHECK(tries == 3);
}

TEST_CASE("it is waited for half a minute, then the error has the text") {
    Desk desk;
    Spending spending(desk.home.tools, desk.home.owner);
    const auto start = desk.home.clock.monotonic();

    const auto error = fake::thrown_by([&] {
        run_paid(desk.home.tools, spending, one("Now offline."), {}, [] {
            throw Error(Code::busy, "in use");
        });
    });

    CHECK(error.code() == Code::busy);
    REQUIRE(error.details().size() == 1);
    CHECK(error.details().front().message == "Now offline.");
    CHECK(desk.home.clock.monotonic() - start == std::chrono::seconds(30));
}

TEST_CASE("the text in the error is one that can be added as it is") {
    Desk desk;
    Spending spending(desk.home.tools, desk.home.owner);
    auto candidates = one("Before\n---\nafter.");
    candidates.front().body.parts.push_back({"Second.", {}});

    const auto error = fake::thrown_by([&] {
        run_paid(
            desk.home.tools, spending, candidates, {}, [] { throw Error(Code::internal, "?"); });
    });

    CHECK(error.details().front().message == "Before\n\\---\nafter.\n---\nSecond.");
}

TEST_CASE("who stops waits no longer") {
    Desk desk;
    Spending spending(desk.home.tools, desk.home.owner);
    desk.stop.request_stop();
    int tries = 0;

    const auto error = fake::thrown_by([&] {
        run_paid(desk.home.tools, spending, one("a"), desk.stop.get_token(), [&] {
            ++tries;
            throw Error(Code::busy, "in use");
        });
    });

    CHECK(error.details().size() == 1);
    CHECK(tries == 1);
}

TEST_CASE("what may be stored already is not stored again") {
    Desk desk;
    Spending spending(desk.home.tools, desk.home.owner);
    int tries = 0;

    const auto error = fake::thrown_by([&] {
        run_paid(desk.home.tools, spending, one("a"), {}, [&] {
            ++tries;
            throw Error(Code::unavailable, "gone").leave_undecided();
        });
    });

    CHECK(error.is_undecided());
    CHECK(tries == 1);
}

TEST_CASE("a generation that cannot be stored is counted, and its text is in the error") {
    Desk desk;
    break_the_store(desk);

    const auto error = desk.refusal();

    CHECK(std::string(error.what()).starts_with("What was written could not be stored: "));
    REQUIRE(error.details().size() == 1);
    CHECK(error.details().front().pointer == "/candidates/0/parts");
    CHECK(error.details().front().message == "Now offline.");
    CHECK(used(desk).input_tokens == 100);
    CHECK(used(desk).output_tokens == 50);
    CHECK(used(desk).generations == 0);
}

TEST_CASE("where tokens are limited, what can be neither stored nor counted is not handed over") {
    Desk desk({{"STRIPE_SECRET_KEY", "sk_test"}, {"OPENAI_API_KEY", "sk-good"}});
    break_the_store(desk, {"version", "debit"});

    const auto error = desk.refusal();

    CHECK(std::string(error.what())
              .starts_with("What was written could not be stored or counted, and is lost: "));
    CHECK(error.details().empty());
    CHECK(desk.home.count("reservation") == 0);
}

TEST_CASE("an answer that no store would take is the model's fault, and counted") {
    Desk desk;
    SUBCASE("of blanks that are no ASCII") {
        desk.answer_x("\u3000");
    }
    SUBCASE("far too long") {
        desk.order.platforms = {"webhook"};
        desk.answer({{"webhook", {{"text", std::string(100'001, 'a')}}}});
    }

    CHECK(desk.refusal().code() == Code::provider_malformed);

    CHECK(used(desk).input_tokens == 100);
    CHECK(desk.home.count("content") == 0);
}

TEST_CASE("more media than a part takes are refused before anything is paid for") {
    Desk desk;
    desk.order.media.assign(21, "nothing");

    CHECK(desk.refusal().details().front().rule == "media.too_many");

    CHECK(desk.home.http.asked.empty());
}

}  // namespace
}  // namespace caas::flow
