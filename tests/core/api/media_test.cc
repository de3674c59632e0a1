// Pictures and videos from the upload to what a platform is sent.
#include "core/flow/media.h"

#include <doctest/doctest.h>

#include "core/base/digest.h"
#include "core/flow/doors.h"
#include "core/flow/media_link.h"
#include "core/media/file.h"
#include "tests/core/api/server.h"
#include "tests/core/media/samples.h"

namespace caas {
namespace {

namespace sample = media::sample;
using api::Answer;
using api::Server;

const std::string boundary = "xyz";

std::string field(const std::string& head, const std::string& body) {
    return "--xyz\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + body + "\r\n";
}

Answer send_form(Server& server, const std::string& form, const access::Principal& who) {
    return server.send(
        "POST",
        "/api/v1/media",
        std::make_unique<api::TextBody>(form + "--xyz--\r\n"),
        who,
        {{"Content-Type", "multipart/form-data; boundary=xyz"}});
}

Answer upload(Server& server, const std::string& bytes, const std::string& alt = "") {
    auto form = field("name=\"file\"; filename=\"C:\\pictures\\roof.jpg\"", bytes);
    if (!alt.empty())
        form += field("name=alt", alt);
    return send_form(server, form, server.home.owner);
}

std::string id_of(const Answer& answer) {
    return json::text_or(answer.json, "id", "");
}

std::string path_of(const Answer& answer) {
    return "/api/v1/media/" + id_of(answer);
}

TEST_CASE("a picture is taken in, found out, listed, described and given back") {
    Server server;
    const auto bytes = sample::jpeg(4000, 3000);

    const auto added = upload(server, bytes, "A roof");

    REQUIRE(added.status == 201);
    CHECK(added.json.at("type") == "image/jpeg");
    CHECK(added.json.at("width") == 4000);
    CHECK(added.json.at("height") == 3000);
    CHECK(added.json.at("size") == bytes.size());
    CHECK(added.json.at("name") == "roof.jpg");
    CHECK(added.json.at("alt") == "A roof");
    CHECK(added.json.at("sha256") == sha256_hex(bytes));
    CHECK(added.json.at("duration_ms").is_null());
    CHECK(server.call("GET", path_of(added)).json == added.json);
    CHECK(server.call("GET", "/api/v1/media").json.at("items") == Json::array({added.json}));
    const auto changed = server.call("PATCH", path_of(added), {{"alt", "Our roof"}});
    CHECK(changed.json.at("alt") == "Our roof");
    CHECK(changed.json.at("name") == "roof.jpg");
    CHECK(server.call("GET", path_of(added) + "/file").text == bytes);
    CHECK(server.call("DELETE", path_of(added)).json.at("deleted") == true);
    CHECK(server.call("GET", path_of(added)).status == 404);
}

TEST_CASE("the same file again is the same medium, with its newest words") {
    Server server;
    const auto first = upload(server, sample::png(40, 30), "Old words");
    const auto again = upload(server, sample::png(40, 30), "New words");
    const auto silent = upload(server, sample::png(40, 30));

    CHECK(id_of(again) == id_of(first));
    CHECK(again.json.at("alt") == "New words");
    CHECK(silent.json.at("alt") == "New words");
    CHECK(server.home.count("medium") == 1);
}

TEST_CASE("a file that was lost is put back by adding it again") {
    Server server;
    const auto plain = sample::png(40, 30);
    const auto located = sample::jpeg(40, 30, sample::exif_segment(6, true));
    for (const auto& bytes : {plain, located}) {
        const auto added = upload(server, bytes);
        const auto file = server.call("GET", path_of(added) + "/file").text;
        REQUIRE_FALSE(file.empty());
        const auto digest = json::text_or(added.json, "sha256", "");
        const auto lost = server.home.folder.path() / "media" / digest.substr(0, 2) / digest;
        REQUIRE(std::filesystem::remove(lost));
        const auto missing = server.call("GET", path_of(added) + "/file");
        CHECK(missing.status == 404);
        CHECK(json::text_or(missing.json, "hint", "").find("caas media add") != std::string::npos);

        const auto again = upload(server, bytes);

        CHECK(id_of(again) == id_of(added));
        CHECK(server.call("GET", path_of(added) + "/file").text == file);
    }
}

TEST_CASE("where a picture was taken is gone before anything is kept") {
    Server server;
    const auto bytes = sample::jpeg(40, 30, sample::exif_segment(6, true));

    const auto added = upload(server, bytes);

    CHECK(added.json.at("notes") == Json::array({"location.removed"}));
    CHECK(added.json.at("width") == 30);
    CHECK(added.json.at("sha256") != sha256_hex(bytes));
    const auto file = server.call("GET", path_of(added) + "/file").text;
    CHECK(sha256_hex(file) == added.json.at("sha256").get<std::string>());
    CHECK_FALSE(media::probe(media::bytes_of_text(file)).has_location);
    CHECK(id_of(upload(server, bytes)) == id_of(added));

    Server other(api::Variables{{"CAAS_MEDIA_KEEP_LOCATION", "true"}});
    CHECK(upload(other, bytes).json.at("sha256") == sha256_hex(bytes));
}

TEST_CASE("what is no picture is refused by its bytes and leaves nothing behind") {
    Server server;
    const auto page = upload(server, "<html><script>alert(1)</script>");
    CHECK(page.status == 415);
    CHECK(page.code() == "unsupported_media_type");
    CHECK(upload(server, sample::jpeg(40, 30).substr(0, 60)).status == 422);
    CHECK(upload(server, "").status == 422);
    CHECK(send_form(server, field("name=alt", "x"), server.home.owner).status == 422);
    CHECK(
        send_form(
            server,
            field("name=file", sample::png(4, 3)) + field("name=zz", "x"),
            server.home.owner)
            .status == 422);
    CHECK(server.call("POST", "/api/v1/media", {{"file", "x"}}).status == 415);
    CHECK(server.home.count("medium") == 0);
    CHECK(server.home.count("media_file") == 0);
    const auto anteroom = server.home.folder.path() / "media" / "incoming";
    CHECK(std::filesystem::is_empty(anteroom));
}

TEST_CASE("a file that is too large is refused, told or not") {
    Server server(api::Variables{{"CAAS_MEDIA_MOST_MB", "1"}});
    const auto large = upload(server, sample::png(4, 3) + std::string(1'100'000, 'x'));
    CHECK(large.status == 413);
    CHECK(server.home.count("media_file") == 0);
}

TEST_CASE("an organization keeps no more than its quota") {
    Server server(api::Variables{{"CAAS_MEDIA_QUOTA_MB", "1"}});
    const auto more = [](char c) { return sample::chunk("tEXt", std::string(600'000, c)); };
    CHECK(upload(server, sample::png(4, 3, more('a'))).status == 201);
    const auto refused = upload(server, sample::png(4, 3, more('b')));
    CHECK(refused.status == 402);
    CHECK(refused.code() == "plan_limit");
    // What is there already takes no more room.
    CHECK(upload(server, sample::png(4, 3, more('a'))).status == 201);
}

TEST_CASE("a piece of a file comes as it was asked for") {
    Server server;
    const auto bytes = sample::png(40, 30);
    const auto path = path_of(upload(server, bytes)) + "/file";
    const auto ask = [&](net::Headers headers) {
        return server.send("GET", path, nullptr, server.home.owner, std::move(headers));
    };
    const auto whole = ask({});
    CHECK(whole.status == 200);
    CHECK(whole.header("Content-Type") == "image/png");
    CHECK(whole.header("Accept-Ranges") == "bytes");
    const auto size = std::to_string(bytes.size());
    const auto middle = ask({{"Range", "bytes=2-5"}});
    CHECK(middle.status == 206);
    CHECK(middle.text == bytes.substr(2, 4));
    CHECK(middle.header("Content-Range") == "bytes 2-5/" + size);
    CHECK(ask({{"Range", "bytes=-3"}}).text == bytes.substr(bytes.size() - 3));
    CHECK(ask({{"Range", "bytes=4-"}}).text == bytes.substr(4));
    CHECK(ask({{"Range", "bytes=0-99999999"}}).text == bytes);
    CHECK(ask({{"Range", "Bytes=2-5"}}).text == bytes.substr(2, 4));
    CHECK(ask({{"Range", "bytes=4-99999999999999999999999"}}).text == bytes.substr(4));
    const auto head =
        server.send("HEAD", path, nullptr, server.home.owner, {{"Range", "bytes=2-5"}});
    CHECK(head.status == 200);
    CHECK(head.header("Content-Range").empty());
    const auto behind = ask({{"Range", "bytes=99999999-"}});
    CHECK(behind.status == 416);
    CHECK(behind.header("Content-Range") == "bytes */" + size);
    for (const auto* other : {"bytes=5-2", "bytes=a-b", "bytes=0-1,3-4", "lines=1-2", "bytes=-"})
        CHECK(ask({{"Range", other}}).status == 200);
    const auto etag = whole.header("ETag");
    CHECK(ask({{"If-None-Match", etag}}).status == 304);
    CHECK(ask({{"Range", "bytes=2-5"}, {"If-Range", "\"other\""}}).status == 200);
    CHECK(ask({{"Range", "bytes=2-5"}, {"If-Range", etag}}).status == 206);
}

std::string target_of(const std::string& link) {
    return link.substr(link.find("/media/"));
}

TEST_CASE("a platform may fetch a file by its link, for two weeks, and nobody can make one up") {
    Server server(api::Variables{{"CAAS_HTTP_PUBLIC_URL", "https://caas.example.com"}});
    const auto bytes = sample::jpeg(40, 30);
    const auto digest = upload(server, bytes).json.at("sha256").get<std::string>();
    const auto link = flow::media_link(server.home.tools, digest, "image/jpeg");
    const auto fetch = [&](const std::string& target) {
        return server.send("GET", target, nullptr, std::optional<access::Principal>{});
    };
    CHECK(link.starts_with("https://caas.example.com/media/" + digest + "-"));
    CHECK(link.ends_with(".jpg"));
    const auto answer = fetch(target_of(link));
    CHECK(answer.status == 200);
    CHECK(answer.text == bytes);
    CHECK(answer.header("Content-Type") == "image/jpeg");
    CHECK(answer.header("Cache-Control").find("immutable") != std::string::npos);

    auto forged = target_of(link);
    forged[forged.size() - 6] = forged[forged.size() - 6] == 'A' ? 'B' : 'A';
    CHECK(fetch(forged).status == 404);
    CHECK(fetch("/media/" + digest).status == 404);
    CHECK(fetch("/media/" + std::string(64, '0') + target_of(link).substr(71)).status == 404);
    CHECK(fetch("/media/..%2f..%2fsecret.key").status == 404);

    server.home.clock.advance(std::chrono::hours(24 * 14));
    CHECK(fetch(target_of(link)).status == 200);
    server.home.clock.advance(std::chrono::hours(24 * 8));
    CHECK(fetch(target_of(link)).status == 404);
    CHECK(
        fetch(target_of(flow::media_link(server.home.tools, digest, "image/jpeg"))).status == 200);
}

TEST_CASE("without a public address there is no link") {
    Server server;
    CHECK(flow::media_link(server.home.tools, std::string(64, 'a'), "image/jpeg").empty());
}

TEST_CASE("a content shows media by their ids or parts of them, and knows when there are none") {
    Server server;
    const auto medium = id_of(upload(server, sample::png(40, 30)));
    const auto made = server.call(
        "POST",
        "/api/v1/content",
        {{"parts", {{{"text", "Look"}, {"media", {medium.substr(28)}}}, {{"text", "Two"}}}}});
    REQUIRE(made.status == 201);
    const auto parts = made.json.at("version").at("parts");
    CHECK(parts.at(0).at("media") == Json::array({medium}));

    const auto unknown = server.call(
        "POST",
        "/api/v1/content",
        {{"parts", {{{"text", "Look"}, {"media", {medium, "0000000000"}}}}}});
    CHECK(unknown.status == 422);
    CHECK(unknown.json.at("errors").at(0).at("pointer") == "/parts/0/media/1");
    CHECK(unknown.json.at("errors").at(0).at("rule") == "media.unknown");

    // A text that is changed keeps its pictures, until it is said otherwise.
    const auto path = "/api/v1/content/" + id_of(made);
    const auto edited = server.call("PATCH", path, {{"parts", {"New words", "Two"}}});
    CHECK(edited.json.at("version").at("parts").at(0).at("media") == Json::array({medium}));
    const auto bare =
        server.call("PATCH", path, {{"parts", {{{"text", "Bare"}, {"media", Json::array()}}}}});
    CHECK(bare.json.at("version").at("parts").at(0).at("media").empty());
}

TEST_CASE("rules about media are checked before anything is scheduled") {
    Server server;
    const auto rules_of = [&](const std::string& platform, const std::string& medium) {
        const auto report = server.call(
            "POST",
            "/api/v1/content/lint",
            {{"platform", platform}, {"parts", {{{"text", "Look"}, {"media", {medium}}}}}});
        REQUIRE(report.status == 200);
        std::string out;
        for (const auto& issue : report.json.at("platforms").at(0).at("issues"))
            out += issue.at("rule").get<std::string>() + " ";
        return out;
    };
    const auto video = id_of(upload(server, sample::mp4({.ms = 200'000})));
    CHECK(rules_of("x", video).find("x.media.duration") != std::string::npos);
    CHECK(rules_of("bluesky", video).empty());
    CHECK(rules_of("mastodon", video).empty());
    const auto narrow = id_of(upload(server, sample::jpeg(100, 100)));
    CHECK(rules_of("instagram", narrow) == "instagram.media.too_small ");
}

TEST_CASE("an installation may insist on words for those who cannot see") {
    Server server(api::Variables{{"CAAS_MEDIA_NEEDS_ALT", "true"}});
    const auto medium = upload(server, sample::png(40, 30));
    const auto content = id_of(server.call(
        "POST", "/api/v1/content", {{"parts", {{{"text", "Look"}, {"media", {id_of(medium)}}}}}}));
    const auto schedule = [&] {
        return server.call(
            "POST",
            "/api/v1/posts",
            {{"content_id", content}, {"accounts", {"outbox"}}, {"in_seconds", 3600}});
    };
    const auto refused = schedule();
    CHECK(refused.status == 422);
    CHECK(refused.json.at("errors").at(0).at("rule") == "outbox.media.alt_missing");
    server.call("PATCH", path_of(medium), {{"alt", "A roof"}});
    CHECK(schedule().status == 201);
}

TEST_CASE("a driver sees what it needs of each medium, and its bytes") {
    Server server(api::Variables{{"CAAS_HTTP_PUBLIC_URL", "https://caas.example.com"}});
    const auto bytes = sample::gif(320, 200, 3, 50);
    const auto medium = upload(server, bytes, "A wave");
    const auto content = id_of(server.call(
        "POST", "/api/v1/content", {{"parts", {{{"text", "Look"}, {"media", {id_of(medium)}}}}}}));
    const auto post =
        server.call("POST", "/api/v1/posts", {{"content_id", content}, {"accounts", {"outbox"}}})
            .json.at("items")
            .at(0);
    const auto doors = flow::make_doors(server.home.tools);
    const auto publication = server.home.store.read([&](store::Reader& reader) {
        return doors.publication(
            reader,
            delivery::get_post(
                reader, server.home.owner.workspace, PostId(post.at("id").get<std::string>())));
    });
    const auto& seen = publication.parts.at(0).media.at(0);
    CHECK(seen.id == id_of(medium));
    CHECK(seen.type == "image/gif");
    CHECK(seen.size == static_cast<std::int64_t>(bytes.size()));
    CHECK(seen.width == 320);
    CHECK(seen.frames == 3);
    CHECK(seen.duration == Milliseconds(1500));
    CHECK(seen.alt == "A wave");
    CHECK(seen.url.starts_with("https://caas.example.com/media/"));
    CHECK(seen.read(6, 4) == bytes.substr(6, 4));

    const auto needed = server.call("DELETE", path_of(medium));
    CHECK(needed.status == 409);
    server.call(
        "POST", "/api/v1/posts/" + post.at("id").get<std::string>() + "/cancel", Json::object());
    CHECK(server.call("DELETE", path_of(medium)).status == 200);
}

TEST_CASE("files that nobody has any more are deleted a day later, others stay") {
    Server server;
    const auto gone = upload(server, sample::png(40, 30));
    const auto kept = upload(server, sample::jpeg(40, 30));
    const auto stranger = server.home.foreign();
    const auto shared =
        send_form(server, field("name=file; filename=b.png", sample::gif(4, 3, 1)), stranger);
    const auto ours = upload(server, sample::gif(4, 3, 1));
    server.call("DELETE", path_of(gone));
    server.call("DELETE", path_of(ours));
    CHECK(flow::sweep_media(server.home.tools) == 0);

    server.home.clock.advance(std::chrono::hours(25));

    CHECK(flow::sweep_media(server.home.tools) == 1);
    CHECK(server.call("GET", path_of(kept) + "/file").status == 200);
    CHECK(server.as(stranger, "GET", "/api/v1/media/" + id_of(shared) + "/file").status == 200);
    CHECK(server.home.count("media_file") == 2);
    CHECK(upload(server, sample::png(40, 30)).status == 201);
}

TEST_CASE("a sweep does not delete what another has deleted, and somebody added again, meanwhile") {
    fake::Home home{
        {{"CAAS_MEDIA_STORAGE", "s3"},
         {"CAAS_MEDIA_S3_ENDPOINT", "https://s3.example"},
         {"CAAS_MEDIA_S3_BUCKET", "media"},
         {"CAAS_MEDIA_S3_ACCESS_KEY", "key"},
         {"CAAS_MEDIA_S3_SECRET_KEY", "secret"}}};
    const auto announce = [&] {
        home.store.write([&](store::Transaction& transaction) {
            for (const auto* word : {"a", "b", "c"})
                media::announce(transaction, sha256_hex(word), 1, home.clock.now());
        });
    };
    announce();
    home.clock.advance(std::chrono::hours(25));
    int others = 0;
    fake::FakeHttp network;
    network.handler = [&others](const net::Request&) {
        ++others;
        return net::Response{204, {}, ""};
    };
    const flow::Tools other{
        home.store,
        home.clock,
        home.random,
        home.ids,
        network,
        home.settings,
        home.tools.vault,
        home.log,
        home.tools.share,
        home.tools.data,
        home.tools.plans};
    int ours = 0;
    home.http.handler = [&](const net::Request&) {
        if (++ours == 1) {
            // While it is under way nobody else sweeps the same.
            CHECK(flow::sweep_media(other) == 0);
            home.clock.advance(std::chrono::minutes(11));
            CHECK(flow::sweep_media(other) == 3);
            announce();
        }
        return net::Response{204, {}, ""};
    };

    flow::sweep_media(home.tools);

    CHECK(ours == 1);
    CHECK(others == 3);
    CHECK(home.count("media_file") == 3);
}

TEST_CASE("a day's sweep goes on until no file is left that nobody has") {
    Server server;
    auto& home = server.home;
    home.store.write([&](store::Transaction& transaction) {
        for (int i = 0; i < 250; ++i)
            media::announce(
                transaction, sha256_hex("file " + std::to_string(i)), 1, home.clock.now());
    });
    home.clock.advance(std::chrono::hours(25));
    std::optional<Instant> next = home.clock.now();

    for (int i = 0; i < 3; ++i) {
        flow::sweep_media_daily(home.tools, next);
        home.clock.advance(std::chrono::minutes(1));
    }

    CHECK(home.count("media_file") == 0);
    const auto tomorrow = home.clock.now() + std::chrono::hours(24);
    CHECK(flow::sweep_media_daily(home.tools, next) == tomorrow);
}

TEST_CASE("a sweep that cannot be made is not tried again before the next day") {
    fake::Home home{{{"CAAS_MEDIA_STORAGE", "s3"}}};
    std::optional<Instant> next = home.clock.now();

    CHECK(fake::code_of([&] { flow::sweep_media_daily(home.tools, next); }) == "invalid");

    CHECK(*next == home.clock.now() + std::chrono::hours(24));
}

TEST_CASE("media of another workspace are not there") {
    Server server;
    const auto medium = upload(server, sample::png(40, 30));
    const auto stranger = server.home.foreign();
    for (const auto* method : {"GET", "PATCH", "DELETE"}) {
        const auto body = std::string(method) == "PATCH" ? Json{{"alt", "x"}} : Json();
        CHECK(server.as(stranger, method, path_of(medium), body).status == 404);
    }
    CHECK(server.as(stranger, "GET", path_of(medium) + "/file").status == 404);
    CHECK(server.as(stranger, "GET", "/api/v1/media").json.at("items").empty());
    const auto named = server.as(
        stranger,
        "POST",
        "/api/v1/content",
        {{"parts", {{{"text", "Look"}, {"media", {id_of(medium)}}}}}});
    CHECK(named.status == 422);
    // The same file in both is two media.
    const auto theirs =
        send_form(server, field("name=file; filename=a.png", sample::png(40, 30)), stranger);
    CHECK(theirs.status == 201);
    CHECK(id_of(theirs) != id_of(medium));
}

}  // namespace
}  // namespace caas
