#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/platform/bluesky/record.h"
#include "core/platform/bluesky/record_key.h"
#include "core/platform/drivers.h"
#include "tests/core/platform/world.h"

namespace caas::platform {
namespace {

Access alice() {
    Access access;
    access.remote_id = "did:plc:alice";
    access.handle = "alice.test";
    access.base_url = "https://pds.example";
    access.config = "{}";
    access.credentials.access = Secret("access-jwt");
    access.credentials.refresh = Secret("refresh-jwt");
    return access;
}

std::string record_answer(const std::string& rkey, const std::string& cid) {
    return json::dump(
        {{"uri", "at://did:plc:alice/app.bsky.feed.post/" + rkey},
         {"cid", cid},
         {"validationStatus", "valid"}});
}

std::string fault(const std::string& name, const std::string& message = "says why") {
    return json::dump({{"error", name}, {"message", message}});
}

std::string rkey_of(const Step& step) {
    return json::parse(step.prepared, "prepared").at("rkey").get<std::string>();
}

Json record_of(const Step& step) {
    return json::parse(step.prepared, "prepared").at("record");
}

struct Run {
    World world;
    Journal journal;
    Publication what;

    explicit Run(std::vector<std::string> texts) : what(publication(std::move(texts))) {}

    std::optional<Step> next() { return bluesky::driver.next(what, journal, alice(), world.tools); }

    Outcome perform(const Step& step) {
        return bluesky::driver.perform(what, step, journal, alice(), world.tools);
    }

    Sight look() { return bluesky::driver.look(what, journal, alice(), world.tools); }

    // Performs the step and keeps what came of it, as the engine does.
    Outcome go(const Step& step) {
        write_down(journal, step, world.clock.now());
        auto outcome = perform(step);
        auto& entry = journal.back();
        if (const auto* done = std::get_if<Done>(&outcome)) {
            entry.state = StepState::done;
            entry.remote_id = done->remote_id;
            entry.url = done->url;
            entry.cursor = done->cursor;
        } else {
            if (const auto* nothing = std::get_if<NotSent>(&outcome))
                entry.code = nothing->code;
            entry.state =
                std::holds_alternative<Unknown>(outcome) ? StepState::unknown : StepState::failed;
        }
        return outcome;
    }
};

TEST_CASE("a post is put under a key of its own and never over another") {
    Run run({"Hello"});
    const auto step = run.next();
    run.world.http.answer(200, record_answer(rkey_of(*step), "bafyone"));

    const auto outcome = run.go(*step);

    const auto& request = run.world.last_request();
    CHECK(request.method == "POST");
    CHECK(request.url == "https://pds.example/xrpc/com.atproto.repo.putRecord");
    CHECK(request.is_create);
    CHECK(header(request, "Authorization") == "Bearer access-jwt");
    CHECK(request.body == step->prepared);
    const auto body = json::parse(request.body, "body");
    CHECK(body.at("repo") == "did:plc:alice");
    CHECK(body.at("collection") == "app.bsky.feed.post");
    CHECK(body.contains("swapRecord"));
    CHECK(body.at("swapRecord").is_null());
    CHECK(bluesky::is_record_key(rkey_of(*step)));
    CHECK(
        body.at("record") == Json{
                                 {"$type", "app.bsky.feed.post"},
                                 {"text", "Hello"},
                                 {"createdAt", "2026-11-22T10:00:00.000Z"},
                                 {"langs", {"en"}}});
    REQUIRE(brief(outcome) == "done");
    const auto& done = std::get<Done>(outcome);
    CHECK(done.remote_id == "at://did:plc:alice/app.bsky.feed.post/" + rkey_of(*step));
    CHECK(done.url == "https://bsky.app/profile/did:plc:alice/post/" + rkey_of(*step));
    CHECK_FALSE(run.next().has_value());
}

TEST_CASE("a repeat of a step in doubt is the same to the byte") {
    Run run({"Hello"});
    const auto first = run.next();
    write_down(run.journal, *first, run.world.clock.now()).state = StepState::unknown;
    run.world.clock.advance(std::chrono::hours(5));

    const auto second = run.next();

    CHECK(second->prepared == first->prepared);
    CHECK(second->is_repeatable);
    CHECK_FALSE(second->repeatable_for.has_value());
}

TEST_CASE("what certainly was not sent keeps its key and gets a new time") {
    Run run({"Hello"});
    const auto first = run.next();
    write_down(run.journal, *first, run.world.clock.now()).state = StepState::failed;
    run.world.clock.advance(std::chrono::hours(5));

    const auto second = run.next();

    CHECK(rkey_of(*second) == rkey_of(*first));
    CHECK(record_of(*second).at("createdAt") == "2026-11-22T15:00:00.000Z");
}

TEST_CASE("links, tags and mentions are marked by bytes") {
    Run run({"\xF0\x9F\x9A\x80 @Bob.test see https://example.com #caf\xC3\xA9 example.org"});
    const auto resolving = run.next();
    REQUIRE(resolving->name == "resolve");
    CHECK_FALSE(resolving->publishes);
    run.world.http.answer(200, R"({"did":"did:plc:bob"})");
    run.go(*resolving);
    CHECK(
        run.world.last_request().url ==
        "https://pds.example/xrpc/com.atproto.identity.resolveHandle?handle=bob.test");

    const auto step = run.next();

    REQUIRE(step->name == "create");
    const auto facets = record_of(*step).at("facets");
    REQUIRE(facets.size() == 4);
    CHECK(facets[0].at("index") == Json{{"byteStart", 5}, {"byteEnd", 14}});
    CHECK(
        facets[0].at("features")[0] ==
        Json{{"$type", "app.bsky.richtext.facet#mention"}, {"did", "did:plc:bob"}});
    CHECK(facets[1].at("index") == Json{{"byteStart", 19}, {"byteEnd", 38}});
    CHECK(
        facets[1].at("features")[0] ==
        Json{{"$type", "app.bsky.richtext.facet#link"}, {"uri", "https://example.com"}});
    CHECK(facets[2].at("index") == Json{{"byteStart", 39}, {"byteEnd", 45}});
    CHECK(facets[2].at("features")[0].at("tag") == "caf\xC3\xA9");
    CHECK(facets[3].at("features")[0].at("uri") == "https://example.org");
}

TEST_CASE("a mention of nobody stays plain text") {
    Run run({"Hi @nobody.test"});
    const auto resolving = run.next();
    run.world.http.answer(400, fault("InvalidRequest", "Unable to resolve handle"));

    CHECK(brief(run.go(*resolving)) == "done");
    const auto step = run.next();
    CHECK(step->name == "create");
    CHECK_FALSE(record_of(*step).contains("facets"));
}

TEST_CASE("every mention of a thread is resolved once, before anything goes out") {
    Run run({"Hi @bob.test", "and @bob.test and @carol.test"});
    run.world.http.answer(200, R"({"did":"did:plc:bob"})");
    run.world.http.answer(200, R"({"did":"did:plc:carol"})");

    run.go(*run.next());
    run.go(*run.next());

    CHECK(run.next()->name == "create");
    CHECK(run.world.http.asked.size() == 2);
    CHECK(run.world.last_request().url.ends_with("handle=carol.test"));
}

TEST_CASE("trouble while resolving is certain to have made nothing") {
    Run run({"Hi @bob.test"});
    const auto step = run.next();
    run.world.http.answer(502, fault("UpstreamFailure"));
    run.world.http.fail(net::Failure::Kind::timeout, true);
    run.world.http.answer(429, fault("RateLimitExceeded"));
    run.world.http.answer(200, "<html>");

    CHECK(brief(run.perform(*step)) == "not_sent bluesky.upstream_failure");
    CHECK(brief(run.perform(*step)) == "not_sent bluesky.timeout");
    CHECK(brief(run.perform(*step)) == "later");
    CHECK(brief(run.perform(*step)) == "not_sent bluesky.unreadable_answer");
    write_down(run.journal, *step, run.world.clock.now()).state = StepState::unknown;
    CHECK(brief(run.look()) == "absent");
}

TEST_CASE("each part of a thread answers the one before and names the first") {
    Run run({"One", "Two", "Three"});
    std::vector<std::string> keys;
    for (const auto* cid : {"bafyone", "bafytwo", "bafythree"}) {
        const auto step = run.next();
        REQUIRE(step->name == "create");
        keys.push_back(rkey_of(*step));
        run.world.http.answer(200, record_answer(keys.back(), cid));
        run.go(*step);
    }

    CHECK_FALSE(run.next().has_value());
    CHECK(keys[0] < keys[1]);
    CHECK(keys[1] < keys[2]);
    const auto at = [&](std::size_t i) {
        return json::parse(run.journal[i].prepared, "prepared").at("record");
    };
    CHECK_FALSE(at(0).contains("reply"));
    const auto ref = [&](std::size_t i, const char* cid) {
        return Json{{"uri", "at://did:plc:alice/app.bsky.feed.post/" + keys[i]}, {"cid", cid}};
    };
    CHECK(at(1).at("reply") == Json{{"root", ref(0, "bafyone")}, {"parent", ref(0, "bafyone")}});
    CHECK(at(2).at("reply") == Json{{"root", ref(0, "bafyone")}, {"parent", ref(1, "bafytwo")}});
}

TEST_CASE("a part that a person found is located before the thread goes on") {
    Run run({"One", "Two"});
    const auto first = run.next();
    auto& entry = write_down(run.journal, *first, run.world.clock.now());
    entry.state = StepState::done;
    entry.url = "https://bsky.app/profile/alice.test/post/3l2abcdefgh2k";

    const auto locating = run.next();
    REQUIRE(locating->name == "locate");
    CHECK_FALSE(locating->publishes);
    run.world.http.answer(200, record_answer("3l2abcdefgh2k", "bafyone"));
    run.go(*locating);

    CHECK(run.world.last_request().url.ends_with("rkey=3l2abcdefgh2k"));
    const auto second = run.next();
    REQUIRE(second->name == "create");
    CHECK(record_of(*second).at("reply").at("root").at("cid") == "bafyone");
}

TEST_CASE("a part without an address is located where it was sent") {
    Run run({"One", "Two"});
    const auto first = run.next();
    write_down(run.journal, *first, run.world.clock.now()).state = StepState::done;

    const auto locating = run.next();

    REQUIRE(locating->name == "locate");
    CHECK(rkey_of(*locating) == rkey_of(*first));
    run.world.http.answer(400, fault("RecordNotFound"));
    CHECK(brief(run.perform(*locating)) == "refused bluesky.record_not_found");
}

std::string outcome_of(int status, std::string body, net::Headers headers = {}) {
    Run run({"Hello"});
    const auto step = run.next();
    run.world.http.answer(status, std::move(body), std::move(headers));
    return brief(run.perform(*step));
}

TEST_CASE("what each fault of Bluesky means") {
    CHECK(outcome_of(400, fault("InvalidRequest")) == "refused bluesky.invalid_request");
    CHECK(outcome_of(400, fault("ExpiredToken")) == "refresh bluesky.expired_token");
    CHECK(outcome_of(400, fault("InvalidToken")) == "sign_in bluesky.invalid_token");
    CHECK(outcome_of(400, fault("InvalidSwap")) == "unknown bluesky.invalid_swap");
    CHECK(outcome_of(400, fault("BlobNotFound")) == "refused bluesky.blob_not_found");
    CHECK(outcome_of(400, fault("SyntaxError")) == "refused bluesky.syntax_error");
    CHECK(outcome_of(401, fault("AuthMissing")) == "sign_in bluesky.auth_missing");
    CHECK(
        outcome_of(401, fault("AuthenticationRequired")) ==
        "sign_in bluesky.authentication_required");
    CHECK(outcome_of(401, fault("AccountTakedown")) == "held bluesky.account_takedown");
    CHECK(outcome_of(403, fault("AccountNotFound")) == "refused bluesky.account_not_found");
    CHECK(outcome_of(413, fault("PayloadTooLarge")) == "refused bluesky.payload_too_large");
    CHECK(outcome_of(429, fault("RateLimitExceeded")) == "later");
    CHECK(outcome_of(500, fault("InternalServerError")) == "unknown bluesky.internal_server_error");
    CHECK(outcome_of(502, "<html>") == "unknown bluesky.http_502");
    CHECK(outcome_of(504, fault("UpstreamTimeout")) == "unknown bluesky.upstream_timeout");
    CHECK(outcome_of(200, "{") == "unknown bluesky.unreadable_answer");
    CHECK(outcome_of(200, "{}") == "unknown bluesky.unreadable_answer");
    CHECK(outcome_of(301, "") == "refused bluesky.http_301");
    CHECK(outcome_of(401, "") == "sign_in bluesky.http_401");
}

TEST_CASE("Bluesky's reset is a time in seconds and is believed") {
    Run run({"Hello"});
    const auto step = run.next();
    run.world.http.answer(
        429,
        fault("RateLimitExceeded"),
        {{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "1795341720"}});

    const auto outcome = run.perform(*step);

    CHECK(std::get<Later>(outcome).at == run.world.clock.now() + std::chrono::minutes(2));
}

TEST_CASE("no answer at all is certain only before anything was sent") {
    Run run({"Hello"});
    const auto step = run.next();
    run.world.http.fail(net::Failure::Kind::tls, false);
    run.world.http.fail(net::Failure::Kind::broken, true);

    CHECK(brief(run.perform(*step)) == "not_sent bluesky.tls");
    CHECK(brief(run.perform(*step)) == "unknown bluesky.broken");
}

TEST_CASE("a look by the record's key is certain both ways") {
    Run run({"Hello"});
    const auto step = run.next();
    write_down(run.journal, *step, run.world.clock.now()).state = StepState::unknown;
    run.world.http.answer(200, record_answer(rkey_of(*step), "bafyone"));
    run.world.http.answer(400, fault("RecordNotFound"));
    run.world.http.answer(502, fault("UpstreamFailure"));
    run.world.http.fail(net::Failure::Kind::connect, false);

    const auto sight = run.look();

    REQUIRE(brief(sight) == "there");
    CHECK(std::get<There>(sight).cursor.find("bafyone") != std::string::npos);
    CHECK(
        run.world.last_request().url ==
        "https://pds.example/xrpc/com.atproto.repo.getRecord?repo=did%3Aplc%3Aalice&collection="
        "app.bsky.feed.post&rkey=" +
            rkey_of(*step));
    CHECK(header(run.world.last_request(), "Authorization").empty());
    CHECK(brief(run.look()) == "absent");
    CHECK(brief(run.look()) == "cannot_tell");
    CHECK(brief(run.look()) == "cannot_tell");
}

Medium picture(const std::string& bytes, const std::string& alt) {
    Medium medium;
    medium.id = "01932f00-0000-7000-8000-00000000ed1a";
    medium.type = "image/png";
    medium.size = static_cast<std::int64_t>(bytes.size());
    medium.width = 40;
    medium.height = 30;
    medium.alt = alt;
    medium.read = [bytes](std::int64_t offset, std::size_t most) {
        return bytes.substr(static_cast<std::size_t>(offset), most);
    };
    return medium;
}

std::string blob_answer(const std::string& link) {
    return json::dump(
        {{"blob",
          {{"$type", "blob"},
           {"ref", {{"$link", link}}},
           {"mimeType", "image/png"},
           {"size", 3}}}});
}

TEST_CASE("pictures are uploaded before anything is published, and the record names them") {
    Run run({"One", "Two"});
    run.what.parts[1].media = {picture("abc", "A sea"), picture("def", "")};

    const auto first = run.next();
    REQUIRE(first->name == "upload 1");
    CHECK(first->part == 1);
    CHECK(first->is_repeatable);
    CHECK_FALSE(first->publishes);
    run.world.http.answer(200, blob_answer("bafkreione"));
    CHECK(brief(run.go(*first)) == "done");
    const auto& sent = run.world.last_request();
    CHECK(sent.url == "https://pds.example/xrpc/com.atproto.repo.uploadBlob");
    CHECK(header(sent, "Content-Type") == "image/png");
    REQUIRE(sent.source);
    CHECK(sent.source->size == 3);
    CHECK(sent.source->read(1, 10) == "bc");
    run.world.http.answer(200, blob_answer("bafkreitwo"));
    CHECK(brief(run.go(*run.next())) == "done");

    const auto one = run.next();
    REQUIRE(one->name == "create");
    CHECK_FALSE(record_of(*one).contains("embed"));
    run.world.http.answer(200, record_answer(rkey_of(*one), "bafyone"));
    run.go(*one);
    const auto embed = record_of(*run.next()).at("embed");
    CHECK(embed.at("$type") == "app.bsky.embed.images");
    const auto& image = embed.at("images").at(0);
    CHECK(image.at("alt") == "A sea");
    CHECK(image.at("image").at("ref").at("$link") == "bafkreione");
    CHECK(image.at("aspectRatio") == Json{{"width", 40}, {"height", 30}});
    CHECK(embed.at("images").at(1).at("alt") == "");
    CHECK(embed.at("images").at(1).at("image").at("ref").at("$link") == "bafkreitwo");
}

TEST_CASE("a picture that was uploaded long ago is uploaded again") {
    Run run({"One"});
    run.what.parts[0].media = {picture("abc", "")};
    run.world.http.answer(200, blob_answer("bafkreione"));
    run.go(*run.next());
    CHECK(run.next()->name == "create");

    run.world.clock.advance(std::chrono::hours(2));

    CHECK(run.next()->name == "upload 1");
}

// The next step, which the answer lets be done or not; the step's name and the outcome's.
std::string take(Run& run, int status, const std::string& answer) {
    const auto step = run.next();
    run.world.http.answer(status, answer);
    return step->name + ": " + brief(run.go(*step));
}

TEST_CASE("a picture that the server dropped is uploaded again, however young it was") {
    Run run({"One"});
    run.what.parts[0].media = {picture("abc", ""), picture("def", "")};
    CHECK(take(run, 200, blob_answer("bafkreione")) == "upload 1: done");
    CHECK(take(run, 200, blob_answer("bafkreitwo")) == "upload 2: done");
    const auto create = *run.next();
    const auto key = rkey_of(create);
    run.world.http.answer(400, fault("BlobNotFound"));
    CHECK(brief(run.go(create)) == "not_sent bluesky.blob_not_found");

    CHECK(take(run, 200, blob_answer("bafkreione")) == "upload 1: done");
    CHECK(take(run, 200, blob_answer("bafkreitwo")) == "upload 2: done");

    REQUIRE(run.next()->name == "create");
    CHECK(rkey_of(*run.next()) == key);
    CHECK(take(run, 200, record_answer(key, "bafyone")) == "create: done");
}

TEST_CASE("a server that never keeps a picture is not sent it for ever") {
    Run run({"One"});
    run.what.parts[0].media = {picture("abc", "")};
    for (int i = 0; i < 4; ++i) {
        CHECK(take(run, 200, blob_answer("bafkreione")) == "upload 1: done");
        CHECK(take(run, 400, fault("BlobNotFound")) == "create: not_sent bluesky.blob_not_found");
    }

    CHECK(run.next()->name == "create");
}

TEST_CASE("a picture is not uploaded again for another fault of its record") {
    Run run({"One"});
    run.what.parts[0].media = {picture("abc", "")};
    take(run, 200, blob_answer("bafkreione"));
    take(run, 429, fault("RateLimitExceeded"));

    CHECK(run.next()->name == "create");
}

TEST_CASE("a picture that is gone here is refused without a call") {
    Run run({"One"});
    run.what.parts[0].media.push_back({.id = "media"});

    CHECK(brief(run.perform(*run.next())) == "refused bluesky.media_missing");
    CHECK(run.world.http.asked.empty());
}

TEST_CASE("an upload without a usable answer made nothing that others see") {
    for (const int status : {500, 502, 408}) {
        Run run({"One"});
        run.what.parts[0].media = {picture("abc", "")};
        run.world.http.answer(status, "");
        CHECK(brief(run.perform(*run.next())).starts_with("not_sent "));
    }
    Run run({"One"});
    run.what.parts[0].media = {picture("abc", "")};
    run.world.http.answer(413, fault("PayloadTooLarge"));
    CHECK(brief(run.perform(*run.next())) == "refused bluesky.payload_too_large");
    run.world.http.answer(200, "<html>");
    CHECK(brief(run.perform(*run.next())) == "not_sent bluesky.unreadable_answer");
}

TEST_CASE("a post is taken back by its key, and counted by its address") {
    Run run({"One"});
    const auto step = run.next();
    run.world.http.answer(200, record_answer(rkey_of(*step), "bafyone"));
    run.go(*step);

    run.world.http.answer(200, "{}");
    bluesky::driver.remove(run.journal.back(), alice(), run.world.tools);
    CHECK(run.world.last_request().url.ends_with("com.atproto.repo.deleteRecord"));
    CHECK(
        json::parse(run.world.last_request().body, "body") ==
        Json{
            {"repo", "did:plc:alice"},
            {"collection", "app.bsky.feed.post"},
            {"rkey", rkey_of(*step)}});

    run.world.http.answer(
        200, R"({"posts":[{"likeCount":3,"repostCount":1,"replyCount":0,"indexedAt":"x"}]})");
    const auto metrics = bluesky::driver.measure(run.journal.back(), alice(), run.world.tools);
    CHECK(metrics == Metrics{{"likes", 3}, {"reposts", 1}, {"replies", 0}});
    run.world.http.answer(200, R"({"posts":[]})");
    CHECK(bluesky::driver.measure(run.journal.back(), alice(), run.world.tools).empty());
}

TEST_CASE("a language that is no tag is left out") {
    for (const auto* language : {"", "English", "e", "en-", "en_US", "12"}) {
        Run run({"Hello"});
        run.what.language = language;
        CHECK_FALSE(record_of(*run.next()).contains("langs"));
    }
    Run run({"Hello"});
    run.what.language = "pt-BR";
    CHECK(record_of(*run.next()).at("langs") == Json::array({"pt-BR"}));
}

TEST_CASE("record keys sort by time, hold it, and grow where the clock does not") {
    fake::FakeRandom random;
    const auto now = from_ms(1795341600000);

    const auto first = bluesky::make_record_key(now, random, "");
    const auto second = bluesky::make_record_key(now, random, first);
    const auto earlier = bluesky::make_record_key(now - std::chrono::hours(1), random, second);
    const auto later = bluesky::make_record_key(now + Milliseconds(1), random, "");

    CHECK(first.size() == 13);
    CHECK(bluesky::microseconds_of(first).value() / 1000 == 1795341600000);
    CHECK(second > first);
    CHECK(earlier > second);
    CHECK(later > first);
}

TEST_CASE("a known record key is read as the reference does") {
    // atproto.com/specs/tid names this one as valid.
    CHECK(bluesky::is_record_key("3jzfcijpj2z2a"));
    CHECK(bluesky::microseconds_of("2222222222222") == 0);
    CHECK_FALSE(bluesky::is_record_key("3jzfcijpj2z21"));
    CHECK_FALSE(bluesky::is_record_key("3jzfcijpj2z2"));
    CHECK_FALSE(bluesky::is_record_key("zzzzzzzzzzzzz"));
    CHECK_FALSE(bluesky::is_record_key(""));
}

}  // namespace
}  // namespace caas::platform
