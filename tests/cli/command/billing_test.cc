#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "cli/print/bar.h"
#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

constexpr auto me = R"({"organization_id":"o1"})";

Json usage_of(const Json& tokens) {
    const Json sums{
        {"generations", 2},
        {"tokens", 80},
        {"input_tokens", 70'000},
        {"output_tokens", 9'000},
        {"cost_usd", 0.25}};
    auto ana = sums;
    ana["id"] = "p1";
    ana["name"] = "ana";
    auto gone = sums;
    gone["id"] = "p2";
    gone["name"] = nullptr;
    gone["tokens"] = 20;
    auto model = sums;
    model["provider"] = "openai";
    model["model"] = "gpt-5.4-mini";
    return {
        {"title", "Free"},
        {"period_start", "2026-11-22T00:00:00.000Z"},
        {"period_end", "2026-12-22T00:00:00.000Z"},
        {"tokens", tokens},
        {"limits",
         {{{"limit", "members"},
           {"title", "Members"},
           {"used", 1},
           {"most", 1},
           {"lifted_by", "pro"}},
          {{"limit", "variants"},
           {"title", "Variants of a generation"},
           {"used", nullptr},
           {"most", 3},
           {"lifted_by", "pro"}},
          {{"limit", "accounts"},
           {"title", "Connected accounts"},
           {"used", 4},
           {"most", nullptr},
           {"lifted_by", nullptr}}}},
        {"cost", {{"month_usd", 0.25}, {"cap_cents", nullptr}}},
        {"from", "2026-11-22"},
        {"to", "2026-11-24"},
        {"members", {ana, gone}},
        {"models", {model}},
        {"days", Json::array()}};
}

TEST_CASE("usage shows a bar for each limit, and which plan lifts one that is reached") {
    Stage stage;
    stage.answer(200, me);
    stage.answer(
        200, usage_of({{"used", 80}, {"reserved", 5}, {"granted", 100}, {"left", 15}}).dump());

    CHECK(stage.run({"usage"}) == 0);

    CHECK(stage.asked(1).path == "organizations/o1/usage");
    const auto& out = stage.terminal.out;
    CHECK(out.find("████████████████░░░░  80 of 100, 15 left, 5 reserved") != std::string::npos);
    CHECK(out.find("1 of 1, more with the plan pro") != std::string::npos);
    CHECK(out.find("at most 3") != std::string::npos);
    CHECK(out.find("4 (no limit)") != std::string::npos);
    CHECK(out.find("$0.25 this month") != std::string::npos);
}

TEST_CASE("usage by member and by model") {
    Stage stage;
    const auto usage =
        usage_of({{"used", 80}, {"reserved", 0}, {"granted", nullptr}, {"left", nullptr}}).dump();
    stage.answer(200, me);
    stage.answer(200, usage);
    CHECK(stage.run({"usage", "--by", "member", "--from", "2026-11-22"}) == 0);
    CHECK(stage.asked(1).query == decltype(stage.asked(1).query){{"from", "2026-11-22"}});
    CHECK(stage.terminal.out.find("somebody who is gone") != std::string::npos);
    CHECK(stage.terminal.out.find("70,000") != std::string::npos);

    stage.answer(200, me);
    stage.answer(200, usage);
    CHECK(stage.run({"usage", "--by", "model"}) == 0);
    CHECK(stage.terminal.out.find("openai gpt-5.4-mini") != std::string::npos);
}

TEST_CASE("usage by something else is refused before anything is asked") {
    Stage stage;

    CHECK(stage.run({"usage", "--by", "moon"}) == 2);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("usage of some days is shown by day") {
    Stage stage;
    auto usage = usage_of({{"used", 80}, {"reserved", 0}, {"granted", nullptr}, {"left", nullptr}});
    auto day = usage.at("models").at(0);
    day["day"] = "2026-11-23";
    usage["days"] = Json::array({day});
    for (const auto* option : {"--from", "--to"}) {
        stage.terminal.out.clear();
        stage.answer(200, me);
        stage.answer(200, usage.dump());

        CHECK(stage.run({"usage", option, "2026-11-23"}) == 0);

        CHECK(stage.terminal.out.find("2026-11-23") != std::string::npos);
        CHECK(stage.terminal.out.find("70,000") != std::string::npos);
    }
}

TEST_CASE("billing plans says what they cost") {
    Stage stage;
    const auto plan = [](const std::string& id, int cents) {
        return Json{
            {"id", id},
            {"price_cents", cents},
            {"is_for_sale", cents > 0},
            {"limits", {{"tokens_per_period", 5000}}}};
    };
    stage.answer(200, Json{{"items", {plan("basic", 0), plan("pro", 2900)}}}.dump());

    CHECK(stage.run({"billing", "plans"}) == 0);

    CHECK(stage.terminal.out.find("$29.00") != std::string::npos);
    CHECK(stage.terminal.out.find("free") != std::string::npos);
    CHECK(stage.terminal.out.find("5,000") != std::string::npos);
}

TEST_CASE("billing keep sends what stays open, and needs something") {
    Stage stage;
    CHECK(stage.run({"billing", "keep"}) == 2);
    stage.answer(
        200,
        R"({"title":"Free","standing":"canceled","has_billing":true,"locked":[)"
        R"({"kind":"account","id":"a1","name":"shop","locked_at":"2026-11-22T09:00:00.000Z"}]})");

    CHECK(
        stage.run(
            {"billing", "keep", "--account", "company,blog", "--member", "ben@example.org"}) == 0);

    CHECK(stage.asked().method == "PUT");
    CHECK(stage.asked().path == "billing/kept");
    CHECK(
        stage.asked_json() ==
        Json::parse(R"({"accounts":["company","blog"],"members":["ben@example.org"]})"));
    CHECK(stage.terminal.out.find("takes no new posts") != std::string::npos);
}

TEST_CASE("a refusal by the plan exits 9 and says what lifts it") {
    Stage stage;
    stage.answer(200, me);
    stage.answer(
        402,
        R"({"code":"plan_limit","detail":"The plan Free allows 1 workspace, and you have 1",)"
        R"("hint":"the plan Pro allows 5: caas billing checkout pro","status":402})");

    CHECK(stage.run({"workspace", "create", "two"}) == 9);

    CHECK(stage.terminal.err.find("caas billing checkout pro") != std::string::npos);
}

TEST_CASE("a bar is empty only when nothing is used and full only when all is") {
    const auto filled = [](std::int64_t part, std::int64_t whole) {
        const auto text = print::bar(part, whole);
        int count = 0;
        for (auto at = text.find("█"); at != std::string::npos; at = text.find("█", at + 1))
            ++count;
        return count;
    };
    CHECK(filled(0, 100) == 0);
    CHECK(filled(1, 100) == 1);
    CHECK(filled(50, 100) == 10);
    CHECK(filled(99, 100) == 19);
    CHECK(filled(100, 100) == 20);
    CHECK(filled(150, 100) == 20);
    CHECK(filled(0, 0) == 0);
    CHECK(filled(1, 0) == 20);
}

}  // namespace
}  // namespace caas::cli
