#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/platform/drivers.h"
#include "core/platform/webhook/signature.h"
#include "tests/core/platform/world.h"

namespace caas::platform {
namespace {

const Secret secret("whsec_of_a_test");

Access receiver(const std::string& repeats = "once") {
    Access access;
    access.account = AccountId("01932f00-0000-7000-8000-00000000acc0");
    access.base_url = "https://receiver.example/hook?key=1";
    access.config = json::dump({{"allow_private", false}, {"repeats", repeats}});
    access.credentials.access = secret;
    return access;
}

Outcome deliver(World& world, const Publication& what, const Access& access) {
    Journal journal;
    const auto step = webhook::driver.next(what, journal, access, world.tools);
    REQUIRE(step.has_value());
    write_down(journal, *step, world.clock.now());
    return webhook::driver.perform(what, *step, journal, access, world.tools);
}

std::string outcome_of_status(int status, std::string body = "", net::Headers headers = {}) {
    World world;
    world.http.answer(status, std::move(body), std::move(headers));
    return brief(deliver(world, publication({"Hello"}), receiver()));
}

TEST_CASE("a delivery is one signed POST with all parts") {
    World world;
    world.http.answer(200, "");

    const auto outcome = deliver(world, publication({"One", "Two"}), receiver());

    REQUIRE(world.http.asked.size() == 1);
    const auto& request = world.http.asked.front();
    CHECK(request.method == "POST");
    CHECK(request.url == "https://receiver.example/hook?key=1");
    CHECK(request.is_create);
    CHECK(request.only_public_addresses);
    CHECK(header(request, "Content-Type") == "application/json; charset=utf-8");
    const auto body = json::parse(request.body, "The body");
    CHECK(body.at("id") == header(request, "Caas-Delivery"));
    CHECK(body.at("post_id") == "01932f00-0000-7000-8000-0000abcdef01");
    CHECK(body.at("account") == "01932f00-0000-7000-8000-00000000acc0");
    CHECK(body.at("platform") == "webhook");
    CHECK(body.at("text") == "One\n\nTwo");
    CHECK(body.at("parts").at(1) == Json{{"text", "Two"}, {"media", Json::array()}});
    CHECK(body.at("published_at") == "2026-11-22T10:00:00.000Z");
    REQUIRE(brief(outcome) == "done");
    CHECK(std::get<Done>(outcome).remote_id == header(request, "Caas-Delivery"));
}

TEST_CASE("the signature is the documented one, over the bytes that were sent") {
    World world;
    world.http.answer(204, "");

    deliver(world, publication({"Hello"}), receiver());

    const auto& request = world.last_request();
    const auto sent = header(request, "Caas-Signature");
    CHECK(sent == webhook::signature(secret, 1795341600, request.body));
    CHECK(sent.starts_with("t=1795341600,v1="));
    CHECK(webhook::is_genuine(
        secret, sent, request.body, world.clock.now(), std::chrono::minutes(5)));
}

TEST_CASE("a known signature stays what it is") {
    // openssl dgst -sha256 -hmac secret on "1795341600.{}"
    CHECK(
        webhook::signature(Secret("secret"), 1795341600, "{}") ==
        "t=1795341600,v1=4299b6593bbfff089d4e3c206e9ac5379c0094a5174dd69b050fbc538bfff29f");
}

TEST_CASE("a receiver refuses a changed body, another secret and an old time") {
    const auto now = from_ms(1795341600000);
    const auto header = webhook::signature(secret, 1795341600, "body");
    const Milliseconds tolerance = std::chrono::minutes(5);

    CHECK(webhook::is_genuine(secret, header, "body", now, tolerance));
    CHECK(webhook::is_genuine(secret, "v0=x," + header, "body", now, tolerance));
    CHECK_FALSE(webhook::is_genuine(secret, header, "Body", now, tolerance));
    CHECK_FALSE(webhook::is_genuine(Secret("other"), header, "body", now, tolerance));
    CHECK_FALSE(
        webhook::is_genuine(secret, header, "body", now + std::chrono::minutes(6), tolerance));
    CHECK_FALSE(webhook::is_genuine(secret, "", "body", now, tolerance));
    CHECK_FALSE(webhook::is_genuine(secret, "t=,v1=", "body", now, tolerance));
    CHECK_FALSE(webhook::is_genuine(secret, "t=99999999999999999,v1=00", "body", now, tolerance));
}

TEST_CASE("the receiver may name the post and its address") {
    World world;
    world.http.answer(201, R"({"id":"42","url":"https://receiver.example/p/42"})");

    const auto outcome = deliver(world, publication({"Hello"}), receiver());

    CHECK(std::get<Done>(outcome).remote_id == "42");
    CHECK(std::get<Done>(outcome).url == "https://receiver.example/p/42");
}

TEST_CASE("an address that is none is not taken over from the receiver") {
    World world;
    world.http.answer(200, R"j({"id":7,"url":"javascript:alert(1)"})j");

    const auto outcome = deliver(world, publication({"Hello"}), receiver());

    CHECK(std::get<Done>(outcome).url.empty());
    CHECK(std::get<Done>(outcome).remote_id == header(world.last_request(), "Caas-Delivery"));
}

TEST_CASE("what each answer of a receiver means") {
    CHECK(outcome_of_status(200, "not json") == "done");
    CHECK(outcome_of_status(301) == "refused webhook.http_301");
    CHECK(outcome_of_status(400) == "refused webhook.http_400");
    CHECK(outcome_of_status(404) == "refused webhook.http_404");
    CHECK(outcome_of_status(410) == "refused webhook.http_410");
    CHECK(outcome_of_status(408) == "later");
    CHECK(outcome_of_status(425) == "later");
    CHECK(outcome_of_status(429) == "later");
    CHECK(outcome_of_status(500) == "unknown webhook.http_500");
    CHECK(outcome_of_status(503) == "unknown webhook.http_503");
}

TEST_CASE("a receiver's Retry-After is honoured") {
    World world;
    world.http.answer(429, "", {{"Retry-After", "90"}});

    const auto outcome = deliver(world, publication({"Hello"}), receiver());

    CHECK(std::get<Later>(outcome).at == world.clock.now() + std::chrono::seconds(90));
}

TEST_CASE("a receiver that could not be reached was not sent to") {
    World world;
    world.http.fail(net::Failure::Kind::connect, false);
    CHECK(brief(deliver(world, publication({"Hello"}), receiver())) == "not_sent webhook.connect");
}

TEST_CASE("a connection that died after sending leaves it unknown") {
    World world;
    world.http.fail(net::Failure::Kind::broken, true);
    CHECK(brief(deliver(world, publication({"Hello"}), receiver())) == "unknown webhook.broken");
}

TEST_CASE("an address that is not allowed is refused for good") {
    World world;
    world.http.fail(net::Failure::Kind::refused_address, false);
    CHECK(
        brief(deliver(world, publication({"Hello"}), receiver())) ==
        "refused webhook.refused_address");
}

TEST_CASE("a delivery may be repeated only when the receiver promised so") {
    World world;
    const auto what = publication({"Hello"});

    CHECK_FALSE(webhook::driver.next(what, {}, receiver(), world.tools)->is_repeatable);
    CHECK(webhook::driver.next(what, {}, receiver("safe"), world.tools)->is_repeatable);
}

TEST_CASE("a repeat has the same id and body and a new time of sending") {
    World world;
    const auto what = publication({"Hello"});
    const auto access = receiver("safe");
    Journal journal;
    const auto first = webhook::driver.next(what, journal, access, world.tools);
    write_down(journal, *first, world.clock.now()).state = StepState::unknown;
    world.clock.advance(std::chrono::minutes(30));
    world.http.answer(200, "");

    const auto second = webhook::driver.next(what, journal, access, world.tools);
    webhook::driver.perform(what, *second, journal, access, world.tools);

    CHECK(second->prepared == first->prepared);
    CHECK(header(world.last_request(), "Caas-Signature").starts_with("t=1795343400,"));
}

TEST_CASE("a receiver cannot be asked what it has") {
    World world;
    CHECK(
        brief(webhook::driver.look(publication({"Hello"}), {}, receiver(), world.tools)) ==
        "cannot_tell");
    CHECK(world.http.asked.empty());
}

TEST_CASE("connecting a webhook keeps its secret and its promise") {
    World world;
    ConnectRequest request;
    request.base_url = "https://receiver.example/hook?key=1";
    request.secret = secret;
    request.config = {{"repeats", "safe"}};

    const auto identity = webhook::driver.connect(request, world.tools);

    CHECK(identity.base_url == "https://receiver.example/hook?key=1");
    CHECK(identity.remote_id == "https://receiver.example/hook");
    CHECK(identity.handle == "receiver.example");
    CHECK(identity.credentials.access == secret);
    CHECK(json::parse(identity.config, "config").at("repeats") == "safe");
}

TEST_CASE("plain http is taken for this machine alone, and only where private is allowed") {
    World world;
    ConnectRequest request;
    request.secret = secret;
    request.base_url = "http://receiver.example/";
    CHECK_THROWS_AS(webhook::driver.connect(request, world.tools), Error);
    request.base_url = "http://127.0.0.1:9000/";
    CHECK_THROWS_AS(webhook::driver.connect(request, world.tools), Error);
    request.config = {{"allow_private", "true"}};
    CHECK_NOTHROW(webhook::driver.connect(request, world.tools));
}

TEST_CASE("a webhook without a secret or a whole URL is refused") {
    World world;
    ConnectRequest request;
    request.base_url = "https://receiver.example/";
    CHECK_THROWS_AS(webhook::driver.connect(request, world.tools), Error);
    request.secret = secret;
    request.base_url = "receiver.example";
    CHECK_THROWS_AS(webhook::driver.connect(request, world.tools), Error);
}

}  // namespace
}  // namespace caas::platform
