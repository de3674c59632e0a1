// Publishes to a real Bluesky server and reads back what lies there.
#include <algorithm>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/platform/bluesky/record.h"
#include "core/platform/driver.h"
#include "tests/contract/platform/reference_engine.h"
#include "tests/real/bluesky/server.h"

namespace caas::real {
namespace {

using contract::End;
using contract::Engine;
using platform::Entry;
using platform::StepState;

platform::Publication publication(std::vector<std::string> texts) {
    platform::Publication out;
    out.post = PostId("01932f00-0000-7000-8000-000000000001");
    for (auto& text : texts)
        out.parts.push_back({std::move(text), {}});
    out.language = "en";
    out.options = "{}";
    return out;
}

Engine engine(Server& server, const platform::Access& access, std::vector<std::string> texts) {
    return {
        .driver = platform::get("bluesky"),
        .access = access,
        .publication = publication(std::move(texts)),
        .tools = server.tools()};
}

std::vector<Entry> created(const Engine& engine) {
    std::vector<Entry> out;
    std::ranges::copy_if(engine.journal, std::back_inserter(out), [](const Entry& entry) {
        return entry.step == "create" && entry.state == StepState::done;
    });
    return out;
}

// What each facet covers and means: "link example.com https://example.com".
std::vector<std::string> facets_of(const Json& record) {
    std::vector<std::string> out;
    const auto text = record.at("text").get<std::string>();
    for (const auto& facet : record.value("facets", Json::array())) {
        const auto start = facet.at("index").at("byteStart").get<std::size_t>();
        const auto end = facet.at("index").at("byteEnd").get<std::size_t>();
        const auto& feature = facet.at("features").at(0);
        const auto type = feature.at("$type").get<std::string>();
        const auto kind = type.substr(type.rfind('#') + 1);
        const auto* key = kind == "link" ? "uri" : kind == "tag" ? "tag" : "did";
        out.push_back(
            kind + " " + text.substr(start, end - start) + " " +
            feature.at(key).get<std::string>());
    }
    return out;
}

TEST_CASE("connecting with an app password tells who it is") {
    Server server;
    const auto alice = server.sign_up("alice");

    const auto access = server.connect(alice);
    const auto identity = platform::get("bluesky").check(access, server.tools());

    CHECK(access.remote_id == alice.did);
    CHECK(identity.remote_id == alice.did);
    CHECK(identity.handle == alice.handle);
    const auto life = access.credentials.expires_at.value() - server.tools().clock.now();
    CHECK(life > std::chrono::minutes(110));
    CHECK(life <= std::chrono::hours(2));
    CHECK(access.credentials.refresh_expires_at.has_value());
}

TEST_CASE("a wrong app password is a matter for a person") {
    Server server;
    auto alice = server.sign_up("alice");
    alice.app_password = "aaaa-bbbb-cccc-dddd";

    try {
        server.connect(alice);
        FAIL("connected");
    } catch (const Error& error) {
        CHECK(error.code() == Code::platform_sign_in);
    }
}

TEST_CASE("a post lies on the server as it was meant, to the byte") {
    Server server;
    const auto alice = server.sign_up("alice");
    const auto bob = server.sign_up("bob");
    const std::string text =
        "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80 Gr\xC3\xBC\xC3\x9F"
        "e an @" +
        bob.handle +
        " und @nobody-here.test: https://example.com/a?b=c#d (example.org/\xC3\xA4) "
        "#caf\xC3\xA9 \xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x87\xA9\xF0\x9F\x87\xAA #one";

    auto run = engine(server, server.connect(alice), {text});
    const auto end = run.run();

    REQUIRE(end == End::published);
    const auto entries = created(run);
    REQUIRE(entries.size() == 1);
    const auto lies = server.record(alice, entries[0].remote_id);
    const auto sent = json::parse(entries[0].prepared, "prepared");
    CHECK(lies.at("value") == sent.at("record"));
    CHECK(lies.at("value").at("text") == text);
    CHECK(lies.at("value").at("langs") == Json::array({"en"}));
    CHECK(
        json::parse(entries[0].cursor, "cursor") ==
        Json{{"uri", lies.at("uri")}, {"cid", lies.at("cid")}});
    const auto facets = facets_of(lies.at("value"));
    REQUIRE(facets.size() >= 4);
    CHECK(facets[0] == "mention @" + bob.handle + " " + bob.did);
    CHECK(facets[1] == "link https://example.com/a?b=c#d https://example.com/a?b=c#d");
    CHECK(facets[2] == "link example.org/\xC3\xA4 https://example.org/\xC3\xA4");
    CHECK(facets[3] == "tag #caf\xC3\xA9 caf\xC3\xA9");
    CHECK(facets.back() == "tag #one one");
}

TEST_CASE("a thread of three hangs together by the server's own references") {
    Server server;
    const auto alice = server.sign_up("alice");
    auto run = engine(
        server,
        server.connect(alice),
        {"One \xF0\x9F\xA7\xB5", "Two, https://example.com", "Three #end"});

    REQUIRE(run.run() == End::published);

    const auto entries = created(run);
    REQUIRE(entries.size() == 3);
    std::vector<Json> lie;
    for (const auto& entry : entries)
        lie.push_back(server.record(alice, entry.remote_id));
    const auto ref = [&](std::size_t i) {
        return Json{{"uri", lie[i].at("uri")}, {"cid", lie[i].at("cid")}};
    };
    CHECK_FALSE(lie[0].at("value").contains("reply"));
    CHECK(lie[1].at("value").at("reply") == Json{{"root", ref(0)}, {"parent", ref(0)}});
    CHECK(lie[2].at("value").at("reply") == Json{{"root", ref(0)}, {"parent", ref(1)}});
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(lie[i].at("value") == json::parse(entries[i].prepared, "prepared").at("record"));
    CHECK(server.records(alice).size() == 3);
    CHECK(entries[0].remote_id < entries[1].remote_id);
    CHECK(entries[1].remote_id < entries[2].remote_id);
}

TEST_CASE("sending the same step again makes no second record") {
    Server server;
    const auto alice = server.sign_up("alice");
    auto run = engine(server, server.connect(alice), {"Once"});
    REQUIRE(run.run() == End::published);
    const auto entry = created(run).at(0);
    platform::Step step;
    step.name = entry.step;
    step.prepared = entry.prepared;

    const auto again = run.driver.perform(run.publication, step, {}, run.access, run.tools);

    REQUIRE(std::holds_alternative<platform::Done>(again));
    CHECK(std::get<platform::Done>(again).remote_id == entry.remote_id);
    CHECK(std::get<platform::Done>(again).cursor == entry.cursor);
    CHECK(server.records(alice).size() == 1);
}

TEST_CASE("another record under the same key is found and not overwritten") {
    Server server;
    const auto alice = server.sign_up("alice");
    auto run = engine(server, server.connect(alice), {"First"});
    REQUIRE(run.run() == End::published);
    const auto entry = created(run).at(0);
    auto body = json::parse(entry.prepared, "prepared");
    body["record"]["text"] = "Second";
    platform::Step step;
    step.name = "create";
    step.prepared = json::dump(body);

    const auto outcome = run.driver.perform(run.publication, step, {}, run.access, run.tools);
    Entry doubt;
    doubt.step = "create";
    doubt.prepared = step.prepared;
    doubt.state = StepState::unknown;
    const auto sight = run.driver.look(run.publication, {doubt}, run.access, run.tools);

    REQUIRE(std::holds_alternative<platform::Unknown>(outcome));
    CHECK(std::get<platform::Unknown>(outcome).code == "bluesky.invalid_swap");
    REQUIRE(std::holds_alternative<platform::There>(sight));
    CHECK(std::get<platform::There>(sight).cursor == entry.cursor);
    CHECK(server.record(alice, entry.remote_id).at("value").at("text") == "First");
    CHECK(server.records(alice).size() == 1);
}

TEST_CASE("a look before anything was sent is certain that nothing is there") {
    Server server;
    const auto alice = server.sign_up("alice");
    auto run = engine(server, server.connect(alice), {"Not yet"});
    const auto step = run.driver.next(run.publication, {}, run.access, run.tools);
    Entry doubt;
    doubt.step = step->name;
    doubt.prepared = step->prepared;
    doubt.state = StepState::unknown;

    CHECK(std::holds_alternative<platform::Absent>(
        run.driver.look(run.publication, {doubt}, run.access, run.tools)));
}

TEST_CASE("a kill after each call doubles nothing on a real server") {
    Server server;
    const auto bob = server.sign_up("bob");
    for (int at = 0; at < 4; ++at) {
        CAPTURE(at);
        const auto alice = server.sign_up("alice");
        auto run =
            engine(server, server.connect(alice), {"One for @" + bob.handle, "Two", "Three"});
        run.killed_at = at;
        run.pause_after_kill = Milliseconds::zero();

        CHECK(run.run() == End::published);

        CHECK(server.records(alice).size() == 3);
    }
}

TEST_CASE("an expired session is renewed, and renewing twice gives the same next one") {
    Server server;
    const auto alice = server.sign_up("alice");
    auto access = server.connect(alice);
    const auto before = access.credentials;
    access.credentials.access = server.expired(before.access);
    auto run = engine(server, access, {"After two hours"});

    const auto end = run.run();

    CHECK(end == End::published);
    CHECK(run.last_code == "bluesky.expired_token");
    CHECK(run.access.credentials.refresh != before.refresh);
    CHECK(server.records(alice).size() == 1);
    const auto again = run.driver.refresh(access, run.tools);
    CHECK(
        claims_of(again.refresh).at("jti") == claims_of(run.access.credentials.refresh).at("jti"));
}

TEST_CASE("what the server refuses is refused for good") {
    Server server;
    const auto alice = server.sign_up("alice");
    std::string long_text;
    for (int i = 0; i < 301; ++i)
        long_text += "\xC3\xA4";
    auto run = engine(server, server.connect(alice), {long_text});

    CHECK(run.run() == End::failed);
    CHECK(run.last_code == "bluesky.invalid_request");
    CHECK(server.records(alice).empty());
}

TEST_CASE("a text of 300 graphemes of many bytes each is taken") {
    Server server;
    const auto alice = server.sign_up("alice");
    std::string text;
    for (int i = 0; i < 300; ++i)
        text += "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA";
    auto run = engine(server, server.connect(alice), {text});

    CHECK(run.run() == End::published);
    CHECK(server.records(alice).at(0).at("value").at("text") == text);
}

TEST_CASE("too many sign-ins are answered with the time to wait") {
    Server server;
    const auto alice = server.sign_up("alice");
    int waits = 0;
    for (int i = 0; i < 40 && waits == 0; ++i) {
        try {
            server.connect(alice);
        } catch (const Error& error) {
            REQUIRE(error.code() == Code::rate_limited);
            waits = error.retry_after_s();
        }
    }

    CHECK(waits > 0);
    CHECK(waits <= 300);
}

}  // namespace
}  // namespace caas::real
