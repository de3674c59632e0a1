// What caas billing asks Stripe for, and how it says what came of it.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

constexpr auto page =
    R"({"id":"cs_1","url":"https://checkout.example/cs_1","expires_at":"2026-11-23T10:00:00.000Z"})";

Json change_of(bool is_now, bool is_pending) {
    return {
        {"plan", "team"},
        {"is_now", is_now},
        {"at", is_now ? Json() : Json("2026-12-22T10:00:00.000Z")},
        {"is_pending", is_pending},
        {"url", is_pending ? Json("https://pay.example/in_1") : Json()},
        {"amount_due", is_now ? 4705 : 0},
        {"currency", "usd"},
        {"as_of", is_now ? Json("2026-11-22T10:00:00.000Z") : Json()}};
}

// What the API says before and after.
void answer_change(Stage& stage, bool is_now, bool is_pending = false) {
    stage.answer(200, change_of(is_now, false).dump());
    stage.answer(200, change_of(is_now, is_pending).dump());
}

const Json paid_order{{"plan", "team"}, {"as_of", "2026-11-22T10:00:00.000Z"}};

TEST_CASE("checkout prints the link, and opens it where somebody looks") {
    Stage stage;
    std::string opened;
    stage.browse = [&](const std::string& url) {
        opened = url;
        return true;
    };
    stage.answer(201, page);

    SUBCASE("in a pipe") {
        CHECK(stage.run({"billing", "checkout", "pro"}) == 0);
        CHECK(opened.empty());
    }
    SUBCASE("on a terminal") {
        stage.terminal.err_is_terminal = true;
        CHECK(stage.run({"billing", "checkout", "pro"}) == 0);
        CHECK(opened == "https://checkout.example/cs_1");
    }
    SUBCASE("on a terminal with --no-browser") {
        stage.terminal.err_is_terminal = true;
        CHECK(stage.run({"billing", "checkout", "pro", "--no-browser"}) == 0);
        CHECK(opened.empty());
    }

    CHECK(stage.terminal.out == "https://checkout.example/cs_1\n");
    CHECK(stage.asked().path == "billing/checkout");
    CHECK(stage.asked_json() == Json{{"plan", "pro"}});
}

TEST_CASE("with --json, the page is the API's own object and no browser opens") {
    Stage stage;
    stage.terminal.err_is_terminal = true;
    bool is_open = false;
    stage.browse = [&](const std::string&) { return is_open = true; };
    stage.answer(201, page);
    CHECK(stage.run({"billing", "portal", "--json"}) == 0);
    CHECK(stage.terminal.out == std::string(page) + "\n");
    CHECK_FALSE(is_open);
}

TEST_CASE("a change says what it costs and when it holds") {
    Stage stage;
    SUBCASE("foretold") {
        stage.answer(200, change_of(true, false).dump());
        CHECK(stage.run({"billing", "change", "team", "--preview"}) == 0);
        CHECK(stage.asked().path == "billing/preview");
        CHECK(stage.script.asked.size() == 1);
        CHECK(stage.terminal.out == "team would hold at once; due now: USD 47.05\n");
    }
    SUBCASE("done") {
        answer_change(stage, true);
        CHECK(stage.run({"billing", "change", "team", "--yes"}) == 0);
        CHECK(stage.asked(1).path == "billing/change");
        CHECK(stage.terminal.out == "team holds now; charged: USD 47.05\n");
    }
    SUBCASE("ordered") {
        answer_change(stage, false);
        CHECK(stage.run({"billing", "change", "team"}) == 0);
        CHECK(stage.asked_json(1) == Json{{"plan", "team"}});
        CHECK(stage.terminal.out.starts_with("team holds from "));
    }
    SUBCASE("to be confirmed") {
        answer_change(stage, true, true);
        CHECK(stage.run({"billing", "change", "team", "--yes"}) == 0);
        CHECK(stage.terminal.out.find("https://pay.example/in_1") != std::string::npos);
    }
}

TEST_CASE("what is charged is asked before, and costs what was said") {
    Stage stage;
    SUBCASE("yes") {
        stage.terminal.in_is_terminal = true;
        stage.terminal.answers = {"y"};
        answer_change(stage, true);
        CHECK(stage.run({"billing", "change", "team"}) == 0);
        CHECK(stage.terminal.asked.find("Pay USD 47.05 now?") != std::string::npos);
        CHECK(stage.asked_json(1) == paid_order);
    }
    SUBCASE("no") {
        stage.terminal.in_is_terminal = true;
        stage.terminal.answers = {"n"};
        stage.answer(200, change_of(true, false).dump());
        CHECK(stage.run({"billing", "change", "team"}) == 130);
        CHECK(stage.script.asked.size() == 1);
    }
    SUBCASE("nobody can be asked") {
        stage.answer(200, change_of(true, false).dump());
        CHECK(stage.run({"billing", "change", "team"}) == 2);
        CHECK(stage.script.asked.size() == 1);
    }
    SUBCASE("said before") {
        answer_change(stage, true);
        CHECK(stage.run({"billing", "change", "team", "--yes", "--json"}) == 0);
        CHECK(stage.asked_json(1) == paid_order);
        CHECK(json::parse(stage.terminal.out, "the answer").at("amount_due") == 4705);
    }
}

TEST_CASE("ending a plan needs a yes") {
    Stage stage;
    CHECK(stage.run({"billing", "cancel"}) == 2);
    stage.answer(200, R"({"cancel_at_period_end":true,"period_end":"2026-12-22T10:00:00.000Z"})");
    CHECK(stage.run({"billing", "cancel", "--yes"}) == 0);
    CHECK(stage.asked().path == "billing/cancel");
    CHECK(stage.terminal.out == "The plan ends on 2026-12-22 10:00 UTC.\n");
}

TEST_CASE("a plan that does not end is not said to") {
    Stage stage;
    stage.answer(
        200,
        R"({"standing":"active","cancel_at_period_end":false,"period_end":"2026-12-22T10:00:00.000Z"})");
    CHECK(stage.run({"billing", "cancel", "--yes"}) == 6);
    CHECK(stage.terminal.out.empty());
    CHECK(stage.terminal.err.find("caas billing status") != std::string::npos);
}

TEST_CASE("a plan that does not go on is not said to") {
    Stage stage;
    SUBCASE("it still ends") {
        stage.answer(200, R"({"standing":"active","cancel_at_period_end":true})");
        CHECK(stage.run({"billing", "resume"}) == 6);
        CHECK(stage.terminal.out.empty());
    }
    SUBCASE("its invoice is not paid") {
        stage.answer(200, R"({"standing":"paused","cancel_at_period_end":false})");
        CHECK(stage.run({"billing", "resume"}) == 0);
        CHECK(stage.terminal.out.find("once its invoice is paid") != std::string::npos);
    }
}

TEST_CASE("sync says what differed, or that nothing did") {
    Stage stage;
    stage.answer(200, R"({"customers":1,"missed_events":0,"differences":[]})");
    CHECK(stage.run({"billing", "sync"}) == 0);
    CHECK(stage.terminal.out.empty());
    CHECK(stage.terminal.err.find("Nothing differed.") != std::string::npos);
    stage.answer(
        200,
        R"({"customers":1,"missed_events":2,"differences":[{"organization_id":"o","what":"plan","here":null,"stripe":"pro, active"}]})");
    CHECK(stage.run({"billing", "sync", "--everything"}) == 0);
    CHECK(stage.asked_json(1) == Json{{"everything", true}});
    CHECK(stage.terminal.out.find("pro, active") != std::string::npos);
    CHECK(stage.terminal.err.find("2 events had not arrived") != std::string::npos);
}

TEST_CASE("a declined card is an error with the way on") {
    Stage stage;
    stage.answer(200, change_of(true, false).dump());
    stage.answer(
        502,
        R"({"code":"platform_refused","detail":"The payment was declined: Your card was declined.","hint":"Use another card"})");
    CHECK(stage.run({"billing", "change", "team", "--yes"}) == 7);
    CHECK(stage.terminal.err.find("declined") != std::string::npos);
}

}  // namespace
}  // namespace caas::cli
