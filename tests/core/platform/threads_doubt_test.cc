// What is found out about a Threads post whose publishing got no clear answer; its numbers and its
// end.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/platform/drivers.h"
#include "tests/core/platform/publication_walk.h"

namespace caas::platform {
namespace {

Access ana() {
    Access access;
    access.remote_id = "777";
    access.handle = "ana";
    access.credentials.access = Secret("token");
    return access;
}

// The first part's publishing call was sent and its answer never came.
struct Doubt : Walk {
    explicit Doubt(std::vector<std::string> texts = {"Hello"})
        : Walk(threads::driver, ana(), publication(std::move(texts))) {
        take(200, R"({"data":[]})");
        take(200, R"({"id":"c1"})");
        take(200, R"({"status":"FINISHED"})");
        step();
        failed(net::Failure::Kind::timeout);
    }

    Sight look_at(const std::string& state, const std::string& listing = "") {
        world.http.answer(200, state);
        if (!listing.empty())
            world.http.answer(200, listing);
        return look();
    }
};

std::string listed(
    const std::string& id, const std::string& text, const std::string& time = "10:00:05") {
    return json::dump(
        {{"id", id},
         {"text", text},
         {"permalink", "https://t/" + id},
         {"timestamp", "2026-11-22T" + time + "+0000"}});
}

TEST_CASE("a container that is published is found among the account's posts") {
    Doubt it;

    const auto sight = it.look_at(
        R"({"status":"PUBLISHED"})",
        R"({"data":[)" + listed("m9", "Other") + "," + listed("m8", "Hello") + "]}");

    REQUIRE(brief(sight) == "there");
    CHECK(std::get<There>(sight).remote_id == "m8");
    CHECK(std::get<There>(sight).url == "https://t/m8");
    CHECK(
        it.request().url ==
        "https://graph.threads.net/v1.0/777/threads?fields=id%2Ctext%2Ctimestamp%2Cpermalink&since="
        "1795341480&limit=50");
}

TEST_CASE("a container that is published is out, even where no listing shows it") {
    Doubt it;
    const auto sight = it.look_at(
        R"({"status":"PUBLISHED"})", R"({"data":[)" + listed("m8", "Hello", "09:57:00") + "]}");
    REQUIRE(brief(sight) == "there");
    CHECK(std::get<There>(sight).remote_id.empty());
}

TEST_CASE("a container that waits was not published, and is again") {
    Doubt it;
    const auto sight = it.look_at(R"({"status":"FINISHED"})");
    REQUIRE(brief(sight) == "absent");
    CHECK_FALSE(std::get<Absent>(sight).is_over);
    it.journal.back().state = StepState::failed;

    CHECK(it.take(200, R"({"status":"FINISHED"})") == "ready: done");
    CHECK(it.take(200, R"({"id":"m1"})") == "publish: continue");
    CHECK(it.request().body == "creation_id=c1");
}

TEST_CASE("a container that is spoilt or too old gives way to another one") {
    for (const auto* state : {R"({"status":"ERROR"})", R"({"status":"EXPIRED"})"}) {
        CAPTURE(state);
        Doubt it;
        const auto sight = it.look_at(state, R"({"data":[]})");
        REQUIRE(brief(sight) == "absent");
        CHECK(std::get<Absent>(sight).is_over);
        it.journal.back().state = StepState::failed;
        CHECK(it.take(200, state) == "ready: done");
        CHECK(it.take(200, R"({"id":"c2"})") == "container: done");
    }
}

TEST_CASE("a container that nobody knows any more proves nothing") {
    Doubt it;
    const auto* gone = R"({"error":{"message":"x","code":100,"error_subcode":33}})";
    CHECK(brief(it.look_at(gone, R"({"data":[]})")) == "cannot_tell");
    CHECK(brief(it.look_at(gone, R"({"data":[)" + listed("m8", "Hello") + "]}")) == "there");
}

TEST_CASE("a look at a platform in trouble cannot tell") {
    Doubt it;
    it.world.http.answer(500, "");
    CHECK(brief(it.look()) == "cannot_tell");
    it.world.http.fail(net::Failure::Kind::timeout, true);
    CHECK(brief(it.look()) == "cannot_tell");
    CHECK(brief(it.look_at(R"({"status":"IN_PROGRESS"})")) == "cannot_tell");
}

TEST_CASE("an id that was written down before the kill needs no listing") {
    Doubt it;
    it.journal.back().cursor = R"({"published":"m1"})";
    it.world.http.answer(200, R"({"permalink":"https://t/m1"})");

    const auto sight = it.look();

    CHECK(std::get<There>(sight).remote_id == "m1");
    CHECK(std::get<There>(sight).url == "https://t/m1");
}

TEST_CASE("what the steps before publishing made can be seen by nobody") {
    Walk it(threads::driver, ana(), publication({"Hello"}));
    it.take(200, R"({"data":[]})");
    it.step();
    CHECK(brief(it.look()) == "absent");
    CHECK(it.world.http.asked.size() == 1);
}

TEST_CASE("what each refusal to publish means") {
    const auto of = [](int code, int subcode) {
        Walk it(threads::driver, ana(), publication({"Hello"}));
        it.take(200, R"({"data":[]})");
        it.take(200, R"({"id":"c1"})");
        it.take(200, R"({"status":"FINISHED"})");
        return it.take(
            400,
            json::dump(
                {{"error", {{"message", "x"}, {"code", code}, {"error_subcode", subcode}}}}));
    };
    CHECK(of(9007, 2207027) == "publish: later");
    CHECK(of(9, 2207042) == "publish: later");
    CHECK(of(-2, 2207020) == "publish: unknown threads.code_-2_2207020");
    CHECK(of(100, 0) == "publish: unknown threads.code_100");
    CHECK(of(10, 0) == "publish: refused threads.no_permission");
    CHECK(of(4, 2207051) == "publish: held threads.code_4_2207051");
    CHECK(of(190, 460) == "publish: sign_in threads.code_190_460");
}

TEST_CASE("a part that is out without an id is located before it is answered") {
    Doubt it({"One", "Two"});
    it.what.parts[0].text = "One";
    it.journal.back().state = StepState::done;  // a look found it published, no listing showed it

    CHECK(it.take(200, R"({"data":[]})") == "locate: later");
    CHECK(it.take(200, R"({"data":[)" + listed("m1", "One") + "]}") == "locate: done");
    CHECK(it.take(200, R"({"id":"c2"})") == "container: done");
    CHECK(it.request().body == "media_type=TEXT&text=Two&reply_to_id=m1");
}

TEST_CASE("a part that a person found is located by its address") {
    Doubt it({"One", "Two"});
    it.journal.back().state = StepState::done;
    it.journal.back().url = "https://t/m7";

    CHECK(it.take(200, R"({"data":[)" + listed("m7", "Other") + "]}") == "locate: done");
    CHECK(it.journal.back().remote_id == "m7");
}

TEST_CASE("a thread whose last part cannot be located in half an hour ends") {
    Doubt it({"One", "Two"});
    it.journal.back().state = StepState::done;
    it.take(200, R"({"data":[]})");
    it.world.clock.advance(std::chrono::minutes(31));

    CHECK(it.take(200, R"({"data":[]})") == "locate: refused threads.part_before_unknown");
}

TEST_CASE("an equal post that another one became is not taken for the one in doubt") {
    Doubt it;
    it.what.made_by_others = {"m8"};

    const auto sight =
        it.look_at(R"({"status":"PUBLISHED"})", R"({"data":[)" + listed("m8", "Hello") + "]}");

    REQUIRE(brief(sight) == "there");
    CHECK(std::get<There>(sight).remote_id.empty());
}

TEST_CASE("an equal part of the same thread is not taken for the one in doubt") {
    Doubt it({"Same", "Same"});
    it.journal.back().state = StepState::done;
    it.journal.back().remote_id = "m1";
    it.take(200, R"({"id":"c2"})");
    it.take(200, R"({"status":"FINISHED"})");
    it.step();
    it.failed(net::Failure::Kind::timeout);
    auto reply = json::parse(listed("m2", "Same"), "listed");
    reply["replied_to"] = {{"id", "m1"}};
    auto foreign = json::parse(listed("m3", "Same"), "listed");
    foreign["replied_to"] = {{"id", "m0"}};

    const auto sight = it.look_at(
        R"({"status":"PUBLISHED"})",
        json::dump({{"data", {foreign, json::parse(listed("m1", "Same"), "listed"), reply}}}));

    CHECK(std::get<There>(sight).remote_id == "m2");
    CHECK(it.request().url.find("/777/replies?") != std::string::npos);
}

Entry published(const std::string& id) {
    Entry entry;
    entry.step = "publish";
    entry.remote_id = id;
    return entry;
}

TEST_CASE("a post is taken back, and one that is gone counts as taken back") {
    World world;
    world.http.answer(200, R"({"success":true})");
    threads::driver.remove(published("m1"), ana(), world.tools);
    CHECK(world.last_request().method == "DELETE");
    CHECK(world.last_request().url == "https://graph.threads.net/v1.0/m1");

    world.http.answer(400, R"({"error":{"message":"x","code":100,"error_subcode":33}})");
    CHECK_NOTHROW(threads::driver.remove(published("m1"), ana(), world.tools));
    world.http.answer(400, R"({"error":{"message":"x","code":10}})");
    CHECK_THROWS_AS(threads::driver.remove(published("m1"), ana(), world.tools), Error);
    CHECK_THROWS_AS(threads::driver.remove(published(""), ana(), world.tools), Error);
}

TEST_CASE("numbers are read in both of their forms, and what is not told is not there") {
    World world;
    world.http.answer(
        200,
        R"({"data":[{"name":"views","values":[{"value":120}]},
                    {"name":"likes","total_value":{"value":7}},
                    {"name":"quotes","values":[]}]})");

    const auto metrics = threads::driver.measure(published("m1"), ana(), world.tools);

    CHECK(metrics == Metrics{{"impressions", 120}, {"likes", 7}});
    CHECK(
        world.last_request().url ==
        "https://graph.threads.net/v1.0/m1/"
        "insights?metric=views%2Clikes%2Creplies%2Creposts%2Cquotes");
}

}  // namespace
}  // namespace caas::platform
