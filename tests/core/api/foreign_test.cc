// What belongs to another workspace is not there, and no error answer tells what is inside.
#include <doctest/doctest.h>

#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Server;

struct Try {
    std::string method;
    std::string target;
    Json body;
};

TEST_CASE("the ids of another workspace answer 404 on every route") {
    Server server;
    const auto content = server.add("Mine.");
    const auto post =
        server
            .call(
                "POST",
                "/api/v1/posts",
                {{"content_id", content}, {"accounts", {"outbox"}}, {"in_seconds", 3600}})
            .json.at("items")
            .at(0)
            .at("id")
            .get<std::string>();
    const auto account =
        server.call("GET", "/api/v1/accounts/outbox").json.at("id").get<std::string>();
    const auto token = server
                           .call(
                               "POST",
                               "/api/v1/organizations/" + server.organization() + "/tokens",
                               {{"scope", "read"}})
                           .json.at("id")
                           .get<std::string>();
    const auto base = "/api/v1/workspaces/" + server.workspace();
    const auto tokens = "/api/v1/organizations/" + server.organization() + "/tokens";
    REQUIRE(server.call("POST", base + "/voices", {{"name", "v"}, {"text", "t"}}).status == 201);
    const std::vector<Try> tries{
        {"GET", "/api/v1/content/" + content, nullptr},
        {"PATCH", "/api/v1/content/" + content, {{"text", "x"}}},
        {"DELETE", "/api/v1/content/" + content, nullptr},
        {"GET", "/api/v1/content/" + content + "/versions", nullptr},
        {"GET", "/api/v1/content/" + content + "/versions/1", nullptr},
        {"GET", "/api/v1/content/" + content + "/diff", nullptr},
        {"POST", "/api/v1/content/" + content + "/restore", {{"number", 1}}},
        {"POST", "/api/v1/content/lint", {{"content_id", content}}},
        {"POST", "/api/v1/posts", {{"content_id", content}, {"accounts", {account}}}},
        {"GET", "/api/v1/posts?content=" + content, nullptr},
        {"GET", "/api/v1/posts?account=" + account, nullptr},
        {"GET", "/api/v1/posts/" + post, nullptr},
        {"GET", "/api/v1/posts/" + post + "?wait=5", nullptr},
        {"PATCH", "/api/v1/posts/" + post, {{"in_seconds", 60}}},
        {"PATCH", "/api/v1/posts/" + post, {{"version", 1}}},
        {"DELETE", "/api/v1/posts/" + post, nullptr},
        {"POST", "/api/v1/posts/" + post + "/cancel", nullptr},
        {"POST", "/api/v1/posts/" + post + "/retry", nullptr},
        {"POST", "/api/v1/posts/" + post + "/reconcile", {{"sent", true}}},
        {"GET", "/api/v1/posts/" + post + "/attempts", nullptr},
        {"GET", "/api/v1/accounts/" + account, nullptr},
        {"POST", "/api/v1/accounts/" + account + "/check", nullptr},
        {"POST", "/api/v1/accounts/" + account + "/pause", nullptr},
        {"POST", "/api/v1/accounts/" + account + "/resume", nullptr},
        {"DELETE", "/api/v1/accounts/" + account, nullptr},
        {"GET", tokens, nullptr},
        {"POST", tokens, {{"scope", "read"}}},
        {"DELETE", tokens + "/" + token, nullptr},
        {"GET", base, nullptr},
        {"PATCH", base, {{"name", "taken"}}},
        {"GET", base + "/voices", nullptr},
        {"POST", base + "/voices", {{"name", "v"}, {"text", "x"}}},
        {"GET", base + "/voices/v", nullptr},
        {"DELETE", base + "/voices/v", nullptr},
    };
    const auto stranger = server.home.foreign();
    for (const auto& one : tries) {
        const auto& method = one.method;
        const auto& target = one.target;
        const auto& body = one.body;
        CAPTURE(method);
        CAPTURE(target);
        const auto answer = server.as(stranger, method, target, body);
        CHECK(answer.status == 404);
        CHECK(answer.code() == "not_found");
    }
    for (const auto* list : {"content", "posts", "accounts"})
        CHECK(server.as(stranger, "GET", std::string("/api/v1/") + list).json.at("items").empty());
    CHECK(server.as(stranger, "GET", "/api/v1/content?q=Mine").json.at("items").empty());
    // And nothing of it happened.
    CHECK(server.call("GET", "/api/v1/posts/" + post).json.at("state") == "scheduled");
    CHECK(server.call("GET", "/api/v1/content/" + content).json.at("latest") == 1);
    CHECK(server.call("GET", base + "/voices/v").json.at("text") == "t");
    CHECK(server.call("GET", tokens).json.at("items").at(0).at("revoked_at").is_null());
}

TEST_CASE("no error answer holds SQL, a path of this machine or a library's words") {
    Server server;
    const auto id = server.add("Hello.");
    const std::string long_name(5000, 'x');
    std::vector<Try> tries{
        {"GET", "/api/v1/content/" + long_name, nullptr},
        {"GET", "/api/v1/content/%27%3B%20DROP%20TABLE%20content", nullptr},
        {"GET", "/api/v1/content/a", nullptr},
        {"GET", "/api/v1/content?q=%22%27%28%29%2A", nullptr},
        {"GET", "/api/v1/content?q=%FF", nullptr},
        {"GET", "/api/v1/content?cursor=W10", nullptr},
        {"GET", "/api/v1/content/" + id + "/versions/0", nullptr},
        {"GET", "/api/v1/content/" + id + "/versions/99999999999", nullptr},
        {"GET", "/api/v1/content/" + id + "/versions/x", nullptr},
        {"GET", "/api/v1/content/" + id + "/diff?from=1&to=9", nullptr},
        {"GET", "/api/v1/content/" + id + "/diff?from=1&to=1&platform=nope", nullptr},
        {"POST", "/api/v1/content/" + id + "/restore", Json::object()},
        {"POST", "/api/v1/content/" + id + "/restore", {{"number", 9}}},
        {"PATCH", "/api/v1/content/" + id, Json::object()},
        {"PATCH", "/api/v1/content/" + id, {{"text", "b"}, {"expected_version", 9}}},
        {"PATCH", "/api/v1/content/" + id, {{"overrides", {{"nope", {{"text", "b"}}}}}}},
        {"POST", "/api/v1/content", {{"text", 7}}},
        {"POST", "/api/v1/content", {{"text", ""}}},
        {"POST", "/api/v1/content", {{"text", std::string("a\0b", 3)}}},
        {"POST", "/api/v1/content", {{"text", std::string(200'000, 'a')}}},
        {"POST", "/api/v1/content", {{"parts", Json::array()}}},
        {"POST", "/api/v1/content", {{"parts", {{{"txt", "a"}}}}}},
        {"POST", "/api/v1/content", {{"text", "a"}, {"parts", {"b"}}}},
        {"POST", "/api/v1/content", {{"text", "a"}, {"title", long_name}}},
        {"POST", "/api/v1/content", {{"text", "a"}, {"language", long_name}}},
        {"POST", "/api/v1/content/generate", {{"prompt", "a"}, {"platform", "nope"}}},
        {"POST", "/api/v1/content/generate", {{"prompt", ""}}},
        {"POST", "/api/v1/content/generate", {{"prompt", "a"}, {"variants", 99}}},
        {"POST", "/api/v1/content/generate", {{"prompt", "a"}, {"provider", "openai"}}},
        {"POST", "/api/v1/content/lint", Json::object()},
        {"POST", "/api/v1/content/lint", {{"text", "a"}, {"content_id", id}}},
        {"POST", "/api/v1/content/lint", {{"text", "a"}, {"version", 1}}},
        {"POST", "/api/v1/content/lint", {{"text", "a"}, {"platform", "nope"}}},
        {"POST", "/api/v1/posts", {{"content_id", id}}},
        {"POST", "/api/v1/posts", {{"content_id", id}, {"accounts", {"nope"}}}},
        {"POST", "/api/v1/posts", {{"content_id", id}, {"accounts", {std::string("\0", 1)}}}},
        {"POST", "/api/v1/posts", {{"content_id", id}, {"accounts", {"outbox"}}, {"at", "25:99"}}},
        {"POST",
         "/api/v1/posts",
         {{"content_id", id}, {"accounts", {"outbox"}}, {"zone", "../../etc/passwd"}}},
        {"POST",
         "/api/v1/posts",
         {{"content_id", id}, {"accounts", {"outbox"}}, {"due_at", "2020-01-01T00:00:00Z"}}},
        {"POST",
         "/api/v1/posts",
         {{"content_id", id},
          {"accounts", {"outbox"}},
          {"at", "2027-01-01 09:00"},
          {"in_seconds", 5}}},
        {"GET", "/api/v1/posts?state=lost", nullptr},
        {"GET", "/api/v1/posts?from=yesterday", nullptr},
        {"GET", "/api/v1/posts?order=up", nullptr},
        {"GET", "/api/v1/posts/zzzzzzzz?wait=31", nullptr},
        {"GET", "/api/v1/calendar", nullptr},
        {"GET",
         "/api/v1/calendar?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&tz=Nowhere",
         nullptr},
        {"POST", "/api/v1/accounts/webhook/connect", Json::object()},
        {"POST", "/api/v1/accounts/webhook/connect", {{"base_url", "ftp://x"}, {"secret", "s"}}},
        {"POST",
         "/api/v1/accounts/webhook/connect",
         {{"base_url", "https://e.org"}, {"secret", "s"}, {"zone", "Nowhere"}}},
        {"POST", "/api/v1/accounts/linkedin/connect", Json::object()},
        {"POST", "/api/v1/accounts/outbox/connect", {{"identifier", "/etc/secret"}}},
        {"POST", "/api/v1/organizations/" + server.organization() + "/tokens", {{"scope", "all"}}},
        {"POST",
         "/api/v1/organizations/" + server.organization() + "/tokens",
         {{"scope", "read"}, {"name", "\n"}}},
        {"POST",
         "/api/v1/organizations/" + server.organization() + "/tokens",
         {{"scope", "read"}, {"expires_in_days", 0}}},
        {"POST",
         "/api/v1/organizations/" + server.organization() + "/tokens",
         {{"scope", "read"}, {"workspace_id", "nope"}}},
        {"PATCH", "/api/v1/workspaces/" + server.workspace(), {{"zone", "Nowhere"}}},
        {"PATCH", "/api/v1/workspaces/" + server.workspace(), {{"name", ""}}},
        {"POST", "/api/v1/workspaces/" + server.workspace() + "/voices", {{"name", "a"}}},
    };
    const auto folder = server.home.folder.path().string();
    for (const auto& one : tries) {
        const auto& method = one.method;
        const auto& target = one.target;
        const auto& body = one.body;
        CAPTURE(method);
        CAPTURE(target.substr(0, 200));
        CAPTURE(body.dump().substr(0, 200));
        const auto answer = server.as(server.home.remote(), method, target, body);
        CAPTURE(answer.text);
        CHECK(answer.status >= 400);
        CHECK(answer.status != 500);
        CHECK(answer.text.size() < 4000);
        CHECK(answer.json.at("detail").get<std::string>().size() > 5);
        for (const auto* word :
             {"SELECT",
              "INSERT",
              "sqlite",
              "SQLite",
              "json.exception",
              "nlohmann",
              "std::",
              ".cc:",
              "basic_string",
              "/usr/",
              CAAS_SOURCE_DIR,
              "what():",
              "terminate"})
            CHECK(answer.text.find(word) == std::string::npos);
        CHECK(answer.text.find(folder) == std::string::npos);
    }
}

}  // namespace
}  // namespace caas
