// What every route of the API has alike: Idempotency-Key, entity tags, rate limits, cross-origin
// rules, headers.
#include <fstream>

#include <doctest/doctest.h>

#include "core/access/token.h"
#include "core/api/etag.h"
#include "core/base/file.h"
#include "core/config/plans.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Answer;
using api::Server;

Answer send(
    Server& server,
    const std::string& method,
    const std::string& target,
    const Json& body,
    net::Headers headers,
    std::optional<access::Principal> principal = std::nullopt) {
    headers.emplace_back("Content-Type", "application/json");
    auto source = body.is_null() ? nullptr : std::make_unique<api::TextBody>(body.dump());
    return server.send(
        method,
        target,
        std::move(source),
        principal ? *principal : server.home.owner,
        std::move(headers));
}

Answer keyed(Server& server, const std::string& key, const Json& body) {
    return send(server, "POST", "/api/v1/content", body, {{"Idempotency-Key", key}});
}

TEST_CASE("a write with a key is done once, and its repeat gets the same answer") {
    Server server;
    const auto first = keyed(server, "k1", {{"text", "Once."}});
    const auto again = keyed(server, "k1", {{"text", "Once."}});
    CHECK(first.status == 201);
    CHECK(first.header("Idempotent-Replayed").empty());
    CHECK(again.status == 201);
    CHECK(again.header("Idempotent-Replayed") == "true");
    CHECK(again.text == first.text);
    CHECK(again.header("Content-Type") == first.header("Content-Type"));
    CHECK(server.home.count("content") == 1);

    const auto other = keyed(server, "k1", {{"text", "Twice."}});
    CHECK(other.status == 409);
    CHECK(other.header("Retry-After").empty());
    CHECK(
        send(server, "POST", "/api/v1/posts", {{"text", "Once."}}, {{"Idempotency-Key", "k1"}})
            .status == 409);
    CHECK(keyed(server, "k2", {{"text", "Once."}}).status == 201);
    CHECK(server.home.count("content") == 2);
}

TEST_CASE("a key is the same with blanks around it, as HTTP has it") {
    Server server;
    keyed(server, "k", {{"text", "Once."}});

    CHECK(keyed(server, " k\t", {{"text", "Once."}}).header("Idempotent-Replayed") == "true");
    CHECK(server.home.count("content") == 1);
}

TEST_CASE("a key is kept for a day, for one person") {
    Server server;
    keyed(server, "k", {{"text", "Once."}});
    server.home.clock.advance(std::chrono::hours(24) + std::chrono::seconds(1));
    const auto later = keyed(server, "k", {{"text", "Another."}});
    CHECK(later.status == 201);
    CHECK(later.header("Idempotent-Replayed").empty());
    CHECK(server.home.count("idempotency") == 1);
}

TEST_CASE("what was refused leaves its key free") {
    Server server;
    const auto refused = keyed(server, "k", {{"txt", "Once."}});
    CHECK(refused.status == 422);
    CHECK(server.home.count("idempotency") == 0);
    CHECK(keyed(server, "k", {{"text", "Once."}}).status == 201);
    CHECK(keyed(server, "", {{"text", "Once."}}).status == 422);
    CHECK(keyed(server, "  ", {{"text", "Once."}}).status == 422);
    CHECK(keyed(server, std::string(256, 'k'), {{"text", "Once."}}).status == 422);
}

TEST_CASE("a repeat while the first is under way is told to come back, and later that it is lost") {
    Server server;
    keyed(server, "k", {{"text", "Once."}});
    // As if its process had not come to an end of it.
    server.home.store.write([](store::Transaction& transaction) {
        transaction.execute("UPDATE idempotency\nSET answer = NULL", {});
    });
    const auto early = keyed(server, "k", {{"text", "Once."}});
    CHECK(early.status == 409);
    CHECK(early.header("Retry-After") == "1");
    server.home.clock.advance(std::chrono::minutes(11));
    const auto late = keyed(server, "k", {{"text", "Once."}});
    CHECK(late.status == 409);
    CHECK(late.header("Retry-After").empty());
    CHECK(server.home.count("content") == 1);
}

TEST_CASE("answers that are kept hold no secret in clear") {
    Server server;
    const auto path = "/api/v1/organizations/" + server.organization() + "/tokens";
    const Json body{{"name", "ci"}, {"scope", "read"}};
    const auto made = send(server, "POST", path, body, {{"Idempotency-Key", "k"}});
    REQUIRE(made.status == 201);
    CHECK(send(server, "POST", path, body, {{"Idempotency-Key", "k"}}).text == made.text);
    const auto kept = server.home.store.read([](store::Reader& reader) {
        return reader.query("SELECT answer\nFROM idempotency", {}).front().text(0);
    });
    CHECK(kept.find(made.json.at("token").get<std::string>()) == std::string::npos);
    CHECK(kept.starts_with("v1."));
}

TEST_CASE("a stream with a key is written again without asking the provider again") {
    Server server;
    const Json body{{"prompt", "Our app works offline."}, {"provider", "offline"}};
    const auto stream = [&] {
        return send(
            server, "POST", "/api/v1/content/generate?stream=1", body, {{"Idempotency-Key", "k"}});
    };
    const auto first = stream();
    const auto again = stream();
    CHECK(first.text.find("event: done\n") != std::string::npos);
    CHECK(again.text == first.text);
    CHECK(server.home.count("content") == 1);

    Server hasty;
    hasty.hangs_up = true;
    send(hasty, "POST", "/api/v1/content/generate?stream=1", body, {{"Idempotency-Key", "k"}});
    CHECK(hasty.home.count("idempotency") == 0);
}

TEST_CASE("who leaves a stream hangs up on the provider in the middle of its answer") {
    Server server(api::Variables{
        {"CAAS_PROVIDERS_OPENAI_COMPATIBLE_MODEL", "m"},
        {"CAAS_PROVIDERS_DEFAULT", "openai-compatible"}});
    server.hangs_up = true;
    int pieces = 0;
    bool was_stopped = false;
    server.home.http.handler = [&](const net::Request& request) -> net::Result {
        for (; pieces < 100; ++pieces) {
            const std::string piece =
                R"(data: {"choices":[{"delta":{"content":")" +
                std::string(pieces == 0 ? R"({\"x\":{\"text\":\")" : "word ") + "\"}}]}\n\n";
            if (!request.on_data(piece) || request.stop.stop_requested()) {
                was_stopped = true;
                return net::Failure{net::Failure::Kind::canceled, true, "canceled"};
            }
        }
        return net::Failure{net::Failure::Kind::broken, true, "nobody left"};
    };
    const auto answer = server.call(
        "POST", "/api/v1/content/generate?stream=1", {{"prompt", "Write."}, {"platform", "x"}});
    CAPTURE(answer.text);
    CHECK(was_stopped);
    CHECK(pieces < 10);
    CHECK(server.home.http.asked.size() == 1);
    CHECK(server.home.count("content") == 0);
}

TEST_CASE("usage stands at the end of a stream") {
    Server server;
    const auto answer = server.call(
        "POST",
        "/api/v1/content/generate?stream=1",
        {{"prompt", "Our app works offline."}, {"provider", "offline"}});
    const auto done = answer.text.rfind("event: ");
    REQUIRE(answer.text.substr(done).starts_with("event: done\ndata: "));
    const auto version = Json::parse(answer.text.substr(done + 18)).at("version");
    for (const auto* name : {"input_tokens", "output_tokens", "latency_ms", "cost_usd", "model"})
        CHECK(version.contains(name));
}

TEST_CASE("a tag names a state, spares sending it again, and guards changes") {
    Server server;
    const auto path = "/api/v1/content/" + server.add("One.");
    const auto shown = server.call("GET", path);
    const auto tag = shown.header("ETag");
    CHECK(tag.size() == 34);
    const auto same = send(server, "GET", path, nullptr, {{"If-None-Match", "\"x\", W/" + tag}});
    CHECK(same.status == 304);
    CHECK(same.text.empty());
    CHECK(same.header("ETag") == tag);
    CHECK(send(server, "GET", path, nullptr, {{"If-None-Match", "\"x\""}}).status == 200);

    const Json two{{"text", "Two."}};
    const auto changed = send(server, "PATCH", path, two, {{"If-Match", tag}});
    CHECK(changed.status == 200);
    CHECK(changed.header("ETag") != tag);
    CHECK(changed.header("ETag") == server.call("GET", path).header("ETag"));
    const auto stale = send(server, "PATCH", path, {{"text", "Three."}}, {{"If-Match", tag}});
    CHECK(stale.status == 412);
    CHECK(stale.code() == "stale");
    CHECK(
        send(server, "POST", path + "/restore", {{"number", 1}}, {{"If-Match", tag}}).status ==
        412);
    CHECK(send(server, "DELETE", path, nullptr, {{"If-Match", tag}}).status == 412);
    CHECK(server.call("GET", path).json.at("text") == "Two.");
    // A precondition that nobody would look at is not passed over, nor said to be stale.
    const auto unheeded = send(server, "POST", "/api/v1/content", two, {{"If-Match", tag}});
    CHECK(unheeded.status == 400);
    CHECK(unheeded.code() == "bad_request");
    CHECK(send(server, "DELETE", path, nullptr, {{"If-Match", "*"}}).status == 200);

    CHECK(api::has_etag("*", tag));
    CHECK_FALSE(api::has_etag("", tag));
}

TEST_CASE("a tag of weekly slots holds until the slots change, however late it gets") {
    Server server;
    const std::string path = "/api/v1/accounts/outbox/slots";
    const auto slots_at = [](const std::string& time) {
        const Json slot{{"day", "mon"}, {"time", time}};
        return Json{{"items", Json::array({slot})}};
    };
    server.call("PUT", path, slots_at("09:00"));
    const auto tag = server.call("GET", path).header("ETag");
    server.home.clock.advance(std::chrono::hours(24 * 8));
    CHECK(server.call("GET", path).header("ETag") == tag);

    const auto changed = send(server, "PUT", path, slots_at("10:00"), {{"If-Match", tag}});
    const auto stale = send(server, "PUT", path, slots_at("11:00"), {{"If-Match", tag}});

    CHECK(changed.status == 200);
    CHECK(changed.header("ETag") == server.call("GET", path).header("ETag"));
    CHECK(stale.status == 412);
    CHECK(server.call("GET", path).json.at("items").at(0).at("time") == "10:00");
}

TEST_CASE("every thing that can be changed minds a stale tag") {
    Server server;
    const auto content = server.add("Hello.");
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
    const auto voices = "/api/v1/workspaces/" + server.workspace() + "/voices";
    server.call("POST", voices, {{"name", "house"}, {"text", "Short."}});
    const Json nothing = Json::object();
    const std::vector<std::tuple<std::string, std::string, Json>> changes{
        {"PATCH", "/api/v1/posts/" + post, {{"in_seconds", 60}}},
        {"POST", "/api/v1/posts/" + post + "/cancel", nothing},
        {"POST", "/api/v1/posts/" + post + "/retry", nothing},
        {"POST", "/api/v1/posts/" + post + "/reconcile", {{"sent", true}}},
        {"DELETE", "/api/v1/posts/" + post, nullptr},
        {"POST", "/api/v1/accounts/outbox/pause", nothing},
        {"POST", "/api/v1/accounts/outbox/resume", nothing},
        {"DELETE", "/api/v1/accounts/outbox", nullptr},
        {"PUT", "/api/v1/accounts/outbox/slots", {{"items", Json::array()}}},
        {"PATCH", "/api/v1/workspaces/" + server.workspace(), {{"name", "other"}}},
        {"PATCH", "/api/v1/organizations/" + server.organization(), {{"name", "other"}}},
        {"POST", voices, {{"name", "house"}, {"text", "Long."}}},
        {"DELETE", voices + "/house", nullptr}};
    for (const auto& one : changes) {
        const auto& method = std::get<0>(one);
        const auto& target = std::get<1>(one);
        const auto& body = std::get<2>(one);
        CAPTURE(method);
        CAPTURE(target);
        const auto answer = send(server, method, target, body, {{"If-Match", "\"old\""}});
        CHECK(answer.status == 412);
    }
    const auto shown = server.call("GET", "/api/v1/accounts/outbox");
    const auto paused = send(
        server,
        "POST",
        "/api/v1/accounts/outbox/pause",
        nothing,
        {{"If-Match", shown.header("ETag")}});
    CHECK(paused.json.at("state") == "paused");
    CHECK(paused.header("ETag") == server.call("GET", "/api/v1/accounts/outbox").header("ETag"));
}

// Of a plan that allows little.
struct Limited : Server {
    Limited() : Server(api::Variables{{"CAAS_PLANS_DEFAULT", "free"}}) {
        token = home.remote();
        token.token = store_token();
    }

    TokenId store_token() {
        return home.store.write([&](store::Transaction& transaction) {
            access::NewToken asked;
            asked.organization = home.owner.organization;
            asked.person = home.owner.person;
            asked.name = "t";
            return access::create_token(transaction, home.ids, home.random, home.clock.now(), asked)
                .token.id;
        });
    }

    Answer write(const std::string& text) {
        return as(token, "POST", "/api/v1/content", {{"text", text}});
    }

    access::Principal token;
};

TEST_CASE("a token has so many calls in a minute, told in every answer") {
    Limited server;
    const auto first = server.write("0");
    REQUIRE(first.status == 201);
    CHECK(first.header("RateLimit-Limit") == "60");
    CHECK(first.header("RateLimit-Remaining") == "59");
    CHECK(first.header("RateLimit-Reset") == "60");
    for (int i = 1; i < 60; ++i)
        CHECK(server.write(std::to_string(i)).status == 201);
    const auto over = server.write("60");
    CHECK(over.status == 429);
    CHECK(over.code() == "rate_limited");
    CHECK(over.header("Retry-After") == "60");
    CHECK(over.header("RateLimit-Remaining") == "0");
    // Looking is another class, and the owner at the machine is not counted.
    CHECK(server.as(server.token, "GET", "/api/v1/content").status == 200);
    CHECK(server.call("POST", "/api/v1/content", {{"text", "mine"}}).status == 201);
    CHECK(server.call("GET", "/api/v1/content").header("RateLimit-Limit").empty());

    server.home.clock.advance(std::chrono::seconds(60));
    CHECK(server.write("61").status == 201);
}

TEST_CASE("an organization has so many calls, whoever makes them, and daemons share them") {
    Limited server;
    // Three daemons on one database.
    const api::Router second(server.context);
    const api::Router third(server.context);
    const std::array<const api::Router*, 3> daemons{&server.router, &second, &third};
    std::vector<access::Principal> tokens;
    for (int i = 0; i < 3; ++i) {
        tokens.push_back(server.token);
        tokens.back().token = server.store_token();
    }
    int passed = 0;
    for (std::size_t i = 0; i < 300; ++i) {
        api::Request request;
        request.method = "POST";
        request.target = "/api/v1/content";
        request.body = std::make_unique<api::TextBody>(R"({"text":"x"})");
        passed += daemons.at(i % 3)->handle(request, tokens.at(i / 3 % 3)).status == 201 ? 1 : 0;
    }
    // Never more than 120; of each other daemon a block of 6 may lie unused.
    CHECK(passed <= 120);
    CHECK(passed >= 120 - 2 * 6);
    // A write in six calls, for the token and for the organization.
    CHECK(server.home.count("call_count") == 4);
}

TEST_CASE("plans are read strictly") {
    const auto text = read_file(CAAS_SOURCE_DIR "/share/plans.toml", 1U << 20U);
    const auto plans = config::read_plans(text, "plans.toml");
    CHECK(plans.size() == 4);
    CHECK(config::find_plan(plans, "free").organization.generate == 10);
    CHECK_THROWS_AS(config::find_plan(plans, "gold"), Error);
    const auto fault = [](const std::string& of) {
        try {
            config::read_plans(of, "plans.toml");
        } catch (const Error& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    CHECK(fault("[a]\ntitel = 1") == "plans.toml:2: there is no titel here");
    CHECK(fault("[a]\ntitle = \"A\"") == "plans.toml:1: calls_per_minute is missing");
    CHECK(fault("a = 1") == "plans.toml:1: a must be a table");
    CHECK(fault("[a").starts_with("plans.toml:1: "));
    CHECK(
        fault("[a]\ntitle = \"A\"\n[a.calls_per_minute]\n"
              "organization = { read = 0, write = 1, generate = 1 }") ==
        "plans.toml:4: read must be a whole number above 0");
}

TEST_CASE("pages of the origins in the configuration may use the API, no others") {
    Server server(api::Variables{{"CAAS_HTTP_CORS_ORIGINS", "https://app.example.com"}});
    const net::Headers page{{"Host", "api.example.com"}, {"Origin", "https://app.example.com"}};
    auto asking = page;
    asking.emplace_back("Access-Control-Request-Method", "PATCH");
    const auto preflight = server.send(
        "OPTIONS", "/api/v1/content/0000", nullptr, std::optional<access::Principal>{}, asking);
    CHECK(preflight.status == 204);
    CHECK(preflight.header("Access-Control-Allow-Origin") == "https://app.example.com");
    CHECK(preflight.header("Access-Control-Allow-Methods").find("PATCH") != std::string::npos);
    for (const auto* name : {"If-Match", "Last-Event-ID"})
        CHECK(preflight.header("Access-Control-Allow-Headers").find(name) != std::string::npos);
    const auto answer = send(server, "GET", "/api/v1/content", nullptr, page);
    CHECK(answer.header("Access-Control-Allow-Origin") == "https://app.example.com");
    CHECK(answer.header("Access-Control-Expose-Headers").find("ETag") != std::string::npos);
    CHECK(answer.header("Vary") == "Origin");

    for (const auto* origin :
         {"https://evil.example.com", "https://app.example.com.evil.org", "null", "*"}) {
        const net::Headers foreign{
            {"Host", "api.example.com"},
            {"Origin", origin},
            {"Access-Control-Request-Method", "PATCH"}};
        const auto refused = server.send(
            "OPTIONS",
            "/api/v1/content/0000",
            nullptr,
            std::optional<access::Principal>{},
            foreign);
        CHECK(refused.status == 401);
        CHECK(refused.header("Access-Control-Allow-Origin").empty());
        CHECK(refused.header("Vary") == "Origin");
    }
}

TEST_CASE("a request that rides on a cookie must come from our own page") {
    Server server;
    const auto ask = [&](net::Headers headers) {
        headers.emplace_back("Host", "caas.example.com");
        headers.emplace_back("Cookie", "a=b; caas_refresh=x");
        return server
            .send(
                "POST",
                "/api/v1/auth/refresh",
                nullptr,
                std::optional<access::Principal>{},
                std::move(headers))
            .code();
    };
    const net::Header own{"X-Caas-Request", "1"};
    CHECK(ask({}) == "forbidden");
    CHECK(ask({{"Sec-Fetch-Site", "cross-site"}, own}) == "forbidden");
    CHECK(ask({{"Sec-Fetch-Site", "same-site"}, own}) == "forbidden");
    CHECK(ask({{"Origin", "https://evil.example.com"}, own}) == "forbidden");
    CHECK(ask({{"Origin", "null"}, own}) == "forbidden");
    CHECK(ask({{"Sec-Fetch-Site", "same-origin"}}) == "forbidden");
    CHECK(
        ask({{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://caas.example.com"}, own}) !=
        "forbidden");
}

TEST_CASE("every answer to the outside says what browsers shall not do with it") {
    Server server(api::Variables{{"CAAS_HTTP_PUBLIC_URL", "https://caas.example.com"}});
    for (const auto* target : {"/api/v1/content", "/healthz", "/nowhere", "/api/v1/content/zzzz"}) {
        const auto answer = send(server, "GET", target, nullptr, {{"Host", "caas.example.com"}});
        CAPTURE(target);
        CHECK(answer.header("X-Content-Type-Options") == "nosniff");
        CHECK(answer.header("X-Frame-Options") == "DENY");
        CHECK(answer.header("Referrer-Policy") == "no-referrer");
        CHECK(answer.header("Content-Security-Policy").find("default-src 'none'") == 0);
        CHECK(answer.header("Strict-Transport-Security") == "max-age=31536000");
        CHECK(
            answer.header("Cache-Control") ==
            (answer.status < 400 ? "private, no-cache" : "no-store"));
    }
}

std::vector<std::string> kinds(const Json& answer) {
    std::vector<std::string> out;
    for (const auto& item : answer.at("items"))
        out.push_back(
            item.at("kind").get<std::string>() + " " + item.at("state").get<std::string>());
    return out;
}

using Texts = std::vector<std::string>;

TEST_CASE("events tell what changed since a cursor, to whoever may see it") {
    Server server;
    auto& clock = server.home.clock;
    clock.advance(std::chrono::seconds(10));
    auto cursor = server.call("GET", "/api/v1/events").json.at("cursor").get<std::string>();
    const auto next = [&](const access::Principal& who) {
        const auto answer = server.as(who, "GET", "/api/v1/events?after=" + cursor);
        CHECK(answer.status == 200);
        cursor = answer.json.at("cursor").get<std::string>();
        return kinds(answer.json);
    };
    CHECK(next(server.home.owner).empty());
    const auto before = cursor;
    const auto id = server.add("News.");
    CHECK(next(server.home.owner) == Texts{"content present"});
    CHECK(next(server.home.owner).empty());

    clock.advance(std::chrono::seconds(1));
    server.call(
        "POST",
        "/api/v1/posts",
        {{"content_id", id}, {"accounts", {"outbox"}}, {"in_seconds", 60}});
    // What was told a moment ago may be told again.
    const auto after_post = next(server.home.owner);
    CHECK(after_post.back() == "post scheduled");
    clock.advance(std::chrono::seconds(10));
    server.call("POST", "/api/v1/accounts/outbox/pause", Json::object());
    auto paused = next(server.home.owner);
    std::sort(paused.begin(), paused.end());
    const Texts wanted{"account paused", "post paused"};
    CHECK(std::includes(paused.begin(), paused.end(), wanted.begin(), wanted.end()));
    CHECK(next(server.home.owner).empty());

    // A slow writer commits with an earlier time than the last one seen.
    const auto slow = clock.now() - std::chrono::seconds(2);
    server.home.store.write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE content\nSET updated_at = $1", {slow});
    });
    CHECK(next(server.home.owner).front() == "content present");

    // Nothing of it reaches another organization, or a token for another workspace.
    cursor = before;
    auto stranger = server.home.owner;
    stranger.organization = OrganizationId(server.home.ids.text());
    const auto foreign = server.as(stranger, "GET", "/api/v1/events?after=" + cursor);
    CHECK((foreign.status == 404 || foreign.json.at("items").empty()));
    auto bound = server.home.remote();
    bound.is_bound = true;
    bound.workspace = WorkspaceId(server.home.ids.text());
    const auto elsewhere = server.as(bound, "GET", "/api/v1/events?after=" + cursor);
    CHECK((elsewhere.status == 404 || elsewhere.json.at("items").empty()));

    for (const auto* wrong : {"x", "1", "-", "12-zz", "99999999999999999-0", "-5-0"})
        CHECK(server.call("GET", std::string("/api/v1/events?after=") + wrong).status == 422);
    cursor = before;
    clock.advance(std::chrono::hours(25));
    CHECK(server.call("GET", "/api/v1/events?after=" + cursor).json.at("read_again") == true);
}

TEST_CASE("events tell that a post due days ago is published only now") {
    Server server;
    server.call(
        "POST",
        "/api/v1/posts",
        {{"content_id", server.add("News.")}, {"accounts", {"outbox"}}, {"in_seconds", 60}});
    server.home.clock.advance(std::chrono::hours(24 * 3));
    const auto cursor = server.call("GET", "/api/v1/events").json.at("cursor").get<std::string>();
    server.home.clock.advance(std::chrono::seconds(10));
    server.home.store.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE post SET state = 'published', updated_at = $1, settled_at = $1, wake_at = NULL",
            {server.home.clock.now()});
    });

    const auto told = server.call("GET", "/api/v1/events?after=" + cursor);

    CHECK(kinds(told.json) == Texts{"post published"});
}

TEST_CASE("events are waited for, and no longer than was asked for") {
    Server server;
    server.home.clock.advance(std::chrono::seconds(10));
    const auto cursor = server.call("GET", "/api/v1/events").json.at("cursor").get<std::string>();
    const auto since = server.home.clock.monotonic();
    const auto answer = server.call("GET", "/api/v1/events?wait=3&after=" + cursor);
    CHECK(answer.json.at("items").empty());
    CHECK(server.home.clock.monotonic() - since >= std::chrono::seconds(3));
    CHECK(server.home.clock.monotonic() - since < std::chrono::seconds(4));
}

TEST_CASE("events are waited for no longer when the server wants to end or the caller has left") {
    Server server;
    server.home.clock.advance(std::chrono::seconds(10));
    const auto cursor = server.call("GET", "/api/v1/events").json.at("cursor").get<std::string>();
    SUBCASE("the server wants to end") {
        server.closing.request_stop();
    }
    SUBCASE("the caller has left") {
        server.stop.request_stop();
    }
    const auto since = server.home.clock.monotonic();

    const auto answer = server.call("GET", "/api/v1/events?wait=30&after=" + cursor);

    CHECK(answer.status == 200);
    CHECK(answer.json.at("items").empty());
    CHECK(server.home.clock.monotonic() - since < std::chrono::seconds(1));
}

TEST_CASE("events stream on the same cursor, and too much at once is said in one word") {
    Server server;
    server.home.clock.advance(std::chrono::seconds(10));
    const auto cursor = server.call("GET", "/api/v1/events").json.at("cursor").get<std::string>();
    server.add("News.");
    const auto streamed = server.call("GET", "/api/v1/events?stream=1&after=" + cursor);
    CHECK(streamed.text.starts_with("id: " + cursor + "\n: listening\n\n"));
    const auto at = streamed.text.find("event: change\ndata: {");
    REQUIRE(at != std::string::npos);
    CHECK(streamed.text.find("\"kind\":\"content\"") != std::string::npos);
    CHECK(streamed.text.ends_with(": still here\n\n"));
    // The id before it is where the next stream goes on.
    const auto begin = streamed.text.rfind("id: ", at) + 4;
    const auto last = streamed.text.substr(begin, streamed.text.find('\n', begin) - begin);
    const auto resumed = send(
        server,
        "GET",
        "/api/v1/events",
        nullptr,
        {{"Accept", "text/event-stream"}, {"Last-Event-ID", last}});
    CHECK(resumed.text.find("event: change") == std::string::npos);

    server.home.store.write([](store::Transaction& transaction) {
        transaction.execute(
            R"(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
INSERT INTO content (id, workspace_id, title, latest, created_at, updated_at)
SELECT 'x' || i, workspace_id, title, latest, created_at, updated_at
FROM content
CROSS JOIN n)",
            {});
    });
    const auto much = server.call("GET", "/api/v1/events?after=" + cursor);
    CHECK(much.json.at("read_again") == true);
    CHECK(much.json.at("items").empty());
}

// No answer to a stranger tells how the program is made or where it lies.
TEST_CASE("no error answer shows a path, SQL or the text of an exception") {
    Server server;
    const auto stranger = server.home.remote();
    std::vector<std::string> bodies{
        "",
        "{",
        "[]",
        "null",
        "\"x\"",
        "{\"a\":",
        "\xff\xfe",
        R"({"text":"\ud800"})",
        R"({"text":1,"prompt":1,"scope":1,"name":1,"items":1,"content_id":1,"number":"x"})",
        R"({"text":"a","prompt":"p","scope":"x","name":"' OR 1=1 --","items":[1],"content_id":"'"})",
        std::string(200, '[')};
    const std::vector<std::string> queries{
        "",
        "?limit=-1",
        "?limit=x&cursor='",
        "?cursor=%00",
        "?q=%ff",
        "?%zz",
        "?a=1&a=2",
        "?state='"};
    for (const auto& route : api::routes()) {
        for (const auto* part : {"0000", "'; DROP TABLE post; --", "%00", "..%2f..%2fetc", "%"}) {
            std::string target(route.pattern);
            for (auto at = target.find('{'); at != std::string::npos; at = target.find('{'))
                target.replace(at, target.find('}') + 1 - at, part);
            for (const auto& query : queries) {
                for (const auto& body : bodies) {
                    if (!body.empty() && (route.method == "GET" || !query.empty()))
                        continue;
                    const auto answer = server.send(
                        std::string(route.method),
                        target + query,
                        std::make_unique<api::TextBody>(body),
                        stranger,
                        {{"Host", "localhost"}});
                    if (answer.status < 400)
                        continue;
                    const auto text = answer.text.substr(0, 4000);
                    CAPTURE(route.method);
                    CAPTURE(target);
                    CAPTURE(text);
                    CHECK(answer.code() != "internal");
                    for (const auto* word :
                         {"SELECT ", "INSERT ",   "UPDATE ",  "WHERE ",         "sqlite",
                          "SQLite",  "libpq",     "postgres", "json.exception", "std::",
                          "what()",  "bad_alloc", "/tmp/",    CAAS_SOURCE_DIR,  "/home/",
                          "/usr/",   ".cc:",      "nlohmann", "syntax error",   "constraint"})
                        CHECK_MESSAGE(text.find(word) == std::string::npos, word);
                }
                if (route.pattern.find('{') == std::string_view::npos && *part != '0')
                    break;
            }
        }
    }
}

}  // namespace
}  // namespace caas
