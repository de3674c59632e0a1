// The sandbox as a whole: what a sign-in gives out is what one publishes with, and the page shows
// it.
#include "core/sandbox/site.h"

#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/net/oauth.h"
#include "core/net/url.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"

namespace caas::sandbox {
namespace {

constexpr auto origin = "http://127.0.0.1:8001";
constexpr auto back = "http://127.0.0.1:54321/callback";

struct World {
    net::Response call(
        const std::string& method,
        const std::string& path,
        const std::string& body = "",
        const std::string& token = "",
        const std::string& type = "application/json") {
        net::Request request;
        request.method = method;
        request.url = origin + path;
        request.headers = {{"Content-Type", type}};
        if (!token.empty())
            request.headers.emplace_back("Authorization", "Bearer " + token);
        request.body = body;
        return std::get<net::Response>(site.answer(request));
    }

    std::string page() { return call("GET", "/sandbox").body; }

    std::string sign_in_to_x() {
        const auto verifier = net::make_verifier(random);
        const auto asked = net::authorize_url(
            {origin + std::string("/i/oauth2/authorize"),
             "sandbox",
             back,
             "tweet.read tweet.write users.read offline.access",
             "state",
             net::challenge_of(verifier),
             {}});
        const auto url = *net::parse_url(asked);
        const auto allowed = call("GET", url.path + "?" + url.query + "&sandbox_answer=allow");
        REQUIRE(allowed.status == 302);
        const auto answer = site.answer(net::code_request(
            origin + std::string("/2/oauth2/token"),
            {"sandbox", Secret("sandbox-secret"), net::ClientProof::basic},
            net::read_callback(allowed.header("Location").value()).code,
            back,
            verifier));
        return json::parse(std::get<net::Response>(answer).body, "tokens")
            .at("access_token")
            .get<std::string>();
    }

    // The part of the page that is a platform's.
    std::string section(const std::string& platform) {
        const auto whole = page();
        const auto rest = whole.substr(whole.find("<section id=\"" + platform + "\""));
        return rest.substr(0, rest.find("</section>"));
    }

    net::Response post(const std::string& text, const std::string& token) {
        return call("POST", "/2/tweets", json::dump({{"text", text}}), token);
    }

    net::Response change(const std::string& what, const std::string& form) {
        return call("POST", "/sandbox/" + what, form, "", "application/x-www-form-urlencoded");
    }

    fake::FakeClock clock;
    fake::FakeRandom random;
    Site site{clock, {origin, "salt"}, {}};
};

TEST_CASE("one publishes to the pretend X with the token that its sign-in gave out") {
    World world;
    const auto token = world.sign_in_to_x();

    CHECK(world.post("Hello <b>", token).status == 201);

    CHECK(world.post("Hello", "somebody-elses").status == 401);
    CHECK(world.page().find("Hello &lt;b&gt;") != std::string::npos);
    CHECK(world.page().find("Hello <b>") == std::string::npos);
}

TEST_CASE("a token of the pretend X's sign-in is over after two hours") {
    World world;
    const auto token = world.sign_in_to_x();
    world.clock.advance(std::chrono::hours(2));

    CHECK(world.post("Hello", token).status == 401);
}

TEST_CASE("a sign-in that was taken back publishes nothing") {
    World world;
    const auto token = world.sign_in_to_x();

    CHECK(world.change("sign-outs", "platform=x").status == 303);

    CHECK(world.post("Hello", token).status == 401);
}

TEST_CASE("a token of an earlier run is good, one that looks otherwise is not") {
    World world;

    CHECK(world.post("Hello", "pretend-access-0123456789").status == 201);
    CHECK(world.post("Hello 2", "pretend-refresh-0123456789").status == 401);
}

TEST_CASE("a token of an earlier run stays good, and has all the permissions that are asked for") {
    World world;
    const auto ask = [&](const std::string& path) {
        return world.call("GET", path, "", "pretend-access-0123456789");
    };

    for (int i = 0; i < 2; ++i) {
        CHECK(ask("/facebook/v26.0/me/accounts").status == 200);
        CHECK(ask("/2/users/me").status == 200);
        CHECK(ask("/api/v1/accounts/verify_credentials").status == 200);
        const auto renewed =
            ask("/threads/refresh_access_token?grant_type=th_refresh_token&access_token="
                "pretend-access-0123456789");
        CHECK(renewed.status == 200);
    }
    CHECK(
        ask("/facebook/v26.0/me/permissions").body.find("pages_manage_posts") != std::string::npos);
}

TEST_CASE("Meta's platforms do not renew a token of a sign-in that was taken back") {
    World world;
    for (const std::string platform : {"threads", "instagram"}) {
        CAPTURE(platform);
        const auto kind = platform == "threads" ? "th" : "ig";
        const auto renewal = "/" + platform + "/refresh_access_token?grant_type=" + kind +
                             "_refresh_token&access_token=pretend-access-0123456789";
        CHECK(world.call("GET", renewal).status == 200);

        CHECK(world.change("sign-outs", "platform=" + platform).status == 303);

        const auto refused = json::parse(world.call("GET", renewal).body, "answer");
        CHECK(refused.at("error").at("code") == 190);
    }
}

TEST_CASE("the page that asks for permission goes nowhere for an application it does not know") {
    World world;
    const auto query =
        "?response_type=code&client_id=other&scope=a&state=s&redirect_uri=http%3A%2F%2Fevil.test";

    const auto shown = world.call("GET", "/oauth/v2/authorization" + std::string(query));
    const auto allowed =
        world.call("GET", "/oauth/v2/authorization" + std::string(query) + "&sandbox_answer=allow");

    CHECK(shown.status == 400);
    CHECK(allowed.status == 400);
    CHECK(!allowed.header("Location"));
}

TEST_CASE("a browser is sent to this machine only") {
    World world;
    const auto query =
        "?response_type=code&client_id=sandbox&scope=a&state=s&redirect_uri="
        "http%3A%2F%2Fevil.test%2Fcallback&sandbox_answer=allow";

    CHECK(world.call("GET", "/oauth/v2/authorization" + std::string(query)).status == 400);
}

TEST_CASE("a fault that is set strikes the next change and no look") {
    World world;
    const auto token = world.sign_in_to_x();
    CHECK(world.change("faults", "platform=x&fault=rate_limit").status == 303);

    CHECK(world.call("GET", "/2/users/me", "", token).status == 200);
    CHECK(world.post("Hello", token).status == 429);
    CHECK(world.post("Hello", token).status == 201);
}

TEST_CASE("only platforms that know duplicates can be told to see one") {
    World world;
    const auto token = world.sign_in_to_x();
    world.change("faults", "platform=x&fault=duplicate");
    CHECK(world.post("Once", token).status == 403);

    CHECK(world.section("x").find("duplicate") != std::string::npos);
    CHECK(world.section("bluesky").find("duplicate") == std::string::npos);
    CHECK(world.change("faults", "platform=bluesky&fault=duplicate").status == 422);
}

TEST_CASE("only platforms whose tokens expire can be told that one has") {
    World world;

    CHECK(world.section("x").find("expired_token") != std::string::npos);
    for (const auto* platform : {"mastodon", "webhook"}) {
        CHECK(world.section(platform).find("expired_token") == std::string::npos);
        CHECK(
            world.change("faults", "platform=" + std::string(platform) + "&fault=expired_token")
                .status == 422);
    }
}

TEST_CASE("a fault that is set is shown until it strikes, and can be taken back") {
    World world;
    const auto token = world.sign_in_to_x();
    CHECK(world.section("x").find("Take back") == std::string::npos);

    world.change("faults", "platform=x&fault=error_before");
    CHECK(world.section("x").find("Next change: 5xx, nothing accepted") != std::string::npos);
    CHECK(world.section("mastodon").find("Take back") == std::string::npos);
    CHECK(world.change("faults", "platform=x&fault=none").status == 303);
    CHECK(world.section("x").find("Take back") == std::string::npos);
    CHECK(world.post("Hello", token).status == 201);

    world.change("faults", "platform=x&fault=error_before");
    CHECK(world.post("Hello again", token).status == 500);
    CHECK(world.section("x").find("Take back") == std::string::npos);
}

TEST_CASE("the speed that holds cannot be chosen once more") {
    World world;
    const auto usual = "<button disabled>Usual media";
    const auto slow = "<button disabled>Slow media";
    CHECK(world.section("mastodon").find(usual) != std::string::npos);
    CHECK(world.section("mastodon").find(slow) == std::string::npos);

    CHECK(world.change("speed", "platform=mastodon&slow=1").status == 303);

    CHECK(world.section("mastodon").find(usual) == std::string::npos);
    CHECK(world.section("mastodon").find(slow) != std::string::npos);
    CHECK(world.section("x").find(usual) != std::string::npos);
}

TEST_CASE("threads are shown the newest first, each in its order") {
    World world;
    const auto token = world.sign_in_to_x();
    world.post("Old", token);
    const auto id =
        json::parse(world.post("First", token).body, "post").at("data").at("id").get<std::string>();
    world.call(
        "POST",
        "/2/tweets",
        json::dump({{"text", "Second"}, {"reply", {{"in_reply_to_tweet_id", id}}}}),
        token);

    const auto page = world.page();

    CHECK(page.find("First") < page.find("Second"));
    CHECK(page.find("Second") < page.find("Old"));
}

TEST_CASE("pictures are fetched by Meta's platforms, and refused where nothing comes") {
    fake::FakeClock clock;
    const PretendMeta::Fetch fetch = [](const std::string& url) {
        return url.ends_with("there.png")
                   ? std::optional(ShownFile{"image/png", "\x89PNG and so on"})
                   : std::nullopt;
    };
    Site site(clock, {origin, "salt"}, fetch);
    const auto ask = [&](const std::string& name) {
        net::Request request;
        request.method = "POST";
        request.url = origin + std::string("/threads/v1.0/me/threads");
        request.headers = {
            {"Authorization", "Bearer pretend-access-1"},
            {"Content-Type", "application/x-www-form-urlencoded"}};
        request.body = net::form_encode(
            {{"media_type", "IMAGE"}, {"image_url", "http://127.0.0.1:8000/media/" + name}});
        return std::get<net::Response>(site.answer(request)).status;
    };

    CHECK(ask("there.png") == 200);
    CHECK(ask("gone.png") == 400);
}

TEST_CASE("the pretend providers are below the paths that the settings name") {
    World world;
    const auto answer = world.call(
        "POST",
        "/compatible/v1/chat/completions",
        R"({"model":"m","messages":[{"role":"user","content":"Hello"}]})");

    CHECK(answer.status == 200);
}

TEST_CASE("a hang is told from a connection that breaks") {
    World world;
    const auto token = world.sign_in_to_x();
    world.change("faults", "platform=x&fault=late");
    net::Request request;
    request.method = "POST";
    request.url = origin + std::string("/2/tweets");
    request.headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + token}};
    request.body = R"({"text":"Late"})";

    const auto result = world.site.answer(request);

    REQUIRE(std::holds_alternative<net::Failure>(result));
    CHECK(std::get<net::Failure>(result).kind == net::Failure::Kind::timeout);
    CHECK(world.page().find("Late") != std::string::npos);
}

}  // namespace
}  // namespace caas::sandbox
