// Posts of an account that was disconnected: nothing is left waiting, and nothing is made to wait.
#include <doctest/doctest.h>

#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Server;

struct Gone : Server {
    Gone() : content(add("Hello.")) { connect(); }

    void connect() {
        call(
            "POST",
            "/api/v1/accounts/outbox/connect",
            {{"name", "side"}, {"identifier", (home.folder / "side").string()}});
    }

    std::string schedule() {
        const auto made = call(
            "POST",
            "/api/v1/posts",
            {{"content_id", content}, {"accounts", {"side"}}, {"in_seconds", 3600}});
        return made.json.at("items").at(0).at("id").get<std::string>();
    }

    void force(const std::string& post, const std::string& state) {
        home.store.write([&](store::Transaction& transaction) {
            return transaction.execute(
                "UPDATE post SET state = $2, wake_at = NULL WHERE id = $1", {post, state});
        });
    }

    Json post(const std::string& id) { return call("GET", "/api/v1/posts/" + id).json; }

    api::Answer retry(const std::string& id) {
        return call("POST", "/api/v1/posts/" + id + "/retry", Json::object());
    }

    std::string content;
};

TEST_CASE("disconnecting says how many posts ended and how") {
    Gone it;
    const auto waiting = it.schedule();
    const auto doubtful = it.schedule();
    it.force(doubtful, "unconfirmed");

    const auto gone = it.call("DELETE", "/api/v1/accounts/side").json;

    CHECK(gone.at("canceled_posts") == 1);
    CHECK(gone.at("failed_posts") == 0);
    CHECK(gone.at("unconfirmed_posts") == 1);
    CHECK(gone.at("publishing_posts") == 0);
    CHECK(it.post(waiting).at("state") == "canceled");
    CHECK(it.post(doubtful).at("state") == "unconfirmed");
}

TEST_CASE("a post of an account that is gone is neither tried again nor moved") {
    Gone it;
    const auto failed = it.schedule();
    const auto canceled = it.schedule();
    it.force(failed, "failed");
    it.call("DELETE", "/api/v1/accounts/side");

    const auto retried = it.retry(failed);
    CHECK(retried.status == 409);
    CHECK(json::text_or(retried.json, "hint", "").find("account connect") != std::string::npos);
    CHECK(it.post(failed).at("state") == "failed");
    it.force(failed, "missed");
    CHECK(it.call("PATCH", "/api/v1/posts/" + failed, {{"in_seconds", 60}}).status == 409);
    // What is canceled stays so, connected or not: it says that and not something else.
    CHECK(it.retry(canceled).status == 409);
    CHECK(it.retry(canceled).text.find("it is canceled") != std::string::npos);

    it.connect();
    it.force(failed, "failed");
    CHECK(it.retry(failed).json.at("state") == "scheduled");
}

TEST_CASE("a post in doubt that was not sent ends with the account that is gone") {
    Gone it;
    const auto doubtful = it.schedule();
    it.force(doubtful, "unconfirmed");
    it.call("DELETE", "/api/v1/accounts/side");

    const auto said =
        it.call("POST", "/api/v1/posts/" + doubtful + "/reconcile", {{"sent", false}});

    CHECK(said.status == 200);
    CHECK(said.json.at("state") == "canceled");
}

TEST_CASE("a post in doubt that was not sent is canceled with the same call") {
    Gone it;
    const auto doubtful = it.schedule();
    it.force(doubtful, "unconfirmed");
    const auto said = [&](const Json& body) {
        return it.call("POST", "/api/v1/posts/" + doubtful + "/reconcile", body);
    };

    CHECK(said({{"sent", true}, {"cancel", true}}).status == 422);
    CHECK(it.post(doubtful).at("state") == "unconfirmed");

    const auto canceled = said({{"sent", false}, {"cancel", true}});
    CHECK(canceled.status == 200);
    CHECK(canceled.json.at("state") == "canceled");
}

TEST_CASE("a post that was sent is where an address says, not just any word") {
    Gone it;
    const auto doubtful = it.schedule();
    it.force(doubtful, "unconfirmed");
    const auto sent = [&](const std::string& url) {
        return it.call(
            "POST", "/api/v1/posts/" + doubtful + "/reconcile", {{"sent", true}, {"url", url}});
    };

    for (const auto* url :
         {"",
          " ",
          "notaurl",
          "javascript:alert(1)",
          "example.org/1",
          "at://did:plc:a/app.bsky.feed.post/3k"}) {
        CAPTURE(url);
        const auto refused = sent(url);
        CHECK(refused.status == 422);
        CHECK(refused.json.at("errors").at(0).at("pointer") == "/url");
    }
    CHECK(it.post(doubtful).at("state") == "unconfirmed");

    const auto taken = sent("https://example.org/1");
    CHECK(taken.status == 200);
    CHECK(taken.json.at("url") == "https://example.org/1");
}

TEST_CASE("a post that was sent to where nobody knows has no address") {
    Gone it;
    const auto doubtful = it.schedule();
    it.force(doubtful, "unconfirmed");

    const auto taken =
        it.call("POST", "/api/v1/posts/" + doubtful + "/reconcile", {{"sent", true}});

    CHECK(taken.status == 200);
    CHECK(taken.json.at("state") != "unconfirmed");
    CHECK(taken.json.at("url").is_null());
}

}  // namespace
}  // namespace caas
