// Waiting for a post over the API, where no engine runs but this process's own.
#include "core/api/await_post.h"

#include <doctest/doctest.h>

#include "core/delivery/change.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Server;

// Whoever sends a post here counts how often it was asked to, and settles it at the `ends_at`th.
struct Sender {
    explicit Sender(int ends_at) {
        server.context.deliver = [this, ends_at](
                                     const PostId& id, Milliseconds, const std::stop_token&) {
            first_at = first_at.value_or(server.home.clock.monotonic());
            if (++asked == ends_at)
                settle(id);
        };
    }

    void settle(const PostId& id) {
        server.home.store.write([&](store::Transaction& transaction) {
            return delivery::cancel(
                transaction, server.home.owner.workspace, id, server.home.clock.now());
        });
    }

    // The state in which the post is shown after the waiting.
    std::string wait(int in_seconds, const std::string& most) {
        const auto posts = server.call(
            "POST",
            "/api/v1/posts",
            {{"content_id", server.add("Hello.")},
             {"accounts", {"outbox"}},
             {"in_seconds", in_seconds}});
        const auto id = posts.json.at("items").at(0).at("id").get<std::string>();
        return server.call("GET", "/api/v1/posts/" + id + "?wait=" + most)
            .json.at("state")
            .get<std::string>();
    }

    Server server;
    int asked = 0;
    std::optional<Monotonic> first_at;
};

TEST_CASE("waiting for a post that another process keeps from going out asks until it is sent") {
    Sender it(4);

    CHECK(it.wait(0, "30") == "canceled");

    CHECK(it.asked == 4);
    CHECK(it.server.home.clock.monotonic() < std::chrono::seconds(1));
}

TEST_CASE("waiting for a post that is due later has it sent as soon as it is") {
    Sender it(1);

    CHECK(it.wait(2, "30") == "canceled");

    REQUIRE(it.first_at);
    CHECK(*it.first_at >= std::chrono::seconds(2));
    CHECK(it.server.home.clock.monotonic() < std::chrono::seconds(3));
}

TEST_CASE("waiting for a post that nobody can send gives up in time") {
    Sender it(-1);

    CHECK(it.wait(0, "2") == "scheduled");

    CHECK(it.asked > 1);
    CHECK(it.server.home.clock.monotonic() >= std::chrono::seconds(2));
    CHECK(it.server.home.clock.monotonic() < std::chrono::seconds(3));
}

TEST_CASE("whoever sends a post is told how long it is waited for") {
    Sender it(-1);
    std::optional<Milliseconds> told;
    it.server.context.deliver = [&](const PostId& id, Milliseconds most, const std::stop_token&) {
        told = most;
        it.settle(id);
    };

    CHECK(it.wait(0, "7") == "canceled");

    CHECK(told == std::chrono::seconds(7));
}

TEST_CASE("waiting for a post whose account cannot be opened ends at once") {
    Sender it(-1);
    it.server.context.deliver = [&](const PostId& id, Milliseconds, const std::stop_token&) {
        ++it.asked;
        it.server.home.store.write([&](store::Transaction& transaction) {
            transaction.execute(
                R"sql(
UPDATE post
SET state = 'retrying', code = 'forbidden', wake_at = $2
WHERE id = $1)sql",
                {id, it.server.home.clock.now() + std::chrono::seconds(20)});
        });
    };

    CHECK(it.wait(0, "30") == "retrying");

    CHECK(it.asked == 1);
    CHECK(it.server.home.clock.monotonic() < std::chrono::seconds(1));
}

TEST_CASE("a post is shown as it is when the server wants to end or the caller has left") {
    SUBCASE("the server wants to end") {
        Sender it(-1);
        it.server.closing.request_stop();
        CHECK(it.wait(5, "30") == "scheduled");
        CHECK(it.server.home.clock.monotonic() < std::chrono::seconds(1));
    }
    SUBCASE("the caller has left") {
        Sender it(-1);
        it.server.stop.request_stop();
        CHECK(it.wait(5, "30") == "scheduled");
        CHECK(it.server.home.clock.monotonic() < std::chrono::seconds(1));
    }
}

TEST_CASE("whoever waits for posts or events in many places gets no more, and others do") {
    Sender it(-1);
    const auto posts = it.server.call(
        "POST",
        "/api/v1/posts",
        {{"content_id", it.server.add("Hello.")}, {"accounts", {"outbox"}}, {"in_seconds", 3600}});
    const auto path = "/api/v1/posts/" + posts.json.at("items").at(0).at("id").get<std::string>();
    std::vector<api::Response> open;
    for (int i = 0; i < 6; ++i) {
        api::Request request;
        request.target = "/api/v1/events";
        request.query = "stream=1";
        open.push_back(it.server.router.handle(request, it.server.home.owner));
    }
    CHECK(open.back().status == 200);

    const auto refused = it.server.call("GET", path + "?wait=1");

    CHECK(refused.code() == "busy");
    CHECK(refused.header("Retry-After") == "5");
    CHECK(it.server.call("GET", path).status == 200);
    CHECK(it.server.call("GET", path + "?wait=0").status == 200);
    open.pop_back();
    CHECK(it.server.call("GET", path + "?wait=1").status == 200);
}

TEST_CASE("a post that is only looked at is sent by nobody") {
    Sender it(1);

    CHECK(it.wait(0, "0") == "scheduled");

    CHECK(it.asked == 0);
}

}  // namespace
}  // namespace caas
