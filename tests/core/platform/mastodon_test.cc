#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/platform/drivers.h"
#include "tests/core/platform/world.h"

namespace caas::platform {
namespace {

Access ana() {
    Access access;
    access.remote_id = "109";
    access.handle = "ana@social.example";
    access.base_url = "https://social.example";
    access.config = R"({"honours_keys":true,"limits":{"text_limit":500}})";
    access.credentials.access = Secret("token");
    return access;
}

std::string status_json(const std::string& id, const std::string& reply_to = "") {
    Json out{
        {"id", id},
        {"url", "https://social.example/@ana/" + id},
        {"created_at", "2026-11-22T10:00:01.000Z"}};
    out["in_reply_to_id"] = reply_to.empty() ? Json() : Json(reply_to);
    return json::dump(out);
}

std::string outcome_of_answer(int status, std::string body = "", net::Headers headers = {}) {
    World world;
    const auto what = publication({"Hello"});
    Journal journal;
    const auto step = mastodon::driver.next(what, journal, ana(), world.tools);
    write_down(journal, *step, world.clock.now());
    world.http.answer(status, std::move(body), std::move(headers));
    return brief(mastodon::driver.perform(what, *step, journal, ana(), world.tools));
}

TEST_CASE("a status is created under a key of the post and part") {
    World world;
    auto what = publication({"Hello"});
    what.language = "pt-BR";
    what.options =
        R"({"visibility":"unlisted","spoiler_text":"News","sensitive":true,"visibilty":"x"})";
    Journal journal;
    const auto step = mastodon::driver.next(what, journal, ana(), world.tools);
    write_down(journal, *step, world.clock.now());
    world.http.answer(200, status_json("7"));

    const auto outcome = mastodon::driver.perform(what, *step, journal, ana(), world.tools);

    const auto& request = world.last_request();
    CHECK(request.method == "POST");
    CHECK(request.url == "https://social.example/api/v1/statuses");
    CHECK(header(request, "Authorization") == "Bearer token");
    CHECK(header(request, "Idempotency-Key").size() == 32);
    CHECK(request.is_create);
    CHECK(
        request.body ==
        R"({"language":"pt","sensitive":true,"spoiler_text":"News","status":"Hello","visibility":"unlisted"})");
    REQUIRE(brief(outcome) == "done");
    CHECK(std::get<Done>(outcome).remote_id == "7");
    CHECK(std::get<Done>(outcome).url == "https://social.example/@ana/7");
    CHECK(step->is_repeatable);
    CHECK(step->publishes);
    CHECK(step->repeatable_for == std::chrono::minutes(55));
}

TEST_CASE("a thread answers the part before under a key of its own") {
    World world;
    const auto what = publication({"One", "Two"});
    Journal journal;
    const auto first = mastodon::driver.next(what, journal, ana(), world.tools);
    auto& entry = write_down(journal, *first, world.clock.now());
    entry.state = StepState::done;
    entry.remote_id = "7";

    const auto second = mastodon::driver.next(what, journal, ana(), world.tools);

    CHECK(second->part == 1);
    const auto prepared = json::parse(second->prepared, "prepared");
    const auto body = json::parse(json::text_or(prepared, "body", ""), "body");
    CHECK(body.at("in_reply_to_id") == "7");
    CHECK(prepared.at("key") != json::parse(first->prepared, "prepared").at("key"));

    auto& last = write_down(journal, *second, world.clock.now());
    last.state = StepState::done;
    CHECK_FALSE(mastodon::driver.next(what, journal, ana(), world.tools).has_value());
}

TEST_CASE("a part that a person found is answered by the id in its address") {
    World world;
    const auto what = publication({"One", "Two"});
    Journal journal;
    const auto first = mastodon::driver.next(what, journal, ana(), world.tools);
    auto& entry = write_down(journal, *first, world.clock.now());
    entry.state = StepState::done;
    entry.url = "https://social.example/@ana/113";

    const auto second = mastodon::driver.next(what, journal, ana(), world.tools);

    CHECK(second->prepared.find("in_reply_to_id") != std::string::npos);
    CHECK(second->prepared.find("113") != std::string::npos);
}

TEST_CASE("a thread does not go on when the part before cannot be named") {
    World world;
    const auto what = publication({"One", "Two"});
    Journal journal;
    const auto first = mastodon::driver.next(what, journal, ana(), world.tools);
    write_down(journal, *first, world.clock.now()).state = StepState::done;

    const auto second = mastodon::driver.next(what, journal, ana(), world.tools);
    const auto outcome = mastodon::driver.perform(what, *second, journal, ana(), world.tools);

    CHECK(brief(outcome) == "refused mastodon.part_before_unknown");
    CHECK(world.http.asked.empty());
}

TEST_CASE("a repeat carries the bytes of the step in doubt") {
    World world;
    const auto what = publication({"Hello"});
    Journal journal;
    const auto first = mastodon::driver.next(what, journal, ana(), world.tools);
    write_down(journal, *first, world.clock.now()).state = StepState::unknown;

    CHECK(mastodon::driver.next(what, journal, ana(), world.tools)->prepared == first->prepared);
}

TEST_CASE("a server not known to honour keys is never sent the same twice") {
    World world;
    auto access = ana();
    access.config = R"({"honours_keys":false})";

    CHECK_FALSE(
        mastodon::driver.next(publication({"Hello"}), {}, access, world.tools)->is_repeatable);
}

TEST_CASE("what each answer of Mastodon means") {
    CHECK(outcome_of_answer(200, "{}") == "unknown mastodon.unreadable_answer");
    CHECK(outcome_of_answer(200, R"({"id":")") == "unknown mastodon.unreadable_answer");
    CHECK(
        outcome_of_answer(401, R"({"error":"The access token is invalid"})") ==
        "sign_in mastodon.http_401");
    CHECK(
        outcome_of_answer(403, R"({"error":"This action is outside the authorized scopes"})") ==
        "refused mastodon.http_403");
    CHECK(
        outcome_of_answer(403, R"({"error":"Your login is currently disabled"})") ==
        "held mastodon.account_held");
    CHECK(outcome_of_answer(404, R"({"error":"Record not found"})") == "refused mastodon.http_404");
    CHECK(outcome_of_answer(410) == "refused mastodon.http_410");
    CHECK(
        outcome_of_answer(422, R"({"error":"Validation failed: Text can't be blank"})") ==
        "refused mastodon.http_422");
    CHECK(outcome_of_answer(429, R"({"error":"Too many requests"})") == "later");
    CHECK(outcome_of_answer(302) == "refused mastodon.http_302");
    CHECK(outcome_of_answer(500) == "unknown mastodon.http_500");
    CHECK(outcome_of_answer(503) == "unknown mastodon.http_503");
}

TEST_CASE("Mastodon's reset is a date and is believed") {
    World world;
    const auto what = publication({"Hello"});
    const auto step = mastodon::driver.next(what, {}, ana(), world.tools);
    world.http.answer(
        429,
        R"({"error":"Too many requests"})",
        {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "2026-11-22T10:03:00.000000Z"}});

    const auto outcome = mastodon::driver.perform(what, *step, {}, ana(), world.tools);

    CHECK(std::get<Later>(outcome).at == world.clock.now() + std::chrono::minutes(3));
}

TEST_CASE("what no answer at all means") {
    World world;
    const auto what = publication({"Hello"});
    const auto step = mastodon::driver.next(what, {}, ana(), world.tools);
    world.http.fail(net::Failure::Kind::resolve, false);
    world.http.fail(net::Failure::Kind::timeout, true);

    CHECK(
        brief(mastodon::driver.perform(what, *step, {}, ana(), world.tools)) ==
        "not_sent mastodon.resolve");
    CHECK(
        brief(mastodon::driver.perform(what, *step, {}, ana(), world.tools)) ==
        "unknown mastodon.timeout");
}

Medium picture(const std::string& bytes, const std::string& alt) {
    Medium medium;
    medium.id = "01932f00-0000-7000-8000-00000000ed1a";
    medium.type = "image/jpeg";
    medium.size = static_cast<std::int64_t>(bytes.size());
    medium.alt = alt;
    medium.read = [bytes](std::int64_t offset, std::size_t most) {
        return bytes.substr(static_cast<std::size_t>(offset), most);
    };
    return medium;
}

struct Gallery {
    World world;
    Publication what = publication({"One", "Two"});
    Journal journal;

    Gallery() { what.parts[1].media = {picture("abc", "A sea")}; }

    std::optional<Step> next() { return mastodon::driver.next(what, journal, ana(), world.tools); }

    std::string go(const Step& step) {
        write_down(journal, step, world.clock.now());
        const auto outcome = mastodon::driver.perform(what, step, journal, ana(), world.tools);
        auto& entry = journal.back();
        entry.state = StepState::failed;
        if (const auto* done = std::get_if<Done>(&outcome)) {
            entry.state = StepState::done;
            entry.remote_id = done->remote_id;
            entry.cursor = done->cursor;
        }
        return brief(outcome);
    }
};

TEST_CASE("a picture is uploaded with its words, waited for, and named by its status") {
    Gallery it;
    const auto upload = it.next();
    REQUIRE(upload->name == "upload 1");
    CHECK(upload->part == 1);
    it.world.http.answer(202, R"({"id":"77","url":null})");
    CHECK(it.go(*upload) == "done");
    const auto& sent = it.world.last_request();
    CHECK(sent.url == "https://social.example/api/v2/media");
    REQUIRE(sent.source);
    const auto form = sent.source->read(0, 10'000);
    CHECK(form.find("name=\"description\"\r\n\r\nA sea\r\n") != std::string::npos);
    std::string whole;
    while (static_cast<std::int64_t>(whole.size()) < sent.source->size)
        whole += sent.source->read(static_cast<std::int64_t>(whole.size()), 7);
    CHECK(whole.find("Content-Type: image/jpeg\r\n\r\nabc\r\n--") != std::string::npos);

    const auto look = it.next();
    REQUIRE(look->name == "process 1");
    it.world.http.answer(206, R"({"id":"77","url":null})");
    CHECK(it.go(*look) == "later");
    it.world.http.answer(200, R"({"id":"77","url":"https://x"})");
    CHECK(it.go(*it.next()) == "done");
    CHECK(it.world.last_request().url == "https://social.example/api/v1/media/77");

    const auto first = it.next();
    REQUIRE(first->name == "create");
    CHECK(first->part == 0);
    CHECK(first->prepared.find("media_ids") == std::string::npos);
    it.world.http.answer(200, status_json("7"));
    it.go(*first);
    CHECK(it.next()->prepared.find(R"(\"media_ids\":[\"77\"])") != std::string::npos);
}

TEST_CASE(
    "a picture that is ready at once needs no second look, and an old one is uploaded again") {
    Gallery it;
    it.world.http.answer(200, R"({"id":"77","url":"https://x"})");
    it.go(*it.next());
    CHECK(it.next()->name == "create");
    it.world.clock.advance(std::chrono::hours(13));
    CHECK(it.next()->name == "upload 1");
}

TEST_CASE(
    "a status that comes too early for its media waits for them and is made again as it was") {
    Gallery it;
    it.what = publication({"One"});
    it.what.parts[0].media = {picture("abc", "A sea")};
    it.world.http.answer(200, R"({"id":"77","url":"https://x"})");
    it.go(*it.next());
    const auto early = it.next();
    it.world.http.answer(
        422,
        R"({"error":"Cannot attach files that have not finished processing. Try again in a moment!"})");

    // A try that counts: of media that nothing came of it is said for ever.
    CHECK(it.go(*early) == "not_sent mastodon.media_not_ready");

    const auto again = it.next();
    REQUIRE(again->name == "create");
    CHECK(again->prepared == early->prepared);
    it.world.http.answer(200, status_json("7"));
    CHECK(it.go(*again) == "done");
}

TEST_CASE("what goes wrong with a picture made nothing that others see") {
    for (const auto& [status, expected] : std::vector<std::pair<int, std::string>>{
             {500, "not_sent mastodon.http_500"},
             {422, "refused mastodon.http_422"},
             {413, "refused mastodon.http_413"},
             {401, "sign_in mastodon.http_401"},
             {429, "later"}}) {
        Gallery it;
        it.world.http.answer(status, "{}");
        CHECK(it.go(*it.next()) == expected);
    }
    Gallery lost;
    lost.world.http.fail(net::Failure::Kind::timeout, true);
    CHECK(lost.go(*lost.next()) == "not_sent mastodon.timeout");
    Gallery failed;
    failed.world.http.answer(202, R"({"id":"77"})");
    failed.go(*failed.next());
    failed.world.http.answer(422, "{}");
    CHECK(failed.go(*failed.next()) == "refused mastodon.media_failed");
    Gallery gone;
    gone.what.parts[1].media = {Medium{.id = "gone"}};
    CHECK(gone.go(*gone.next()) == "refused mastodon.media_missing");
}

TEST_CASE("a status is taken back and counted by its id") {
    World world;
    Entry entry;
    entry.remote_id = "7";
    world.http.answer(200, "{}");
    mastodon::driver.remove(entry, ana(), world.tools);
    CHECK(world.last_request().method == "DELETE");
    CHECK(world.last_request().url == "https://social.example/api/v1/statuses/7");
    world.http.answer(404, "{}");
    mastodon::driver.remove(entry, ana(), world.tools);
    world.http.answer(200, R"({"favourites_count":3,"reblogs_count":0,"replies_count":1})");
    CHECK(
        mastodon::driver.measure(entry, ana(), world.tools) ==
        Metrics{{"likes", 3}, {"reposts", 0}, {"replies", 1}});
}

struct Doubt {
    World world;
    Publication what = publication({"Hello"});
    Journal journal;

    Doubt() {
        const auto step = mastodon::driver.next(what, journal, ana(), world.tools);
        write_down(journal, *step, world.clock.now()).state = StepState::unknown;
    }

    Sight look() { return mastodon::driver.look(what, journal, ana(), world.tools); }
};

TEST_CASE("a look finds the status by its source") {
    Doubt doubt;
    doubt.world.http.answer(200, "[" + status_json("9", "3") + "," + status_json("8") + "]");
    doubt.world.http.answer(200, R"({"id":"8","text":"Hello","spoiler_text":""})");

    const auto sight = doubt.look();

    REQUIRE(brief(sight) == "there");
    CHECK(std::get<There>(sight).remote_id == "8");
    CHECK(std::get<There>(sight).url == "https://social.example/@ana/8");
    CHECK(
        doubt.world.http.asked[0].url ==
        "https://social.example/api/v1/accounts/109/statuses?limit=40&exclude_reblogs=true");
    CHECK(doubt.world.http.asked[1].url == "https://social.example/api/v1/statuses/8/source");
    CHECK(doubt.world.http.asked.size() == 2);
}

TEST_CASE("a look that finds nothing proves nothing") {
    Doubt doubt;
    doubt.world.http.answer(200, "[" + status_json("8") + "]");
    doubt.world.http.answer(200, R"({"id":"8","text":"Something else","spoiler_text":""})");

    CHECK(brief(doubt.look()) == "cannot_tell");
}

// The step began so long after the time at which status 8 was made.
void begin_later(Doubt& doubt, Milliseconds by) {
    doubt.world.clock.advance(by);
    for (auto& entry : doubt.journal)
        entry.started_at = doubt.world.clock.now();
}

TEST_CASE("a status of the same words from before is ours only if our clock was wrong") {
    Doubt doubt;
    begin_later(doubt, std::chrono::hours(3));
    doubt.world.http.answer(200, "[" + status_json("8") + "]");
    doubt.world.http.answer(200, R"({"id":"8","text":"Hello","spoiler_text":""})");

    const auto sight = doubt.look();

    REQUIRE(brief(sight) == "cannot_tell");
    CHECK(std::get<CannotTell>(sight).may_be_there);
}

TEST_CASE("a status of the same words of the day before is not taken for the new one") {
    Doubt doubt;
    begin_later(doubt, std::chrono::hours(15));
    doubt.world.http.answer(200, "[" + status_json("8") + "]");

    const auto sight = doubt.look();

    REQUIRE(brief(sight) == "cannot_tell");
    CHECK_FALSE(std::get<CannotTell>(sight).may_be_there);
    CHECK(doubt.world.http.asked.size() == 1);
}

TEST_CASE("a status of the same words that another post became is passed over") {
    Doubt doubt;
    doubt.what.made_by_others = {"9"};
    doubt.world.http.answer(200, "[" + status_json("9") + "," + status_json("8") + "]");
    doubt.world.http.answer(200, R"({"id":"8","text":"Hello","spoiler_text":""})");

    const auto sight = doubt.look();

    REQUIRE(brief(sight) == "there");
    CHECK(std::get<There>(sight).remote_id == "8");
}

TEST_CASE("a status of the same words that a person found at an address is passed over") {
    Doubt doubt;
    doubt.what.seen_of_others = {"https://example.org/@ana/9"};
    doubt.world.http.answer(200, "[" + status_json("9") + "," + status_json("8") + "]");
    doubt.world.http.answer(200, R"({"id":"8","text":"Hello","spoiler_text":""})");

    const auto sight = doubt.look();

    CHECK(brief(sight) == "there");
    CHECK(doubt.world.http.asked.size() == 2);
}

TEST_CASE("a look at a server in trouble cannot tell") {
    Doubt doubt;
    doubt.world.http.answer(503, "");
    CHECK(brief(doubt.look()) == "cannot_tell");
    doubt.world.http.fail(net::Failure::Kind::timeout, true);
    CHECK(brief(doubt.look()) == "cannot_tell");
    doubt.world.http.answer(200, "<html>");
    CHECK(brief(doubt.look()) == "cannot_tell");
}

ConnectRequest request_to_connect() {
    ConnectRequest request;
    request.base_url = "Social.Example";
    request.secret = Secret("token");
    return request;
}

constexpr const char* me = R"({"id":"109","username":"ana","acct":"ana"})";

TEST_CASE("connecting reads who it is and the limits of the instance") {
    World world;
    world.http.answer(200, me);
    world.http.answer(
        200,
        R"({"version":"4.3.1","source_url":"https://github.com/mastodon/mastodon","configuration":
            {"statuses":{"max_characters":1000,"characters_reserved_per_url":30,
                         "max_media_attachments":4}}})");

    const auto identity = mastodon::driver.connect(request_to_connect(), world.tools);

    CHECK(identity.base_url == "https://social.example");
    CHECK(identity.handle == "ana@social.example");
    CHECK(identity.remote_id == "109");
    const auto config = json::parse(identity.config, "config");
    CHECK(
        config.at("limits") == Json{{"text_limit", 1000}, {"url_length", 30}, {"media_limit", 4}});
    CHECK(config.at("honours_keys") == true);
    CHECK(header(world.http.asked[0], "Authorization") == "Bearer token");
}

TEST_CASE("the handle tells servers of one host apart by their ports") {
    World world;
    world.http.answer(200, me);
    world.http.answer(404, "");
    world.http.answer(404, "");
    auto request = request_to_connect();
    request.base_url = "http://127.0.0.1:3001";

    const auto identity = mastodon::driver.connect(request, world.tools);

    CHECK(identity.handle == "ana@127.0.0.1:3001");
    CHECK(identity.base_url == "http://127.0.0.1:3001");
}

TEST_CASE("an older instance is asked in the older way") {
    World world;
    world.http.answer(200, me);
    world.http.answer(404, "");
    world.http.answer(
        200, R"j({"version":"2.7.2 (compatible; Pleroma 2.5)","max_toot_chars":5000})j");

    const auto identity = mastodon::driver.connect(request_to_connect(), world.tools);

    const auto config = json::parse(identity.config, "config");
    CHECK(config.at("limits") == Json{{"text_limit", 5000}});
    CHECK(config.at("honours_keys") == false);
    CHECK(world.http.asked[2].url == "https://social.example/api/v1/instance");
}

TEST_CASE("a limit nobody can believe is not taken over") {
    World world;
    world.http.answer(200, me);
    world.http.answer(
        200,
        R"({"version":"4.3","configuration":{"statuses":{"max_characters":-5,
            "characters_reserved_per_url":"x"}}})");

    const auto identity = mastodon::driver.connect(request_to_connect(), world.tools);

    CHECK(json::parse(identity.config, "config").at("limits") == Json::object());
}

Code code_of_connecting(int status, const std::string& body) {
    World world;
    world.http.answer(status, body);
    try {
        mastodon::driver.connect(request_to_connect(), world.tools);
    } catch (const Error& error) {
        return error.code();
    }
    return Code::internal;
}

TEST_CASE("what can go wrong while connecting to Mastodon") {
    CHECK(code_of_connecting(401, R"({"error":"invalid"})") == Code::platform_sign_in);
    CHECK(code_of_connecting(404, "") == Code::platform_unavailable);
    CHECK(code_of_connecting(429, "") == Code::rate_limited);
    CHECK(code_of_connecting(502, "") == Code::platform_unavailable);
    CHECK(code_of_connecting(403, "") == Code::platform_refused);
    CHECK(code_of_connecting(200, "<html>") == Code::platform_unavailable);
    CHECK(code_of_connecting(200, "{}") == Code::platform_unavailable);
}

TEST_CASE("an instance that is no address is refused before any call") {
    World world;
    ConnectRequest request;
    request.secret = Secret("token");
    CHECK_THROWS_AS(mastodon::driver.connect(request, world.tools), Error);
    request.base_url = "http://social.example";
    CHECK_THROWS_AS(mastodon::driver.connect(request, world.tools), Error);
    request.base_url = "https://social.example";
    request.secret = Secret();
    CHECK_THROWS_AS(mastodon::driver.connect(request, world.tools), Error);
}

}  // namespace
}  // namespace caas::platform
