// Numbers for monitoring.
#include <doctest/doctest.h>

#include "core/api/tally.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Answer;
using api::Server;

Answer ask(
    Server& server,
    const std::string& from,
    const std::optional<access::Principal>& principal = std::nullopt,
    net::Headers headers = {}) {
    server.address = from;
    auto answer = server.send("GET", "/metrics", nullptr, principal, std::move(headers));
    server.address.clear();
    return answer;
}

bool has_line(const Answer& answer, const std::string& line) {
    return ("\n" + answer.text).find("\n" + line + "\n") != std::string::npos;
}

TEST_CASE("metrics count the queue and the answers of this process") {
    Server server;
    const auto id = server.add("Later.");
    const Json order{{"content_id", id}, {"accounts", {"outbox"}}, {"in_seconds", 60}};
    REQUIRE(server.call("POST", "/api/v1/posts", order).status == 201);
    CHECK(server.call("GET", "/api/v1/content/zzzz").status == 404);
    server.home.clock.advance(std::chrono::seconds(70));

    const auto shown = ask(server, "127.0.0.1");

    CHECK(shown.status == 200);
    CHECK(shown.header("Content-Type").starts_with("text/plain; version=0.0.4"));
    CHECK(has_line(shown, "caas_build_info{version=\"1.2.3\"} 1"));
    CHECK(has_line(shown, "caas_queue_posts{state=\"due\"} 1"));
    CHECK(has_line(shown, "caas_queue_lateness_seconds 10"));
    CHECK(has_line(shown, "caas_http_answers_total{class=\"2xx\"} 2"));
    CHECK(has_line(shown, "caas_http_answers_total{class=\"4xx\"} 1"));
    CHECK(has_line(shown, "# TYPE caas_store_commits_total counter"));
    // Each sample is one of ours.
    for (std::size_t at = 0; at < shown.text.size(); at = shown.text.find('\n', at) + 1)
        CHECK((shown.text[at] == '#' || shown.text.compare(at, 5, "caas_") == 0));
}

TEST_CASE("metrics are for the machine itself and the owner of the installation") {
    Server server;
    auto owner = server.home.remote();
    owner.token = TokenId(server.home.ids.text());
    owner.is_installation_owner = false;
    auto boss = owner;
    boss.is_installation_owner = true;
    auto reader = boss;
    reader.scope = access::Scope::read;

    for (const auto* near : {"", "127.0.0.1", "127.8.8.8", "::1"})
        CHECK(ask(server, near).status == 200);
    CHECK(ask(server, "192.0.2.1").status == 401);
    CHECK(ask(server, "192.0.2.1", owner).status == 401);
    CHECK(ask(server, "192.0.2.1", reader).status == 401);
    CHECK(ask(server, "192.0.2.1", boss).status == 200);
    // A proxy on this machine that nobody told us about passes the world on.
    for (const auto* name : {"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"})
        CHECK(ask(server, "127.0.0.1", std::nullopt, {{name, "192.0.2.1"}}).status == 401);
}

}  // namespace
}  // namespace caas
