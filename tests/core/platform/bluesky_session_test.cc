#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/platform/bluesky/session.h"
#include "core/platform/drivers.h"
#include "tests/core/platform/world.h"

namespace caas::platform {
namespace {

std::string token(std::int64_t expires) {
    return to_base64url(R"({"typ":"at+jwt","alg":"HS256"})") + "." +
           to_base64url(json::dump({{"exp", expires}, {"sub", "did:plc:alice"}})) + ".signature";
}

Json session() {
    return {
        {"did", "did:plc:alice"},
        {"handle", "alice.test"},
        {"active", true},
        {"accessJwt", token(1795348800)},
        {"refreshJwt", token(1803117600)},
        {"didDoc",
         {{"id", "did:plc:alice"},
          {"service",
           Json::array(
               {{{"id", "#atproto_labeler"}, {"serviceEndpoint", "https://labels.example"}},
                {{"id", "#atproto_pds"},
                 {"type", "AtprotoPersonalDataServer"},
                 {"serviceEndpoint", "https://morel.us-east.host.bsky.network"}}})}}}};
}

ConnectRequest request() {
    ConnectRequest out;
    out.identifier = " \xE2\x80\xAA@Alice.test\xE2\x80\xAC";
    out.secret = Secret("abcd-efgh-ijkl-mnop");
    return out;
}

Access alice() {
    Access access;
    access.remote_id = "did:plc:alice";
    access.handle = "alice.test";
    access.base_url = "https://pds.example";
    access.credentials.access = Secret("old-access");
    access.credentials.refresh = Secret("old-refresh");
    return access;
}

TEST_CASE("connecting signs in once and keeps the account's own server and session") {
    World world;
    world.http.answer(200, json::dump(session()));

    const auto identity = bluesky::driver.connect(request(), world.tools);

    const auto& call = world.last_request();
    CHECK(call.url == "https://bsky.social/xrpc/com.atproto.server.createSession");
    CHECK(call.method == "POST");
    CHECK(call.body == R"({"identifier":"alice.test","password":"abcd-efgh-ijkl-mnop"})");
    CHECK(identity.remote_id == "did:plc:alice");
    CHECK(identity.handle == "alice.test");
    CHECK(identity.base_url == "https://morel.us-east.host.bsky.network");
    CHECK(identity.credentials.expires_at == from_ms(1795348800000));
    CHECK(identity.credentials.refresh_expires_at == from_ms(1803117600000));
    CHECK(identity.config.find("mnop") == std::string::npos);
}

TEST_CASE("a document that points into this machine is not followed from outside") {
    World world;
    auto answer = session();
    answer["didDoc"]["service"][1]["serviceEndpoint"] = "http://127.0.0.1:9";
    world.http.answer(200, json::dump(answer));

    CHECK(bluesky::driver.connect(request(), world.tools).base_url == "https://bsky.social");
}

TEST_CASE("a server on this machine may be used, and without a document it stays") {
    World world;
    auto answer = session();
    answer.erase("didDoc");
    world.http.answer(200, json::dump(answer));
    auto asked = request();
    asked.base_url = "http://127.0.0.1:2583/";

    CHECK(bluesky::driver.connect(asked, world.tools).base_url == "http://127.0.0.1:2583");
}

TEST_CASE("the installation may name another default server") {
    World world;
    auto answer = session();
    answer.erase("didDoc");
    world.http.answer(200, json::dump(answer));
    auto asked = request();
    asked.config["base_url"] = "pds.example";

    CHECK(bluesky::driver.connect(asked, world.tools).base_url == "https://pds.example");
}

Error error_of(int status, const std::string& body, net::Headers headers = {}) {
    World world;
    world.http.answer(status, body, std::move(headers));
    try {
        bluesky::driver.connect(request(), world.tools);
    } catch (const Error& error) {
        return error;
    }
    return {Code::internal, "nothing was thrown"};
}

TEST_CASE("what can go wrong while signing in") {
    CHECK(
        error_of(401, R"({"error":"AuthenticationRequired","message":"Invalid password"})")
            .code() == Code::platform_sign_in);
    CHECK(
        error_of(401, R"({"error":"AuthFactorTokenRequired","message":"x"})")
            .hint()
            .find("app password") != std::string::npos);
    CHECK(
        error_of(401, R"({"error":"AccountTakedown","message":"x"})").code() ==
        Code::platform_refused);
    CHECK(error_of(502, "").code() == Code::platform_unavailable);
    CHECK(error_of(200, "<html>").code() == Code::platform_unavailable);
    CHECK(error_of(200, "{}").code() == Code::platform_unavailable);
    CHECK(
        error_of(400, R"({"error":"InvalidRequest","message":"x"})").code() ==
        Code::platform_refused);
    auto inactive = session();
    inactive["active"] = false;
    inactive["status"] = "suspended";
    CHECK(error_of(200, json::dump(inactive)).code() == Code::platform_refused);
}

TEST_CASE("too many sign-ins are answered with the time to wait") {
    const auto error = error_of(
        429,
        R"({"error":"RateLimitExceeded","message":"Rate Limit Exceeded"})",
        {{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "1795341690"}});

    CHECK(error.code() == Code::rate_limited);
    CHECK(error.retry_after_s() == 90);
}

TEST_CASE("a server that cannot be reached is named as unavailable") {
    World world;
    world.http.fail(net::Failure::Kind::resolve, false);
    CHECK_THROWS_AS(bluesky::driver.connect(request(), world.tools), Error);
}

TEST_CASE("what is missing is refused before any call") {
    World world;
    auto asked = request();
    asked.identifier = " @ ";
    CHECK_THROWS_AS(bluesky::driver.connect(asked, world.tools), Error);
    asked = request();
    asked.secret = Secret();
    CHECK_THROWS_AS(bluesky::driver.connect(asked, world.tools), Error);
    asked = request();
    asked.base_url = "http://pds.example";
    CHECK_THROWS_AS(bluesky::driver.connect(asked, world.tools), Error);
    CHECK(world.http.asked.empty());
}

TEST_CASE("refreshing spends the refresh token and gives the next pair") {
    World world;
    world.http.answer(200, json::dump(session()));

    const auto credentials = bluesky::driver.refresh(alice(), world.tools);

    const auto& call = world.last_request();
    CHECK(call.url == "https://pds.example/xrpc/com.atproto.server.refreshSession");
    CHECK(header(call, "Authorization") == "Bearer old-refresh");
    CHECK(call.body.empty());
    CHECK(credentials.access == Secret(token(1795348800)));
    CHECK(credentials.refresh == Secret(token(1803117600)));
}

TEST_CASE("a spent refresh token needs a person, a server in trouble does not") {
    World world;
    world.http.answer(400, R"({"error":"ExpiredToken","message":"Token has been revoked"})");
    world.http.answer(503, "");
    const auto code = [&] {
        try {
            bluesky::driver.refresh(alice(), world.tools);
        } catch (const Error& error) {
            return error.code();
        }
        return Code::internal;
    };

    CHECK(code() == Code::platform_sign_in);
    CHECK(code() == Code::platform_unavailable);
}

TEST_CASE("a session of somebody else is not kept") {
    World world;
    auto other = session();
    other["did"] = "did:plc:mallory";
    world.http.answer(200, json::dump(other));

    CHECK_THROWS_AS(bluesky::driver.refresh(alice(), world.tools), Error);
}

TEST_CASE("a check asks who it is and sees a changed handle") {
    World world;
    world.http.answer(200, R"({"did":"did:plc:alice","handle":"alice.example","active":true})");

    const auto identity = bluesky::driver.check(alice(), world.tools);

    CHECK(world.last_request().url == "https://pds.example/xrpc/com.atproto.server.getSession");
    CHECK(identity.handle == "alice.example");
    CHECK(identity.base_url == "https://pds.example");
    CHECK(identity.credentials.refresh == Secret("old-refresh"));
}

TEST_CASE("the end of a token's life is read, and nonsense has none") {
    CHECK(bluesky::expiry_of(token(1795348800)) == from_ms(1795348800000));
    CHECK_FALSE(bluesky::expiry_of("").has_value());
    CHECK_FALSE(bluesky::expiry_of("a.b").has_value());
    CHECK_FALSE(bluesky::expiry_of("a.!!!.c").has_value());
    CHECK_FALSE(bluesky::expiry_of("a." + to_base64url("[1]") + ".c").has_value());
    CHECK_FALSE(bluesky::expiry_of(token(-1)).has_value());
    CHECK_FALSE(bluesky::expiry_of(token(INT64_MAX)).has_value());
}

}  // namespace
}  // namespace caas::platform
