#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

std::string post(const std::string& state, const std::string& more = "") {
    return R"({"id":"01997d3a-0000-7000-8000-00001a2b3c4d","account":"work","state":")" + state +
           R"(")" + more + "}";
}

std::string made() {
    return R"({"items":[)" + post("scheduled") + R"(],"next_cursor":null})";
}

int publish_that_ends(const std::string& last) {
    Stage stage;
    stage.answer(201, made());
    stage.answer(200, last);
    return stage.run({"publish", "beef", "--account", "work"});
}

TEST_CASE("publish refuses an account that is empty beside one that is not") {
    Stage stage;

    CHECK(stage.run({"publish", "beef", "--account", "work", "--account", ""}) == 2);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("publish waits until the post is out and prints where") {
    Stage stage;
    stage.answer(201, made());
    stage.answer(200, post("scheduled"));
    stage.answer(200, post("publishing"));
    stage.answer(200, post("published", R"(,"url":"file:///o/1.json")"));

    CHECK(stage.run({"publish", "beef", "--account", "work"}) == 0);

    CHECK(stage.asked(0).path == "posts");
    CHECK(stage.asked_json() == Json::parse(R"({"content_id":"beef","accounts":["work"]})"));
    CHECK(stage.asked(1).query.empty());
    CHECK(stage.asked(2).query == Query{{"wait", "30"}});
    CHECK(stage.terminal.out == "published  work  1a2b3c4d  file:///o/1.json\n");
}

TEST_CASE("what a platform says does not steer the terminal when publish shows it") {
    Stage stage;
    stage.answer(201, made());
    stage.answer(200, post("failed", R"(,"message":"No \u009b2J\u202enow\nor \u001b[2J ever")"));

    CHECK(stage.run({"publish", "beef", "--account", "work"}) == 7);

    CHECK(stage.terminal.out == "failed  work  1a2b3c4d  No \uFFFD2Jnow or \uFFFD[2J ever\n");
}

TEST_CASE("publish prints the ids alone when it is quiet, whether it waits or not") {
    for (const auto* state : {"published", "failed"}) {
        Stage stage;
        stage.answer(201, made());
        stage.answer(200, post(state, R"(,"url":"file:///o/1.json","message":"no")"));

        stage.run({"publish", "beef", "--account", "work", "--quiet"});

        CHECK(stage.terminal.out == "01997d3a-0000-7000-8000-00001a2b3c4d\n");
        CHECK(stage.terminal.err.empty());
    }
    Stage stage;
    stage.answer(201, made());

    CHECK(stage.run({"publish", "beef", "--account", "work", "--quiet", "--no-wait"}) == 0);

    CHECK(stage.terminal.out == "01997d3a-0000-7000-8000-00001a2b3c4d\n");
}

TEST_CASE("publish looks again in a while where the daemon has no place for another who waits") {
    Stage stage;
    stage.answer(201, made());
    stage.answer(200, post("scheduled"));
    stage.answer(503, R"({"code":"busy","detail":"Too many are waiting already"})");
    stage.answer(200, post("published", R"(,"url":"file:///o/1.json")"));
    const auto start = stage.clock.monotonic();

    CHECK(stage.run({"publish", "beef", "--account", "work"}) == 0);

    CHECK(stage.asked(2).query == Query{{"wait", "30"}});
    CHECK(stage.asked(3).query.empty());
    CHECK(stage.clock.monotonic() - start == std::chrono::seconds(2));
}

TEST_CASE("publish waits its time for an outcome that cannot be written down, and says so") {
    const auto unwritten =
        R"({"code":"unconfirmed","detail":"It could not be written down: the disk is full"})";
    Stage stage;
    stage.answer(201, made());
    stage.answer(200, post("scheduled"));
    stage.answer_after(std::chrono::seconds(10), 409, unwritten);
    stage.answer(200, post("publishing"));
    stage.answer_after(std::chrono::seconds(10), 409, unwritten);

    CHECK(stage.run({"publish", "beef", "--account", "work", "--timeout", "20s"}) == 8);

    CHECK(stage.script.asked.size() == 5);
    CHECK(stage.asked(4).query == Query{{"wait", "10"}});
    CHECK(stage.terminal.err.find("the disk is full") != std::string::npos);
    CHECK(stage.terminal.err.find("do not order it again") != std::string::npos);
}

TEST_CASE("publish exits as the post ended") {
    CHECK(publish_that_ends(post("published")) == 0);
    CHECK(publish_that_ends(post("failed", R"(,"message":"no")")) == 7);
    CHECK(publish_that_ends(post("unconfirmed")) == 8);
    CHECK(publish_that_ends(post("paused")) == 3);
    CHECK(publish_that_ends(post("missed")) == 7);
}

TEST_CASE("publish stops waiting for a try that comes after its time") {
    CHECK(publish_that_ends(post("retrying", R"(,"next_try_at":"2026-11-22T11:00:00.000Z")")) == 8);
}

TEST_CASE("publish does not wait for a budget that comes back after its time") {
    Stage stage;
    stage.answer(201, made());
    stage.answer(
        200,
        post(
            "scheduled",
            R"(,"code":"rate_limited","message":"Waits for its turn: at most 5 in 1 h.",)"
            R"("next_try_at":"2026-11-22T11:00:00.000Z")"));

    CHECK(stage.run({"publish", "beef", "--account", "work"}) == 8);

    CHECK(stage.script.asked.size() == 2);
    CHECK(stage.terminal.out.find("at most 5 in 1 h.") != std::string::npos);
    CHECK(stage.terminal.err.find("Taken up ") != std::string::npos);
    CHECK(stage.terminal.err.ends_with("do not order it again.\n"));
}

TEST_CASE("publish goes on waiting for a try that comes in time") {
    Stage stage;
    stage.answer(201, made());
    stage.answer(200, post("retrying", R"(,"next_try_at":"2026-11-22T10:00:30.000Z")"));
    stage.answer(200, post("published"));

    CHECK(stage.run({"publish", "beef", "--account", "work"}) == 0);
}

TEST_CASE("publish does not wait for an account whose credentials cannot be opened") {
    Stage stage;
    stage.answer(201, made());
    stage.answer(
        200,
        post(
            "retrying",
            R"(,"code":"forbidden","message":"The key is not here. Bring it back.",)"
            R"("next_try_at":"2026-11-22T10:00:30.000Z")"));

    CHECK(stage.run({"publish", "beef", "--account", "work"}) == 3);

    CHECK(stage.script.asked.size() == 2);
    CHECK(stage.terminal.out == "retrying  work  1a2b3c4d  The key is not here. Bring it back.\n");
    CHECK(stage.terminal.err.find("once that is mended") != std::string::npos);
}

TEST_CASE("publish goes on waiting for a platform that fails in a way of its own") {
    Stage stage;
    stage.answer(201, made());
    stage.answer(
        200,
        post("retrying", R"(,"code":"webhook.http_503","next_try_at":"2026-11-22T10:00:30.000Z")"));
    stage.answer(200, post("published"));

    CHECK(stage.run({"publish", "beef", "--account", "work"}) == 0);
}

TEST_CASE("publish gives up when its time is over") {
    Stage stage;
    stage.answer(201, made());
    stage.answer(200, post("publishing"));

    CHECK(stage.run({"publish", "beef", "--account", "work", "--timeout", "0s"}) == 8);
}

TEST_CASE("publish orders nothing when it does not understand how long to wait") {
    Stage stage;

    CHECK(stage.run({"publish", "beef", "--account", "work", "--timeout", "soon"}) == 2);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("publish waits its time to the end") {
    Stage stage;
    stage.answer(201, made());
    stage.answer_after(Milliseconds(10), 200, post("publishing"));
    stage.answer_after(Milliseconds(1100), 200, post("publishing"));
    stage.answer_after(Milliseconds(880), 200, post("publishing"));
    stage.answer_after(Milliseconds(20), 200, post("published"));

    CHECK(stage.run({"publish", "beef", "--account", "work", "--timeout", "2s"}) == 0);

    CHECK(stage.asked(2).query == Query{{"wait", "2"}});
    CHECK(stage.asked(3).query == Query{{"wait", "1"}});
    CHECK(stage.asked(4).query == Query{{"wait", "1"}});
}

TEST_CASE("publish to several accounts exits as the one that needs a person most") {
    Stage stage;
    stage.answer(
        201,
        R"({"items":[)" + post("scheduled") + "," + post("scheduled") + R"(],"next_cursor":null})");
    stage.answer(200, post("failed"));
    stage.answer(200, post("unconfirmed"));

    CHECK(stage.run({"publish", "beef", "--account", "a", "--account", "b", "--json"}) == 8);

    CHECK(
        stage.terminal.out == R"({"items":[)" + post("failed") + "," + post("unconfirmed") +
                                  R"(],"next_cursor":null})" + "\n");
}

TEST_CASE(
    "publish under a key of yours says when that was done before, and waits for the same post") {
    Stage stage;
    stage.script.exchanges.push_back({{201, {{"Idempotent-Replayed", "true"}}, made()}, {}});
    stage.answer(200, post("published"));

    CHECK(stage.run({"publish", "beef", "--account", "work", "--idempotency-key", "nightly"}) == 0);

    const auto& headers = stage.asked().headers;
    CHECK(
        std::find(headers.begin(), headers.end(), net::Header{"Idempotency-Key", "nightly"}) !=
        headers.end());
    CHECK(stage.terminal.out == "published  work  1a2b3c4d\n");
    CHECK(stage.terminal.err.starts_with("This was done before under the same key"));
}

TEST_CASE("what is no key is refused before anything is sent, and blanks around one are no part") {
    Stage stage;
    for (const auto* wrong : {"a\nb", " ", "caf\xc3\xa9"})
        CHECK(stage.run({"publish", "beef", "--account", "work", "--idempotency-key", wrong}) == 4);
    CHECK(stage.script.asked.empty());

    stage.answer(201, made());
    stage.run(
        {"publish", "beef", "--account", "work", "--no-wait", "--idempotency-key", " nightly "});

    CHECK(net::Response{0, stage.asked().headers, {}}.header("Idempotency-Key") == "nightly");
}

TEST_CASE("publish under a key whose post is on record no more says that it may be out") {
    Stage stage;
    stage.script.exchanges.push_back({{201, {{"Idempotent-Replayed", "true"}}, made()}, {}});
    stage.answer(404, R"({"code":"not_found","title":"Not found","detail":"There is no post"})");

    CHECK(stage.run({"publish", "beef", "--account", "work", "--idempotency-key", "nightly"}) == 8);

    CHECK(stage.script.asked.size() == 2);
    CHECK(stage.terminal.err.find("is not on record any more") != std::string::npos);
}

TEST_CASE("only the order has the key, and an empty one is refused") {
    Stage stage;
    stage.answer(201, made());
    stage.answer(200, post("published"));

    CHECK(stage.run({"publish", "beef", "--account", "work", "--idempotency-key", "nightly"}) == 0);
    CHECK(
        stage.run({"schedule", "beef", "--account", "a", "--in", "2h", "--idempotency-key="}) == 2);
    CHECK(stage.run({"publish", "beef", "--account", "a", "--idempotency-key", ""}) == 2);

    CHECK(stage.asked(1).headers.empty());
    CHECK(stage.script.asked.size() == 2);
    CHECK(stage.terminal.err.find("`--idempotency-key` is empty") != std::string::npos);
}

TEST_CASE("publish that does not wait prints what was made") {
    Stage stage;
    stage.answer(201, made());

    CHECK(stage.run({"publish", "beef", "--account", "work", "--no-wait", "--json"}) == 0);

    CHECK(stage.terminal.out == made() + "\n");
    CHECK(stage.script.asked.size() == 1);
}

TEST_CASE("publish that does not wait promises no time, and passes on what will hold the post up") {
    Stage stage;
    stage.answer(
        201,
        R"({"items":[)" +
            post("scheduled", R"(,"forecast":{"cost_usd":0,"warnings":["It will wait."]})") +
            R"(],"next_cursor":null})");

    CHECK(stage.run({"publish", "beef", "--account", "work", "--no-wait"}) == 0);

    const auto& said = stage.terminal.err;
    CHECK(said.find("note: It will wait.") != std::string::npos);
    CHECK(said.find("as soon as limits and what is before it let it") != std::string::npos);
}

TEST_CASE("publish draws a line on a terminal and takes it away") {
    Stage stage;
    stage.terminal.err_is_terminal = true;
    stage.answer(201, made());
    stage.answer(200, post("publishing"));
    stage.answer(200, post("published"));

    CHECK(stage.run({"publish", "beef", "--account", "work"}) == 0);

    CHECK(stage.asked(2).query == Query{{"wait", "1"}});
    CHECK(stage.terminal.err.find("work: publishing") != std::string::npos);
    CHECK(stage.terminal.err.substr(stage.terminal.err.size() - 4) == "\r\x1b[K");
}

TEST_CASE("publish that loses the API says that the post exists and not to try again") {
    Stage stage;
    stage.answer(201, made());
    stage.answer(503, R"({"detail":"gone","code":"busy","hint":"Try again in a moment"})");

    CHECK(stage.run({"publish", "beef", "--account", "work"}) == 8);

    CHECK(
        stage.terminal.err ==
        "caas: the post for work is on record: caas posts show 1a2b3c4d\n"
        "caas: error: Outcome unconfirmed: gone\n"
        "hint: it is on record, so do not order it again; look at it with: caas posts show "
        "01997d3a-0000-7000-8000-00001a2b3c4d\n");
}

TEST_CASE("publish that loses the API names the post also when it is quiet or speaks JSON") {
    for (const auto* how : {"--quiet", "--json"}) {
        CAPTURE(how);
        Stage stage;
        stage.answer(201, made());
        stage.answer(503, R"({"detail":"gone","code":"unavailable"})");

        CHECK(stage.run({"publish", "beef", "--account", "work", how}) == 8);

        CHECK(
            stage.terminal.err.find("caas posts show 01997d3a-0000-7000-8000-00001a2b3c4d") !=
            std::string::npos);
        CHECK(stage.terminal.err.find("\"unavailable\"") == std::string::npos);
    }
}

TEST_CASE("an order that was carried out but could not be printed is not one to try again") {
    const std::vector<std::vector<std::string>> orders{
        {"publish", "beef", "--account", "work", "--no-wait"},
        {"schedule", "beef", "--account", "work", "--in", "2h", "--quiet"}};
    for (const auto& order : orders) {
        CAPTURE(order.front());
        Stage stage;
        stage.terminal.is_full = true;
        stage.answer(201, made());

        CHECK(stage.run(order) == 8);

        CHECK(
            stage.terminal.err.find("caas posts show 01997d3a-0000-7000-8000-00001a2b3c4d") !=
            std::string::npos);
    }
}

TEST_CASE("an order keeps the reason of an error that time does not mend") {
    Stage stage;
    stage.answer(201, made());
    stage.answer(403, R"({"detail":"no","code":"forbidden","hint":"ask the owner"})");

    CHECK(stage.run({"publish", "beef", "--account", "work"}) == 3);

    CHECK(
        stage.terminal.err.find(
            "caas posts show 01997d3a-0000-7000-8000-00001a2b3c4d; ask the owner\n") !=
        std::string::npos);
}

std::string post_of(const std::string& account, const std::string& end, const std::string& state) {
    return R"({"id":"01997d3a-0000-7000-8000-0000)" + end + R"(","account":")" + account +
           R"(","state":")" + state + R"("})";
}

std::string two_made() {
    return R"({"items":[)" + post_of("a", "aaaaaaaa", "scheduled") + "," +
           post_of("b", "bbbbbbbb", "scheduled") + R"(],"next_cursor":null})";
}

// The request is not answered: the person ends the command meanwhile.
void interrupt(Stage& stage) {
    stage.answer(200, "{}");
    stage.script.exchanges.back().meanwhile = [] { throw Error(Code::canceled, "Interrupted"); };
}

TEST_CASE("publish that is interrupted says how each post stands and which is still to be sent") {
    Stage stage;
    stage.answer(201, two_made());
    interrupt(stage);
    stage.answer(200, post_of("a", "aaaaaaaa", "published"));
    stage.answer(200, post_of("b", "bbbbbbbb", "scheduled"));

    CHECK(stage.run({"publish", "beef", "--account", "a", "--account", "b"}) == 130);

    const auto& said = stage.terminal.err;
    CHECK(
        said.find("the post for a is published: caas posts show aaaaaaaa\n") != std::string::npos);
    CHECK(
        said.find(
            "the post for b is scheduled and will still be sent; to stop it: caas posts cancel "
            "bbbbbbbb\n") != std::string::npos);
    CHECK(said.ends_with("Interrupted\n"));
}

TEST_CASE("publish that is interrupted names no post twice") {
    Stage stage;
    stage.answer(201, two_made());
    stage.answer(200, post_of("a", "aaaaaaaa", "published"));
    interrupt(stage);
    stage.answer(200, post_of("b", "bbbbbbbb", "retrying"));

    CHECK(stage.run({"publish", "beef", "--account", "a", "--account", "b"}) == 130);

    CHECK(stage.terminal.out == "published  a  aaaaaaaa\n");
    CHECK(stage.terminal.err.find("the post for a") == std::string::npos);
    CHECK(stage.terminal.err.find("caas posts cancel bbbbbbbb") != std::string::npos);
}

TEST_CASE("publish that is interrupted and hears no more still names its posts") {
    Stage stage;
    stage.answer(201, two_made());
    interrupt(stage);

    CHECK(stage.run({"publish", "beef", "--account", "a", "--account", "b"}) == 130);

    CHECK(stage.terminal.err.find("caas posts cancel aaaaaaaa") != std::string::npos);
    CHECK(stage.terminal.err.find("caas posts cancel bbbbbbbb") != std::string::npos);
}

}  // namespace
}  // namespace caas::cli
