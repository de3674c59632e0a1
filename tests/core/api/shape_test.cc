// The JSON that scripts rely on: interfaces.md and the shapes agreed on for the command line.
#include <set>

#include <doctest/doctest.h>

#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Server;

using Keys = std::set<std::string>;

Keys keys_of(const Json& object) {
    Keys keys;
    for (const auto& [name, value] : object.items())
        keys.insert(name);
    return keys;
}

const Keys content_keys{
    "id", "workspace_id", "title", "latest", "text", "created_at", "updated_at", "version"};
const Keys version_keys{
    "id",         "content_id",   "number",       "origin",        "parts",           "overrides",
    "language",   "marks",        "digest",       "provider",      "model",           "template",
    "brief",      "cost_usd",     "input_tokens", "output_tokens", "template_digest", "latency_ms",
    "created_at", "restored_from"};
const Keys post_keys{"id",         "account_id", "account",         "platform",    "content_id",
                     "version_id", "version",    "state",           "due_at",      "zone",
                     "local_time", "time_note",  "tries",           "parts",       "remote_id",
                     "url",        "code",       "message",         "next_try_at", "created_at",
                     "updated_at", "settled_at", "parts_published", "series_id",   "occurrence",
                     "removed_at"};
const Keys account_keys{
    "id",
    "platform",
    "name",
    "handle",
    "remote_id",
    "base_url",
    "updated_at",
    "zone",
    "state",
    "state_reason",
    "catch_up_ms",
    "on_unknown",
    "locked_at",
    "created_at"};

TEST_CASE("a content and its version have these members") {
    Server server;
    const auto answer = server.call(
        "POST",
        "/api/v1/content",
        {{"parts", {"First part.", "Second part."}},
         {"overrides", {{"twitter", {{"text", "For X."}, {"options", Json::object()}}}}},
         {"language", "en"},
         {"title", "My title"}});

    REQUIRE(answer.status == 201);
    const auto& content = answer.json;
    CHECK(keys_of(content) == content_keys);
    CHECK(content.at("title") == "My title");
    CHECK(content.at("text") == "First part.");
    CHECK(content.at("latest") == 1);
    CHECK(content.at("created_at") == "2026-11-22T10:00:00.000Z");
    const auto& version = content.at("version");
    CHECK(keys_of(version) == version_keys);
    CHECK(version.at("origin") == "written");
    CHECK(version.at("parts").at(1) == Json{{"text", "Second part."}, {"media", Json::array()}});
    CHECK(version.at("overrides").at("x").at("parts").at(0).at("text") == "For X.");
    CHECK(version.at("digest").get<std::string>().size() == 64);
    CHECK(version.at("provider").is_null());
    CHECK(version.at("brief").is_null());

    const auto id = content.at("id").get<std::string>();
    CHECK(server.call("GET", "/api/v1/content/" + id).json == content);
    CHECK(server.call("GET", "/api/v1/content/" + id.substr(28)).json == content);
    CHECK(server.call("GET", "/api/v1/content/" + id + "/versions/1").json == version);
}

TEST_CASE("a title that is given with a new text stays, also when it is the old text's own") {
    Server server;
    const auto path = "/api/v1/content/" + server.add("Hello");

    const auto edited = server.call("PATCH", path, {{"title", "Hello"}, {"text", "Other"}});

    CHECK(edited.json.at("title") == "Hello");
    CHECK(edited.json.at("text") == "Other");
    CHECK(server.call("PATCH", path, {{"text", "Third"}}).json.at("title") == "Hello");
}

TEST_CASE("editing makes versions, keeps what was not named, and minds what was seen") {
    Server server;
    const auto id = server.add("One.");
    const auto path = "/api/v1/content/" + id;

    const auto edited = server.call(
        "PATCH", path, {{"overrides", {{"x", {{"text", "X."}}}}}, {"expected_version", 1}});
    CHECK(edited.status == 200);
    CHECK(edited.json.at("latest") == 2);
    CHECK(edited.json.at("text") == "One.");
    const auto stale = server.call("PATCH", path, {{"text", "Two."}, {"expected_version", 1}});
    CHECK(stale.status == 412);
    CHECK(stale.code() == "stale");
    const auto stale_title =
        server.call("PATCH", path, {{"title", "Late"}, {"expected_version", 1}});
    CHECK(stale_title.code() == "stale");
    CHECK(server.call("GET", path).json.at("title") == "One.");
    const auto bare = server.call("PATCH", path, {{"overrides", {{"x", nullptr}}}});
    CHECK(bare.json.at("version").at("overrides").empty());
    const auto named = server.call("PATCH", path, {{"title", "Named"}});
    CHECK(named.json.at("title") == "Named");
    CHECK(named.json.at("latest") == 3);

    const auto history = server.call("GET", path + "/versions?limit=2");
    CHECK(keys_of(history.json) == Keys{"items", "next_cursor"});
    CHECK(history.json.at("items").size() == 2);
    CHECK(history.json.at("items").at(0).at("number") == 3);
    const auto next = server.call(
        "GET",
        path + "/versions?limit=2&cursor=" + history.json.at("next_cursor").get<std::string>());
    CHECK(next.json.at("items").size() == 1);
    CHECK(next.json.at("next_cursor").is_null());

    CHECK(server.call("GET", path + "/diff?from=1&to=2").status == 200);
    CHECK(server.call("GET", path + "/diff?from=1&to=2&platform=twitter").status == 200);
    const auto restored = server.call("POST", path + "/restore", {{"number", 2}});
    CHECK(restored.json.at("version").at("origin") == "restored");
    CHECK(restored.json.at("version").at("restored_from") == 2);

    const auto gone = server.call("DELETE", path);
    CHECK(gone.json == Json{{"id", id}, {"deleted", true}});
    CHECK(server.call("GET", path).status == 404);
}

TEST_CASE("the seed call of the contract works as it is printed") {
    Server server;
    const auto answer = server.as(
        server.home.remote(),
        "POST",
        "/api/v1/content/generate/",
        {{"platform", "twitter"},
         {"tone", "professional"},
         {"prompt", "Announce our new platform"},
         {"organization_id", server.organization()},
         {"ai_provider", "offline"}});

    REQUIRE(answer.status == 201);
    auto keys = content_keys;
    keys.insert({"platforms", "candidates", "warnings"});
    CHECK(keys_of(answer.json) == keys);
    const auto& version = answer.json.at("version");
    CHECK(keys_of(version) == version_keys);
    CHECK(version.at("origin") == "generated");
    CHECK(version.at("provider") == "offline");
    CHECK(version.at("template") == "post.v1");
    CHECK(version.at("brief").at("tone") == "professional");
    const auto& report = answer.json.at("platforms").at(0);
    CHECK(report.at("platform") == "x");
    CHECK(report.at("limit") == 280);
    CHECK(report.at("unit") == "weighted");
    CHECK(report.at("valid") == true);
    const auto& candidate = answer.json.at("candidates").at(0);
    CHECK(candidate.at("rank") == 1);
    CHECK(candidate.at("version") == 1);
    CHECK(candidate.at("errors") == 0);
    CHECK(candidate.contains("warnings"));
}

TEST_CASE("generating variants for several platforms, and without storing") {
    Server server;
    const Json body{
        {"prompt", "Our app works offline. It syncs later. It is free for teams."},
        {"platforms", {"x", "linkedin"}},
        {"provider", "offline"},
        {"variants", 2}};
    const auto stored = server.call("POST", "/api/v1/content/generate", body);
    CHECK(stored.status == 201);
    CHECK(stored.json.at("candidates").size() == 2);
    CHECK(stored.json.at("platforms").size() == 2);

    auto unstored_body = body;
    unstored_body["store"] = false;
    const auto unstored = server.call("POST", "/api/v1/content/generate", unstored_body);
    CHECK(unstored.status == 200);
    CHECK(unstored.json.at("id").is_null());
    CHECK(unstored.json.at("version").at("id").is_null());
    CHECK(keys_of(unstored.json.at("version")) == version_keys);
    CHECK(unstored.json.at("version").at("digest") == stored.json.at("version").at("digest"));
    CHECK(unstored.json.at("candidates").at(0).at("version").is_null());
    CHECK(server.home.count("content") == 1);
}

TEST_CASE("a stream tells the text as it comes and ends with the whole answer or the problem") {
    Server server;
    const Json body{{"prompt", "Our app works offline."}, {"provider", "offline"}};
    const auto answer = server.call("POST", "/api/v1/content/generate?stream=1", body);

    CHECK(answer.status == 200);
    CHECK(answer.header("Content-Type").starts_with("text/event-stream"));
    CHECK(answer.text.starts_with("event: text\ndata: {"));
    const auto done = answer.text.find("event: done\ndata: ");
    REQUIRE(done != std::string::npos);
    const auto data = Json::parse(answer.text.substr(done + 18));
    CHECK(data.at("latest") == 1);
    CHECK(data.contains("candidates"));
    CHECK(answer.text.ends_with("\n\n"));

    auto wrong = body;
    wrong["provider"] = "openai";
    const auto failed = server.call("POST", "/api/v1/content/generate?stream=1", wrong);
    const auto error = failed.text.find("event: error\ndata: ");
    REQUIRE(error != std::string::npos);
    CHECK(Json::parse(failed.text.substr(error + 19)).at("code") == "provider_key");
    CHECK(server.home.count("content") == 1);
}

TEST_CASE("who hangs up on a stream gets nothing stored") {
    Server server;
    server.hangs_up = true;
    server.call(
        "POST",
        "/api/v1/content/generate?stream=1",
        {{"prompt", "Our app works offline."}, {"provider", "offline"}});
    CHECK(server.home.count("content") == 0);
}

TEST_CASE("lint answers for texts, parts, overrides and stored contents") {
    Server server;
    const auto lint = [&](const Json& body) {
        return server.call("POST", "/api/v1/content/lint", body).json.at("platforms");
    };
    const auto one = lint({{"text", std::string(300, 'a')}, {"platform", "twitter"}});
    REQUIRE(one.size() == 1);
    CHECK(keys_of(one.at(0)) == Keys{"platform", "length", "limit", "unit", "valid", "issues"});
    CHECK(one.at(0).at("valid") == false);
    CHECK(one.at(0).at("length") == 300);
    const auto& issue = one.at(0).at("issues").at(0);
    for (const auto* key : {"rule", "severity", "message", "start", "end"})
        CHECK(issue.contains(key));
    CHECK(issue.at("severity") == "error");

    CHECK(lint({{"text", "Hi."}}).size() >= 7);
    // Once, however often and by whichever of its names it is asked for.
    CHECK(
        lint({{"text", "Hi."}, {"platforms", Json::array({"x", "linkedin", "twitter", "x"})}})
            .size() == 2);
    const auto overridden = lint(
        {{"text", std::string(300, 'a')},
         {"overrides", {{"x", {{"text", "Short."}}}}},
         {"platforms", {"x", "threads"}}});
    CHECK(overridden.at(0).at("valid") == true);
    const auto id = server.add("Stored.");
    CHECK(lint({{"content_id", id}, {"platform", "x"}}).at(0).at("length") == 7);
    CHECK(lint({{"content_id", id}, {"version", 1}, {"platform", "x"}}).at(0).at("length") == 7);
    CHECK(server.home.count("content") == 1);
}

TEST_CASE("options that a platform's table does not have are told by lint and not stored") {
    Server server;
    const auto with = [](const Json& options) {
        return Json{{"text", "Hi."}, {"overrides", {{"mastodon", {{"options", options}}}}}};
    };
    const auto lint = [&](Json body) {
        body["platform"] = "mastodon";
        const auto report =
            server.call("POST", "/api/v1/content/lint", body).json.at("platforms").at(0);
        const auto& issues = report.at("issues");
        return issues.empty() ? "" : issues.at(0).at("rule").get<std::string>();
    };

    CHECK(lint(with({{"nope", "secret"}})) == "mastodon.options.unknown");
    CHECK(lint(with({{"visibility", "nobody"}})) == "mastodon.options.invalid");
    CHECK(lint(with({{"visibility", "unlisted"}})).empty());

    const auto refused =
        server.call("POST", "/api/v1/content", with({{"no/pe", "a"}, {"visibility", "nobody"}}));
    CHECK(refused.status == 422);
    CHECK(refused.code() == "invalid");
    REQUIRE(refused.json.at("errors").size() == 2);
    CHECK(refused.json.at("errors").at(0).at("pointer") == "/overrides/mastodon/options/no~1pe");
    CHECK(refused.json.at("errors").at(0).at("rule") == "options.unknown");
    CHECK(
        refused.json.at("errors").at(1).at("pointer") == "/overrides/mastodon/options/visibility");
    CHECK(refused.json.at("errors").at(1).at("rule") == "options.invalid");
    CHECK(server.home.count("content") == 0);

    const auto path = "/api/v1/content/" + server.add("Hi.");
    CHECK(server.call("PATCH", path, with({{"nope", "a"}})).status == 422);
    CHECK(server.call("PATCH", path, with({{"sensitive", true}})).status == 200);
    CHECK(server.call("PATCH", path, with({{"sensitive", nullptr}})).status == 200);

    // As lint read it from the store: an older caas took any.
    server.home.store.write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE version SET body = replace(body, 'sensitive', 'sensitiv')", {});
    });
    CHECK(lint({{"content_id", path.substr(path.rfind('/') + 1)}}) == "mastodon.options.unknown");
}

TEST_CASE("posts are scheduled, moved, canceled and listed in these shapes") {
    Server server;
    const auto id = server.add("Hello.");
    const auto made = server.call(
        "POST",
        "/api/v1/posts",
        {{"content_id", id},
         {"accounts", {"outbox"}},
         {"at", "2026-12-01 09:00"},
         {"zone", "Europe/Berlin"}});
    REQUIRE(made.status == 201);
    CHECK(server.wakes == 1);
    auto post = made.json.at("items").at(0);
    CHECK(post.at("forecast") == Json{{"cost_usd", 0.0}, {"warnings", Json::array()}});
    post.erase("forecast");
    CHECK(keys_of(post) == post_keys);
    CHECK(post.at("state") == "scheduled");
    CHECK(post.at("due_at") == "2026-12-01T08:00:00.000Z");
    CHECK(post.at("next_try_at") == "2026-12-01T08:00:00.000Z");
    CHECK(post.at("local_time") == "2026-12-01 09:00");
    CHECK(post.at("zone") == "Europe/Berlin");
    CHECK(post.at("time_note").is_null());
    CHECK(post.at("account") == "outbox");
    CHECK(post.at("version") == 1);

    const auto path = "/api/v1/posts/" + post.at("id").get<std::string>();
    CHECK(server.call("GET", path).json == post);
    const auto moved = server.call("PATCH", path, {{"due_at", "2026-12-02T10:00:00+02:00"}});
    CHECK(moved.json.at("due_at") == "2026-12-02T08:00:00.000Z");
    CHECK(moved.json.at("local_time").is_null());
    const auto calendar = server.call(
        "GET",
        "/api/v1/calendar?from=2026-12-01T00:00:00Z&to=2027-01-01T00:00:00Z&tz=Europe/Berlin");
    CHECK(calendar.json.at("items").at(0).at("local") == "2026-12-02 09:00 CET");
    CHECK(
        server.call("GET", "/api/v1/posts?state=scheduled&account=outbox")
            .json.at("items")
            .size() == 1);
    CHECK(server.call("GET", path + "/attempts").json.at("items").empty());

    const auto canceled = server.call("POST", path + "/cancel");
    CHECK(canceled.json.at("state") == "canceled");
    CHECK(canceled.json.at("next_try_at").is_null());
    CHECK_FALSE(canceled.json.at("settled_at").is_null());
    CHECK(server.call("POST", path + "/cancel").status == 409);
    CHECK(server.call("PATCH", path, {{"in_seconds", 60}}).status == 409);
    // Nothing is waited for that is over.
    CHECK(server.call("GET", path + "?wait=30").json.at("state") == "canceled");
    CHECK(server.home.clock.slept().empty());
}

TEST_CASE("a change of version and time happens as a whole or not at all") {
    Server server;
    const auto id = server.add("Hello.");
    const auto post = server
                          .call(
                              "POST",
                              "/api/v1/posts",
                              {{"content_id", id}, {"accounts", {"outbox"}}, {"in_seconds", 3600}})
                          .json.at("items")
                          .at(0);
    const auto path = "/api/v1/posts/" + post.at("id").get<std::string>();
    server.call("PATCH", "/api/v1/content/" + id, {{"text", "Hello again."}});

    const auto refused =
        server.call("PATCH", path, {{"version", 2}, {"due_at", "2020-01-01T00:00:00Z"}});
    CHECK(refused.status == 422);
    CHECK(server.call("GET", path).json.at("version") == 1);

    const auto done = server.call("PATCH", path, {{"version", 2}, {"in_seconds", 60}});
    CHECK(done.json.at("version") == 2);
    CHECK(done.json.at("due_at") == "2026-11-22T10:01:00.000Z");
}

TEST_CASE("accounts in these shapes, and never with their secret") {
    Server server;
    const auto made = server.call(
        "POST",
        "/api/v1/accounts/webhook/connect",
        {{"name", "site"},
         {"base_url", "https://hooks.example.org/in"},
         {"secret", "whsec-very-secret"},
         {"zone", "Europe/Berlin"},
         {"config", {{"repeats", "safe"}}}});
    REQUIRE(made.status == 201);
    CHECK(keys_of(made.json) == account_keys);
    CHECK(made.json.at("state") == "active");
    CHECK(made.json.at("on_unknown") == "ask");
    CHECK(made.json.at("catch_up_ms") == 86'400'000);
    const auto list = server.call("GET", "/api/v1/accounts");
    CHECK(list.json.at("items").size() == 2);
    CHECK(list.text.find("whsec") == std::string::npos);
    const auto checked = server.call("POST", "/api/v1/accounts/site/check");
    CHECK(checked.json.contains("identity"));
    CHECK(checked.text.find("whsec") == std::string::npos);
    CHECK(server.call("POST", "/api/v1/accounts/site/pause").json.at("state") == "paused");
    CHECK(server.call("POST", "/api/v1/accounts/site/resume").json.at("state") == "active");
    const auto gone = server.call("DELETE", "/api/v1/accounts/site");
    CHECK(gone.json.at("state") == "disconnected");
    CHECK(gone.json.at("canceled_posts") == 0);
}

TEST_CASE("connecting says what happens to a post nobody can tell about") {
    Server server;
    const auto path = std::string("/api/v1/accounts/webhook/connect");
    Json body{
        {"name", "site"},
        {"base_url", "https://hooks.example.org/in"},
        {"secret", "whsec-very-secret"},
        {"on_unknown", "resend"}};
    CHECK(server.call("POST", path, body).json.at("on_unknown") == "resend");
    const auto checked = server.call("POST", "/api/v1/accounts/site/check");
    CHECK(checked.json.at("on_unknown") == "resend");
    body.erase("on_unknown");
    CHECK(server.call("POST", path, body).json.at("on_unknown") == "resend");

    body["on_unknown"] = "guess";
    const auto refused = server.call("POST", path, body);
    CHECK(refused.status == 422);
    CHECK(refused.json.at("errors").at(0).at("pointer") == "/on_unknown");
    CHECK(server.call("GET", "/api/v1/accounts/site").json.at("on_unknown") == "resend");
}

TEST_CASE("a token is shown once") {
    Server server;
    const auto path = "/api/v1/organizations/" + server.organization() + "/tokens";
    const auto made =
        server.call("POST", path, {{"name", "ci"}, {"scope", "publish"}, {"expires_in_days", 30}});
    REQUIRE(made.status == 201);
    const auto text = made.json.at("token").get<std::string>();
    CHECK(text.starts_with("caas_"));
    CHECK(made.json.at("expires_at") == "2026-12-22T10:00:00.000Z");
    const auto list = server.call("GET", path);
    CHECK(list.text.find(text) == std::string::npos);
    const auto& item = list.json.at("items").at(0);
    CHECK(
        keys_of(item) == Keys{
                             "id",
                             "name",
                             "kind",
                             "scope",
                             "person_id",
                             "person",
                             "workspace_id",
                             "prefix",
                             "created_at",
                             "expires_at",
                             "last_used_at",
                             "revoked_at"});
    const auto revoked = server.call("DELETE", path + "/" + item.at("id").get<std::string>());
    CHECK_FALSE(revoked.json.at("revoked_at").is_null());

    auto weaker = server.home.remote();
    weaker.scope = access::Scope::publish;
    CHECK(server.as(weaker, "POST", path, {{"scope", "read"}}).status == 403);
}

TEST_CASE("what is supported and how it is going") {
    Server server(api::Variables{{"OPENAI_API_KEY", "sk-very-secret"}});
    const auto platforms = server.call("GET", "/api/v1/platforms").json.at("items");
    Keys ids;
    for (const auto& item : platforms) {
        ids.insert(item.at("id").get<std::string>());
        CHECK(keys_of(item) == Keys{"id", "title", "can_publish", "limits", "options", "connect"});
    }
    for (const auto* id :
         {"x",
          "linkedin",
          "instagram",
          "bluesky",
          "mastodon",
          "threads",
          "facebook",
          "outbox",
          "webhook"})
        CHECK(ids.contains(id));

    const auto providers = server.call("GET", "/api/v1/providers");
    CHECK(providers.text.find("sk-very") == std::string::npos);
    for (const auto& item : providers.json.at("items")) {
        const auto id = item.at("id").get<std::string>();
        CAPTURE(id);
        // The compatible one has an address and needs no key.
        CHECK(
            item.at("is_configured") ==
            (id == "openai" || id == "offline" || id == "openai-compatible"));
        CHECK(item.at("is_default") == (id == "openai"));
    }

    const auto id = server.add("Hello.");
    server.call("POST", "/api/v1/posts", {{"content_id", id}, {"accounts", {"outbox"}}});
    server.home.clock.advance(std::chrono::seconds(61));
    const auto status = server.call("GET", "/api/v1/status").json;
    CHECK(status.at("version") == "1.2.3");
    CHECK(status.at("daemon").at("is_running") == false);
    CHECK(status.at("queue").at("due") == 1);
    CHECK(status.at("queue").at("lateness_ms") == 61'000);

    const auto me = server.call("GET", "/api/v1/auth/me").json;
    CHECK(me.at("name") == "ana");
    CHECK(me.at("is_local_owner") == true);
}

TEST_CASE("healthz is always there, readyz minds a late post only when nobody works") {
    Server server;
    CHECK(server.send("GET", "/healthz", nullptr, std::nullopt).json.at("status") == "ok");
    const auto ready = [&] { return server.send("GET", "/readyz", nullptr, std::nullopt); };
    CHECK(ready().json == Json{{"status", "ready"}, {"waiting", 0}});
    const auto id = server.add("Hello.");
    server.call("POST", "/api/v1/posts", {{"content_id", id}, {"accounts", {"outbox"}}});
    server.vital.is_scheduler_idle = true;
    server.home.clock.advance(std::chrono::seconds(60));
    CHECK(ready().status == 200);
    server.home.clock.advance(std::chrono::seconds(1));
    CHECK(ready().status == 503);
    server.vital.is_scheduler_idle = false;
    CHECK(ready().status == 200);
}

TEST_CASE("workspaces and voices in these shapes") {
    Server server;
    const auto base = "/api/v1/workspaces/" + server.workspace();
    const auto list = server.call("GET", "/api/v1/workspaces").json.at("items");
    REQUIRE(list.size() == 1);
    CHECK(keys_of(list.at(0)) == Keys{"id", "organization_id", "name", "zone", "created_at"});
    CHECK(server.call("PATCH", base, {{"zone", "Asia/Tokyo"}}).json.at("zone") == "Asia/Tokyo");
    const auto made =
        server.call("POST", base + "/voices", {{"name", "house"}, {"text", "We never shout."}});
    CHECK(made.status == 201);
    CHECK(keys_of(made.json) == Keys{"id", "name", "text", "created_at", "updated_at"});
    CHECK(server.call("GET", base + "/voices").json.at("items").size() == 1);
    CHECK(server.call("DELETE", base + "/voices/house").json.at("deleted") == true);
    CHECK(server.call("GET", base + "/voices/house").status == 404);
}

TEST_CASE("a list is written straight from the store as one content is by the tree") {
    Server server;
    server.call(
        "POST",
        "/api/v1/content",
        {{"parts", {"Zażółć \"gęślą\"\t🎉\nnew line", "Second \\ part."}},
         {"overrides", {{"outbox", {{"text", "For \"it\"."}, {"options", {{"a", {1, 2}}}}}}}},
         {"language", "pl"},
         {"title", "Tytuł \"w cudzysłowie\""}});
    server.call("POST", "/api/v1/content", {{"text", "plain"}});
    server.call(
        "POST",
        "/api/v1/content/generate",
        {{"prompt", "Hello"}, {"platforms", {"x", "linkedin"}}, {"provider", "offline"}});

    const auto answer = server.call("GET", "/api/v1/content?limit=2");
    const auto all = server.call("GET", "/api/v1/content").json;

    CHECK(answer.text == json::dump(answer.json));
    CHECK(answer.json.at("items").size() == 2);
    CHECK(answer.json.at("next_cursor").is_string());
    REQUIRE(all.at("items").size() == 3);
    CHECK(all.at("next_cursor").is_null());
    for (const auto& item : all.at("items"))
        CHECK(
            item == server.call("GET", "/api/v1/content/" + item.at("id").get<std::string>()).json);
}

}  // namespace
}  // namespace caas
