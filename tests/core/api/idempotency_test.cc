// What becomes of a key when its answer never leaves.
#include "core/api/idempotency.h"

#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Server;

api::Response begin_stream(Server& server) {
    api::Request request;
    request.method = "POST";
    request.target = "/api/v1/content/generate";
    request.query = "stream=1";
    request.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", "k"}};
    request.body = std::make_unique<api::TextBody>(R"({"prompt":"Hello","provider":"offline"})");
    return server.router.handle(request, server.home.owner);
}

TEST_CASE("a stream that is never begun, since there is no room for it, frees its key") {
    Server server;
    {
        const auto response = begin_stream(server);
        REQUIRE(std::holds_alternative<api::EventStream>(response.body));
        CHECK(server.home.count("idempotency") == 1);
        // Whoever asks again meanwhile is told to wait.
        CHECK(begin_stream(server).status == 409);
    }
    CHECK(server.home.count("idempotency") == 0);

    std::string written;
    {
        const auto again = begin_stream(server);
        std::get<api::EventStream>(again.body)([&](std::string_view piece) {
            written += piece;
            return true;
        });
    }
    CHECK(written.find("event: done\n") != std::string::npos);
    CHECK(server.home.count("content") == 1);
    CHECK(server.home.count("idempotency") == 1);
}

TEST_CASE("a call of which nobody can tell whether it was stored keeps its key") {
    Server server;
    const auto content = server.add("Hello");
    const auto order = [&] {
        const Json body{{"content_id", content}, {"accounts", {"outbox"}}, {"in_seconds", 3600}};
        return server.send(
            "POST",
            "/api/v1/posts",
            std::make_unique<api::TextBody>(body.dump()),
            server.home.owner,
            {{"Content-Type", "application/json"}, {"Idempotency-Key", "k"}});
    };
    server.context.wake = [] {
        throw Error(Code::unavailable, "whether it was stored cannot be found out now")
            .leave_undecided();
    };
    const auto lost = order();
    CHECK(lost.status == 503);
    CHECK(lost.json.at("is_undecided") == true);
    server.context.wake = [] {};

    const auto repeated = order();
    CHECK(repeated.status == 409);
    CHECK_FALSE(repeated.json.contains("is_undecided"));
    CHECK(server.home.count("post") == 1);
}

template <std::size_t mib>
api::Response answer_at_length(api::Call& /*call*/) {
    api::Response response;
    response.status = 201;
    response.body = std::string(mib << 20U, 'a');
    return response;
}

// What a route with this handler answers under the key `k`.
api::Response call_once(Server& server, api::Response (*handle)(api::Call&)) {
    const api::Route route{.method = "POST", .pattern = "/api/v1/posts/bulk", .handle = handle};
    api::Request request;
    request.method = "POST";
    request.target = "/api/v1/posts/bulk";
    api::Call call{
        server.context, request, server.home.owner, {}, api::Query(""), route.most_body_bytes};
    return api::handle_once(route, call, "k");
}

TEST_CASE("an answer of more than 1 MiB, as of a large bulk order, is given again") {
    Server server;
    const auto first = call_once(server, answer_at_length<3>);

    const auto again = call_once(server, answer_at_length<1>);

    CHECK(again.status == 201);
    CHECK(std::get<std::string>(again.body).size() == std::get<std::string>(first.body).size());
    REQUIRE_FALSE(again.headers.empty());
    CHECK(again.headers.back().first == "Idempotent-Replayed");
}

TEST_CASE("of an answer that is too long to keep it is said that the thing was done") {
    Server server;
    call_once(server, answer_at_length<17>);

    std::string told;
    try {
        call_once(server, answer_at_length<1>);
    } catch (const Error& e) {
        CHECK(e.code() == Code::conflict);
        told = e.what();
    }
    CHECK(told.find("was done, but its answer was too long to keep") != std::string::npos);
}

int order_under(Server& server, const std::string& content, const std::string& key) {
    const Json body{{"content_id", content}, {"accounts", {"outbox"}}, {"in_seconds", 3600}};
    return server
        .send(
            "POST",
            "/api/v1/posts",
            std::make_unique<api::TextBody>(body.dump()),
            server.home.owner,
            {{"Content-Type", "application/json"}, {"Idempotency-Key", key}})
        .status;
}

TEST_CASE("a slash at the end makes no other request of a repeat") {
    Server server;
    const auto add = [&](const std::string& target) {
        return server.send(
            "POST",
            target,
            std::make_unique<api::TextBody>(R"({"text":"Hello"})"),
            server.home.owner,
            {{"Content-Type", "application/json"}, {"Idempotency-Key", "k"}});
    };
    REQUIRE(add("/api/v1/content").status == 201);

    CHECK(add("/api/v1/content/").status == 201);
    CHECK(server.home.count("content") == 1);
}

// What the keys of the former database are when a backup takes its place that has none.
std::int64_t carry(Server& server, Milliseconds later = Milliseconds(0)) {
    const auto rows = server.home.store.read([](store::Reader& reader) {
        return reader.query(
            R"(SELECT organization_id, person_id, name, request, answer, started_at
FROM idempotency)",
            {});
    });

    struct Former : store::Reader {
        explicit Former(store::Rows rows) : left(std::move(rows)) {}

        store::Rows query(std::string_view /*sql*/, const store::Values& values) override {
            std::erase_if(left, [&](const store::Row& row) {
                return row.integer(5) <= *values.at(0).integer();
            });
            return std::exchange(left, {});
        }

        store::Rows left;
    } former(rows);

    const auto now = server.home.clock.now();
    server.home.store.write([&](store::Transaction& transaction) {
        transaction.execute("DELETE FROM idempotency", {});
        api::carry_keys(transaction, &former, now + later);
    });
    return server.home.count("idempotency");
}

TEST_CASE("a key of the database that a backup takes the place of is taken over with its answer") {
    Server server;
    const auto content = server.add("Hello");
    REQUIRE(order_under(server, content, "k") == 201);

    CHECK(carry(server) == 1);

    CHECK(order_under(server, content, "k") == 201);
    CHECK(server.home.count("post") == 1);
}

TEST_CASE("what was asked before a restore that brought another secret.key is not done again") {
    Server server;
    const auto content = server.add("Hello");
    REQUIRE(order_under(server, content, "k") == 201);
    server.home.store.write([](store::Transaction& transaction) {
        transaction.execute("UPDATE idempotency SET answer = 'v1.another.AAAA'", {});
    });

    CHECK(order_under(server, content, "k") == 409);
    CHECK(server.home.count("post") == 1);
}

TEST_CASE("a key that is older than a day is not taken over") {
    Server server;
    REQUIRE(order_under(server, server.add("Hello"), "k") == 201);

    CHECK(carry(server, std::chrono::hours(25)) == 0);
}

TEST_CASE("a key of somebody whom the backup does not know is not taken over") {
    Server server;

    struct Stranger : store::Reader {
        explicit Stranger(const OrganizationId& known) : organization(known) {}

        store::Rows query(std::string_view /*sql*/, const store::Values& /*values*/) override {
            store::Rows rows;
            if (!std::exchange(is_read, true))
                rows.emplace_back(std::vector<store::Value>{
                    organization, "stranger", "k", "", "", std::int64_t{1}});
            return rows;
        }

        OrganizationId organization;
        bool is_read = false;
    } former(server.home.owner.organization);

    server.home.store.write([&](store::Transaction& transaction) {
        api::carry_keys(transaction, &former, server.home.clock.now());
    });

    CHECK(server.home.count("idempotency") == 0);
}

TEST_CASE("a damaged key stops no restore, and those beside it are taken over") {
    Server server;

    struct Damaged : store::Reader {
        store::Rows query(std::string_view /*sql*/, const store::Values& /*values*/) override {
            return std::exchange(left, {});
        }

        store::Rows left;
    } former;

    const auto& owner = server.home.owner;
    const auto add = [&](const char* key, const store::Value& request, const store::Value& began) {
        former.left.emplace_back(std::vector<store::Value>{
            owner.organization, owner.person, key, request, store::Value(), began});
    };
    add("a", 7, std::int64_t{1});
    add("b", "digest", std::int64_t{1});
    add("c", "digest", "yesterday");
    SUBCASE("the last one has no name") {
        former.left.emplace_back(std::vector<store::Value>(6));
    }
    SUBCASE("all have names") {}

    server.home.store.write([&](store::Transaction& transaction) {
        api::carry_keys(transaction, &former, server.home.clock.now());
    });

    CHECK(server.home.count("idempotency") == 1);
}

}  // namespace
}  // namespace caas
