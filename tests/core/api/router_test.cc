// What every route has in common, walked over the whole table.
#include "core/api/router.h"

#include <set>

#include <doctest/doctest.h>

#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Server;

// A body that notes whether anybody looked at it.
class Watched final : public api::BodySource {
  public:
    explicit Watched(bool& was_read, std::optional<std::uint64_t> length = 2)
        : was_read_(was_read), length_(length) {}

    std::optional<std::uint64_t> length() const override { return length_; }

    std::size_t read(std::span<char>) override {
        was_read_ = true;
        return 0;
    }

  private:
    bool& was_read_;
    std::optional<std::uint64_t> length_;
};

// Never ends and never says how long it is.
class Endless final : public api::BodySource {
  public:
    explicit Endless(std::uint64_t& count) : count_(count) {}

    std::optional<std::uint64_t> length() const override { return std::nullopt; }

    std::size_t read(std::span<char> into) override {
        std::fill(into.begin(), into.end(), ' ');
        count_ += into.size();
        return into.size();
    }

  private:
    std::uint64_t& count_;
};

std::string target_of(const api::Route& route, const Server& server) {
    std::string path(route.pattern);
    constexpr std::string_view organizations = "/api/v1/organizations/";
    if (path.starts_with(organizations))
        path.replace(organizations.size(), 4, server.organization());
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{'))
        path.replace(open, path.find('}') - open + 1, "zzzzzzzz");
    return path;
}

TEST_CASE("the table has every operation once, under its own words") {
    std::set<std::string> seen;
    for (const auto& route : api::routes()) {
        CAPTURE(route.pattern);
        CHECK(seen.insert(std::string(route.method) + " " + std::string(route.pattern)).second);
        CHECK_FALSE(route.summary.empty());
        CHECK(route.pattern.front() == '/');
        CHECK(route.pattern.back() != '/');
        // Only files are longer, and are never held in memory; of what Stripe delivers no more than
        // an event is read (stripe_test.cc).
        CHECK(
            (route.most_body_bytes <= 2U << 20U || route.body_type == "multipart/form-data" ||
             route.body == "StripeEvent"));
    }
    CHECK(seen.size() > 35);
}

TEST_CASE("who is nobody gets 401 before the body is looked at") {
    Server server;
    for (const auto& route : api::routes()) {
        CAPTURE(route.method);
        CAPTURE(route.pattern);
        bool was_read = false;
        const auto answer = server.send(
            std::string(route.method),
            target_of(route, server) + "?nonsense=1",
            std::make_unique<Watched>(was_read),
            std::nullopt,
            {{"Content-Type", "text/plain"}});

        CHECK_FALSE(was_read);
        if (route.access == api::Access::open) {
            CHECK(answer.status != 401);
            continue;
        }
        CHECK(answer.status == 401);
        CHECK(answer.code() == "unauthenticated");
        CHECK(answer.header("WWW-Authenticate") == "Bearer");
    }
    // Nor does it tell which paths exist.
    CHECK(server.send("GET", "/nowhere", nullptr, std::nullopt).status == 401);
    CHECK(server.send("PUT", "/api/v1/posts", nullptr, std::nullopt).status == 401);
}

TEST_CASE("who shows a token that is not good is told so, and nothing of what it was") {
    Server server;
    const auto ask = [&](const std::string& target, const std::string& shown) {
        return server.send("GET", target, nullptr, std::nullopt, {{"Authorization", shown}});
    };

    const auto refused = ask("/api/v1/content", "bearer caas_nonsense");

    CHECK(refused.status == 401);
    CHECK(refused.code() == "unauthenticated");
    CHECK(refused.header("WWW-Authenticate") == R"(Bearer error="invalid_token")");
    CHECK(refused.json.at("detail") == "This token is not valid, or not any more");
    CHECK(ask("/nowhere", "Bearer x").header("WWW-Authenticate").ends_with("\"invalid_token\""));
    CHECK(ask("/api/v1/content", "Basic YTpi").header("WWW-Authenticate") == "Bearer");
    CHECK(ask("/healthz", "Bearer x").status == 200);
}

TEST_CASE("who may not is refused before the body is looked at") {
    Server server;
    auto viewer = server.home.remote();
    viewer.role = access::Role::viewer;
    viewer.is_installation_owner = false;
    for (const auto& route : api::routes()) {
        if (route.access == api::Access::open || access::allows(viewer, route.action))
            continue;
        CAPTURE(route.method);
        CAPTURE(route.pattern);
        bool was_read = false;
        const auto answer = server.send(
            std::string(route.method),
            target_of(route, server),
            std::make_unique<Watched>(was_read),
            viewer);
        CHECK(answer.status == 403);
        CHECK(answer.code() == "forbidden");
        CHECK_FALSE(was_read);
    }
}

TEST_CASE("every answer and every problem carries the request's id") {
    Server server;
    const auto fine = server.call("GET", "/api/v1/accounts");
    CHECK_FALSE(fine.header("X-Request-Id").empty());
    CHECK(fine.header("Content-Type") == "application/json; charset=utf-8");

    const auto none = server.call("GET", "/api/v1/nothing");
    CHECK(none.status == 404);
    CHECK(none.header("Content-Type") == "application/problem+json");
    CHECK(none.json.at("request_id") == none.header("X-Request-Id"));
    for (const auto* key : {"type", "title", "status", "detail", "code", "hint"})
        CHECK(none.json.contains(key));
    CHECK(none.json.at("status") == 404);
}

TEST_CASE("a wrong method names those that are possible") {
    Server server;
    const auto answer = server.call("PUT", "/api/v1/posts/abcd1234");
    CHECK(answer.status == 405);
    CHECK(answer.code() == "method_not_allowed");
    CHECK(answer.header("Allow") == "GET, HEAD, PATCH, DELETE");
    CHECK(
        server.call("DELETE", "/api/v1/content/generate").header("Allow").find("POST") !=
        std::string::npos);
}

TEST_CASE("a slash at the end and HEAD are taken") {
    Server server;
    CHECK(server.call("GET", "/api/v1/content/").status == 200);
    CHECK(server.call("GET", "/healthz/").status == 200);
    CHECK(server.call("HEAD", "/api/v1/content").status == 200);
    CHECK(server.call("HEAD", "/api/v1/content/generate").status == 405);
}

TEST_CASE("an empty id in a path is not found and gives no list") {
    Server server;
    for (const auto* path :
         {"/api/v1/content//",
          "/api/v1/posts//",
          "/api/v1/posts//cancel",
          "/api/v1//content",
          "//api/v1/content",
          "//"}) {
        CAPTURE(path);
        CHECK(server.call("GET", path).status == 404);
    }
    CHECK(server.call("DELETE", "/api/v1/organizations/").status == 405);
}

TEST_CASE("ids in a path are decoded, broken ones are said") {
    Server server;
    server.home.store.write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE account SET name = 'my box/1'", {});
    });
    CHECK(server.call("GET", "/api/v1/accounts/my%20box%2F1").json.at("name") == "my box/1");
    CHECK(server.call("GET", "/api/v1/accounts/my%2").status == 400);
    CHECK(server.call("GET", "/api/v1/accounts/my%zz").status == 400);
    CHECK(server.call("GET", "/api/v1/accounts/%00").status == 404);
    CHECK(server.call("GET", "/api/v1/accounts/%ff%fe").status == 404);
}

TEST_CASE("a body has to be JSON, by its type and by its bytes") {
    Server server;
    const auto send = [&](const std::string& body, net::Headers headers) {
        return server.send(
            "POST",
            "/api/v1/content",
            std::make_unique<api::TextBody>(body),
            server.home.owner,
            std::move(headers));
    };
    CHECK(send("text=hi", {{"Content-Type", "application/x-www-form-urlencoded"}}).status == 415);
    CHECK(send("{}", {{"Content-Type", "text/plain"}}).code() == "unsupported_media_type");
    CHECK(send("{}", {{"Content-Type", "application/jsonp"}}).status == 415);
    CHECK(
        send(R"({"text":"a"})", {{"content-type", "Application/JSON; charset=utf-8"}}).status ==
        201);
    CHECK(send(R"({"text":"a"})", {}).status == 201);
    for (const auto* broken :
         {"{", "{\"text\":}", "nonsense", "{\"text\":\"a\"} x", "\xff\xfe", "{'text':'a'}"}) {
        CAPTURE(broken);
        const auto answer = send(broken, {});
        CHECK(answer.status == 400);
        CHECK(answer.code() == "bad_request");
    }
    CHECK(send(std::string(100'000, '['), {}).status == 400);
    for (const auto* other : {"[]", "\"text\"", "7", "null"}) {
        CAPTURE(other);
        CHECK(send(other, {}).status == 422);
    }
    CHECK(send("{\"text\":\"caf\xe9\"}", {}).status == 400);
}

TEST_CASE("a body that says it is too large is not read, one that does not say it is cut off") {
    Server server;
    for (const auto& route : api::routes()) {
        // A page's form is no JSON. Stripe delivers where plans are sold (stripe_test.cc).
        if (route.method == "GET" || route.method == "DELETE" ||
            route.media_type != "application/json" || route.body_type != "application/json" ||
            route.body == "StripeEvent")
            continue;
        CAPTURE(route.pattern);
        const auto target = target_of(route, server);
        bool was_read = false;
        const auto told = server.send(
            std::string(route.method),
            target,
            std::make_unique<Watched>(was_read, route.most_body_bytes + 1),
            server.home.owner);
        CHECK(told.status == 413);
        CHECK(told.code() == "too_large");
        CHECK_FALSE(was_read);

        std::uint64_t count = 0;
        const auto endless = server.send(
            std::string(route.method), target, std::make_unique<Endless>(count), server.home.owner);
        CHECK(endless.status == 413);
        CHECK(count < route.most_body_bytes + (256U << 10U));
    }
}

TEST_CASE("no thread waits for the body of a stranger") {
    for (const auto& route : api::routes()) {
        CAPTURE(route.pattern);
        // What Stripe signs is signed over the whole of it.
        if (route.access == api::Access::open && route.method != "GET" &&
            route.body != "StripeEvent")
            CHECK(route.most_body_bytes <= api::most_stranger_bytes);
    }
    Server server;
    bool was_read = false;
    const auto refused = server.send(
        "POST",
        "/api/v1/auth/login",
        std::make_unique<Watched>(was_read, 100'000),
        std::nullopt,
        {{"Content-Type", "application/json"}});
    CHECK(refused.status == 413);
    CHECK_FALSE(was_read);
}

TEST_CASE("an unknown field is refused with the nearest name, on every route that takes a body") {
    Server server;
    const auto answer = server.call("POST", "/api/v1/content", {{"txet", "hi"}});
    CHECK(answer.status == 422);
    CHECK(answer.code() == "invalid");
    CHECK(answer.json.at("hint") == "did you mean `text`?");
    CHECK(answer.json.at("errors").at(0).at("pointer") == "/txet");
    CHECK(answer.json.at("errors").at(0).at("rule") == "unknown_field");
    CHECK(server.call("GET", "/api/v1/content?limt=3").json.at("hint") == "did you mean `limit`?");
    CHECK(server.call("GET", "/api/v1/content?limit=3&limit=4").status == 400);
    CHECK(server.call("GET", "/api/v1/content?limit=%zz").status == 400);
    for (const auto* limit : {"0", "201", "-1", "x", "1e2", "99999999999999999999"}) {
        CAPTURE(limit);
        CHECK(server.call("GET", std::string("/api/v1/content?limit=") + limit).status == 422);
    }
    CHECK(server.call("GET", "/api/v1/content?cursor=forged").status == 422);
}

TEST_CASE("a failure nobody foresaw says nothing of itself") {
    Server server;
    server.context.wake = [] { throw std::runtime_error("SELECT secret FROM /etc/passwd"); };
    const auto id = server.add("Hello.");
    const auto answer =
        server.call("POST", "/api/v1/posts", {{"content_id", id}, {"accounts", {"outbox"}}});
    CHECK(answer.status == 500);
    CHECK(answer.code() == "internal");
    CHECK(answer.text.find("SELECT") == std::string::npos);
}

TEST_CASE("where files lie is told to the local owner only") {
    Server server;
    const auto folder = server.home.folder.path().string();
    server.context.wake = [&] {
        throw Error(Code::storage_full, "No space for " + folder + "/caas.db", "clean " + folder);
    };
    const auto id = server.add("Hello.");
    const Json body{{"content_id", id}, {"accounts", {"outbox"}}};
    const auto near = server.call("POST", "/api/v1/posts", body);
    const auto far = server.as(server.home.remote(), "POST", "/api/v1/posts", body);
    CHECK(near.status == 507);
    CHECK(near.text.find(folder) != std::string::npos);
    CHECK(far.status == 507);
    CHECK(far.json.at("detail") == "No space for (data)/caas.db");
    CHECK(far.json.at("hint") == "clean (data)");
}

TEST_CASE("a body that names a field twice is refused, since two readers may read two things") {
    api::Server server;
    const auto path = "/api/v1/organizations/" + server.organization() + "/tokens";
    const auto send = [&](const std::string& body) {
        return server.send(
            "POST",
            path,
            std::make_unique<api::TextBody>(body),
            server.home.owner,
            {{"Content-Type", "application/json"}});
    };

    const auto twice = send(R"({"scope":"read","scope":"admin"})");
    CHECK(twice.status == 400);
    CHECK(twice.text.find("`scope` twice") != std::string::npos);
    CHECK(send(R"({"scope":"read","\u0073cope":"admin"})").status == 400);
    CHECK(send(R"({"scope":"read"})").status == 201);
}

}  // namespace
}  // namespace caas
