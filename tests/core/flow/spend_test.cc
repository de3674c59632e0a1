// What a generation takes of the plan, with a provider that is pretended.
#include "core/flow/spend.h"

#include <atomic>
#include <thread>
#include <utility>
#include <variant>

#include <doctest/doctest.h>

#include "core/billing/balance.h"
#include "core/billing/usage.h"
#include "tests/core/flow/compose_rig.h"

namespace caas::flow {
namespace {

Variables sold(Variables more = {}) {
    more.emplace("STRIPE_SECRET_KEY", "sk_test");
    more.emplace("OPENAI_API_KEY", "sk-good");
    return more;
}

billing::Balance balance_of(Desk& desk) {
    return desk.home.store.read([&](store::Reader& reader) {
        return billing::balance_of(reader, desk.home.owner.organization, desk.home.clock.now());
    });
}

billing::Sums usage_of(Desk& desk) {
    return desk.home.store.read([&](store::Reader& reader) {
        return billing::usage_in(reader, desk.home.owner.organization, {0, 100'000});
    });
}

// As answer(), of a server that does not say what it took.
void answer_without_usage(Desk& desk, const Json& posts) {
    desk.answer(posts);
    auto& response = std::get<net::Response>(desk.home.http.answers.back());
    auto body = Json::parse(response.body);
    body.erase("usage");
    response.body = body.dump();
}

// So many of the hundred tokens are gone.
void spend(Desk& desk, std::int64_t tokens) {
    const auto& home = desk.home;
    desk.home.store.write([&](store::Transaction& transaction) {
        billing::Debit debit;
        debit.generation = desk.home.ids.text();
        debit.organization = home.owner.organization;
        debit.workspace = home.owner.workspace;
        debit.person = home.owner.person;
        debit.provider = "openai";
        debit.model = "gpt-5.4-mini";
        debit.tokens = tokens;
        billing::settle(home.tools.plans(), transaction, desk.home.ids, debit, home.clock.now());
    });
}

TEST_CASE("a generation takes a plan token for each begun thousand of the provider's") {
    Desk desk(sold());
    desk.answer({{"x", {{"parts", {"Now offline."}}}}}, 900, 200);

    desk.generate();

    CHECK(balance_of(desk).spent() == 2);
    CHECK(balance_of(desk).reserved == 0);
    const auto usage = usage_of(desk);
    CHECK(usage.generations == 1);
    CHECK(usage.tokens == 2);
    CHECK(usage.input_tokens == 900);
    CHECK(usage.output_tokens == 200);
    CHECK(usage.microdollars > 0);
}

TEST_CASE("how many of the provider's a plan token stands for is a setting") {
    Desk desk(sold({{"CAAS_PLANS_PROVIDER_TOKENS", "100"}, {"CAAS_PLANS_DEFAULT", "team"}}));
    desk.answer({{"x", {{"parts", {"Now offline."}}}}}, 900, 201);

    desk.generate();

    CHECK(balance_of(desk).spent() == 12);
}

TEST_CASE("offline costs one, whatever is asked for") {
    Desk desk(sold());
    desk.order.provider = "offline";
    desk.order.variants = 3;
    desk.order.platforms = {"x", "linkedin", "bluesky"};

    desk.generate();

    CHECK(balance_of(desk).spent() == 1);
}

TEST_CASE("a generation that fails takes no token, but what it cost is counted") {
    Desk desk(sold());
    desk.order.variants = 2;
    desk.answer("no posts", 500, 100);
    desk.answer("no posts", 400, 100);

    CHECK(facts(desk.refusal().code()).name == "provider_malformed");

    CHECK(balance_of(desk).spent() == 0);
    CHECK(balance_of(desk).reserved == 0);
    CHECK(usage_of(desk).generations == 0);
    CHECK(usage_of(desk).tokens == 0);
    CHECK(usage_of(desk).input_tokens == 900);
    CHECK(usage_of(desk).microdollars > 0);
    CHECK(desk.home.count("reservation") == 0);
}

TEST_CASE("a candidate that fails beside a good one takes no token, but what it cost is counted") {
    Desk desk(sold());
    desk.order.variants = 2;
    desk.answer("no posts", 5000, 100);
    desk.answer({{"x", {{"parts", {"Now offline."}}}}}, 900, 200);

    desk.generate();

    CHECK(balance_of(desk).spent() == 2);
    CHECK(usage_of(desk).generations == 1);
    CHECK(usage_of(desk).input_tokens == 5900);
    CHECK(usage_of(desk).output_tokens == 300);
}

TEST_CASE("an answer in another form than asked for takes no token, but what it cost is counted") {
    Desk desk(sold());
    desk.answer("Now offline.", 900, 200);

    CHECK(facts(desk.refusal().code()).name == "provider_malformed");

    CHECK(balance_of(desk).spent() == 0);
    CHECK(desk.home.count("reservation") == 0);
    CHECK(usage_of(desk).generations == 0);
    CHECK(usage_of(desk).input_tokens == 900);
    CHECK(usage_of(desk).output_tokens == 200);
    CHECK(usage_of(desk).microdollars > 0);
}

TEST_CASE("who stops during a mend has what was written before counted") {
    Desk desk(sold());
    desk.answer({{"x", {{"parts", {std::string(400, 'a')}}}}}, 900, 200);
    desk.watcher.on_stage = [&](std::string_view) { desk.stop.request_stop(); };

    CHECK(desk.refusal().code() == Code::canceled);

    CHECK(usage_of(desk).input_tokens == 900);
    CHECK(usage_of(desk).microdollars > 0);
}

TEST_CASE("a cap in money counts also failures of which nobody says what they cost") {
    Desk desk({{"OPENAI_API_KEY", "sk-good"}, {"CAAS_PLANS_MONTHLY_CAP_CENTS", "1000"}});

    SUBCASE("beside an answer") {
        desk.order.variants = 2;
        answer_without_usage(desk, {{"x", {{"parts", {"Now offline."}}}}});
        desk.home.http.answer(401, R"({"error":{"message":"no"}})");
        CHECK(desk.generate().failures.size() == 1);
    }
    SUBCASE("with an answer in another form than asked for") {
        answer_without_usage(desk, "Now offline.");
        CHECK(facts(desk.refusal().code()).name == "provider_malformed");
    }

    CHECK(usage_of(desk).microdollars > 0);
    CHECK(desk.home.count("reservation") == 0);
}

TEST_CASE("a failure before any answer costs nothing") {
    Desk desk({{"OPENAI_API_KEY", "sk-good"}, {"CAAS_PLANS_MONTHLY_CAP_CENTS", "1000"}});
    desk.home.http.answer(401, R"({"error":{"message":"no"}})");

    CHECK(facts(desk.refusal().code()).name == "provider_key");

    CHECK(desk.home.count("usage_day") == 0);
    CHECK(desk.home.count("reservation") == 0);
}

TEST_CASE("only of the variant whose usage is not told it is guessed") {
    Desk desk(sold({{"CAAS_PLANS_PROVIDER_TOKENS", "100"}, {"CAAS_PLANS_DEFAULT", "team"}}));
    desk.order.variants = 2;
    desk.answer({{"x", {{"parts", {"Now offline."}}}}}, 100, 50);
    answer_without_usage(desk, {{"x", {{"parts", {std::string(250, 'a')}}}}});

    desk.generate();

    CHECK(balance_of(desk).spent() == 4);
    CHECK(usage_of(desk).input_tokens == 100);
}

TEST_CASE("what is reserved lasts until the last variant is there") {
    Desk desk(sold());
    desk.order.variants = 3;
    for (int i = 0; i < 3; ++i)
        desk.answer({{"x", {{"parts", {"Now offline."}}}}}, 900, 200);
    auto answers = std::exchange(desk.home.http.answers, {});
    std::vector<bool> was_reserved;
    desk.home.http.handler = [&](const net::Request&) {
        // Longer than one call may take with all its tries, when the last of three begins.
        desk.home.clock.advance(std::chrono::minutes(6));
        was_reserved.push_back(balance_of(desk).reserved > 0);
        auto answer = std::move(answers.front());
        answers.pop_front();
        return answer;
    };

    desk.generate();

    CHECK(was_reserved == std::vector{true, true, true});
    CHECK(balance_of(desk).spent() == 4);
    CHECK(balance_of(desk).reserved == 0);
}

TEST_CASE("what nothing limits is given also when it cannot be counted") {
    Desk desk;
    desk.order.is_stored = false;
    desk.answer_x("Now offline.");
    desk.home.store.write(
        [](store::Transaction& transaction) { transaction.execute("DROP TABLE usage_day", {}); });

    CHECK(desk.generate().candidates.size() == 1);

    CHECK(desk.home.count("debit") == 0);
}

TEST_CASE("what is limited is not given when it cannot be counted") {
    Desk desk(sold());
    desk.order.is_stored = false;
    desk.answer_x("Now offline.");
    desk.home.store.write(
        [](store::Transaction& transaction) { transaction.execute("DROP TABLE usage_day", {}); });

    CHECK_THROWS_AS(desk.generate(), Error);

    CHECK(balance_of(desk).spent() == 0);
    CHECK(balance_of(desk).reserved == 0);
}

TEST_CASE("a provider is not called for what there are no tokens for") {
    Desk desk(sold());
    spend(desk, 98);

    const auto refusal = desk.refusal();

    CHECK(refusal.code() == Code::plan_limit);
    CHECK(desk.home.http.asked.empty());
    CHECK(desk.home.count("reservation") == 0);
}

TEST_CASE("where tokens are short, nothing is mended but something is written") {
    Desk desk(sold());
    spend(desk, 91);
    desk.answer_x(std::string(400, 'a'));

    const auto generated = desk.generate();

    CHECK(generated.candidates.front().mends == 0);
    CHECK(generated.candidates.front().errors == 0);  // it was shortened
    CHECK(desk.home.http.asked.size() == 1);
}

TEST_CASE("more variants than the plan allows are refused before anything is asked") {
    Desk desk(sold());
    desk.order.variants = 4;

    const auto refusal = desk.refusal();

    CHECK(refusal.code() == Code::plan_limit);
    CHECK(refusal.details().front().rule == "plan.variants");
    CHECK(desk.home.http.asked.empty());
}

TEST_CASE("where nobody sells anything, usage is counted all the same") {
    Desk desk;
    desk.order.variants = 2;
    desk.answer({{"x", {{"parts", {"Now offline."}}}}}, 900, 200);
    desk.answer({{"x", {{"parts", {"Offline now."}}}}}, 900, 300);

    desk.generate();

    CHECK(usage_of(desk).tokens == 3);
    CHECK(desk.home.count("token_grant") == 0);
}

TEST_CASE("a cap in money refuses what may cost more, and what has no price") {
    Desk desk({{"OPENAI_API_KEY", "sk-good"}, {"CAAS_PLANS_MONTHLY_CAP_CENTS", "1"}});

    CHECK(desk.refusal().details().front().rule == "plan.monthly_cap");
    desk.order.model = "gpt-unheard-of";
    CHECK(desk.refusal().details().front().message == "the model has no price");
    CHECK(desk.home.http.asked.empty());

    desk.order.provider = "offline";
    desk.order.model.clear();
    desk.generate();
}

TEST_CASE("owners are told at eighty percent and when nothing is left, once a period") {
    Desk desk(sold());
    desk.home.store.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE person SET email = $1 WHERE id = $2",
            {"ana@example.org", desk.home.owner.person});
    });
    desk.order.provider = "offline";
    const auto subjects = [&] {
        return desk.home.store.read([&](store::Reader& reader) {
            std::vector<std::string> out;
            for (const auto& row : reader.query("SELECT subject FROM mail ORDER BY id", {}))
                out.push_back(row.text(0));
            return out;
        });
    };
    spend(desk, 78);
    CHECK_FALSE(desk.generate().has_mail);
    CHECK(desk.generate().has_mail);
    CHECK_FALSE(desk.generate().has_mail);
    CHECK(subjects() == std::vector<std::string>{"80 % of the plan tokens of ana are used"});

    spend(desk, 18);
    CHECK(desk.generate().has_mail);
    CHECK(desk.refusal().code() == Code::plan_limit);
    CHECK(desk.refusal().code() == Code::plan_limit);

    CHECK(
        subjects() ==
        std::vector<std::string>{
            "80 % of the plan tokens of ana are used", "The plan tokens of ana are used up"});
}

TEST_CASE("owners are not told that all is used when only a large generation is refused") {
    Desk desk(sold({{"CAAS_PLANS_PROVIDER_TOKENS", "1"}}));

    CHECK(desk.refusal().details().front().message.starts_with("0 of 100 used"));

    CHECK(desk.home.count("usage_warning") == 0);
    spend(desk, 100);
    CHECK(desk.refusal().code() == Code::plan_limit);
    CHECK(desk.home.count("usage_warning") == 1);
}

TEST_CASE("a generation past a mark that was reached before writes nothing of it") {
    Desk desk(sold());
    desk.order.provider = "offline";
    spend(desk, 79);
    desk.generate();
    CHECK(desk.home.count("usage_warning") == 1);
    desk.home.store.write([](store::Transaction& transaction) {
        transaction.execute("DELETE FROM usage_warning", {});
    });

    desk.generate();

    CHECK(desk.home.count("usage_warning") == 0);
}

TEST_CASE("sixty-four threads that generate take exactly the hundred tokens there are") {
    Desk desk(sold());
    desk.order.provider = "offline";
    std::atomic<int> made = 0;
    std::atomic<int> refused = 0;
    {
        std::vector<std::jthread> threads;
        threads.reserve(64);
        for (int i = 0; i < 64; ++i)
            threads.emplace_back([&] {
                for (int n = 0; n < 3; ++n) {
                    try {
                        flow::generate(desk.home.tools, desk.home.owner, desk.order, {}, {});
                        ++made;
                    } catch (const Error& e) {
                        CHECK(e.code() == Code::plan_limit);
                        ++refused;
                    }
                }
            });
    }

    CHECK(made == 100);
    CHECK(refused == 92);
    CHECK(balance_of(desk).spent() == 100);
    CHECK(balance_of(desk).reserved == 0);
    CHECK(desk.home.count("content") == 100);
    CHECK(desk.home.count("debit") == 100);
}

}  // namespace
}  // namespace caas::flow
