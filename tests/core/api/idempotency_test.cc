// What becomes of a key when its answer never leaves.
#include "core/api/idempotency.h"

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

}  // namespace
}  // namespace caas
