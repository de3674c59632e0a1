// Pictures that a platform does not take as they are, made to fit by the program beside this one.
#include <filesystem>
#include <random>

#include "picture/raster.h"
#include <doctest/doctest.h>

#include "core/flow/doors.h"
#include "core/flow/media.h"
#include "core/flow/series.h"
#include "tests/core/api/server.h"
#include "tests/core/media/samples.h"

namespace caas {
namespace {

using api::Answer;
using api::Server;

// A megabyte and more, however it is packed without loss.
std::string large_picture() {
    auto raster = picture::blank(900, 600);
    std::mt19937 chance(7);
    for (std::size_t at = 0; at < raster.pixels.size(); ++at)
        raster.pixels[at] = at % 4 == 3 ? 0xff : static_cast<std::uint8_t>(chance());
    return picture::encode_png(raster);
}

struct Gallery {
    Server server;

    Gallery() {
        server.home.store.write([&](store::Transaction& transaction) {
            platform::NewAccount asked;
            asked.workspace = server.home.owner.workspace;
            asked.platform = "bluesky";
            asked.name = "sky";
            asked.identity = {"did:plc:ana", "ana.test", "https://pds.example", "{}", {}};
            return platform::insert_account(
                transaction,
                server.home.ids,
                server.home.tools.vault,
                asked,
                server.home.clock.now());
        });
    }

    std::string upload(const std::string& bytes) {
        const auto answer = server.send(
            "POST",
            "/api/v1/media",
            std::make_unique<api::TextBody>(
                "--xyz\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\n" + bytes +
                "\r\n--xyz--\r\n"),
            server.home.owner,
            {{"Content-Type", "multipart/form-data; boundary=xyz"}});
        REQUIRE(answer.status == 201);
        return answer.json.at("id").get<std::string>();
    }

    Answer order(const std::string& medium) {
        const auto content = server.call(
            "POST", "/api/v1/content", {{"parts", {{{"text", "Look"}, {"media", {medium}}}}}});
        return server.call(
            "POST",
            "/api/v1/posts",
            {{"content_id", content.json.at("id")}, {"accounts", {"sky"}}, {"in_seconds", 3600}});
    }

    platform::Medium sent(const Answer& ordered) {
        const auto doors = flow::make_doors(server.home.tools);
        const auto id = ordered.json.at("items").at(0).at("id").get<std::string>();
        return server.home.store
            .read([&](store::Reader& reader) {
                return doors.publication(
                    reader, delivery::get_post(reader, server.home.owner.workspace, PostId(id)));
            })
            .parts.at(0)
            .media.at(0);
    }
};

TEST_CASE("a picture too large for a platform is made smaller once, before its post is made") {
    Gallery it;
    const auto medium = it.upload(large_picture());

    const auto ordered = it.order(medium);

    REQUIRE(ordered.status == 201);
    const auto sent = it.sent(ordered);
    CHECK(sent.type == "image/jpeg");
    CHECK(sent.size <= 1'000'000);
    CHECK(sent.width == 900);
    CHECK(sent.height == 600);
    CHECK(sent.read(0, 2) == "\xff\xd8");
    CHECK(media::probe({sent.size, sent.read}).width == 900);
    it.order(medium);
    CHECK(it.server.home.count("rendition") == 1);
    // What people see and have is still what they gave.
    CHECK(it.server.call("GET", "/api/v1/media/" + medium + "/file").text == large_picture());
}

TEST_CASE("a picture that cannot be made to fit is told when it is scheduled") {
    Gallery it;
    const auto broken = it.upload(media::sample::jpeg(4000, 3000) + std::string(1'100'000, 'x'));

    const auto refused = it.order(broken);

    CHECK(refused.status == 422);
    CHECK(refused.code() == "content_rejected");
    CHECK(refused.json.at("errors").at(0).at("rule") == "bluesky.media.unfit");
    CHECK(it.server.home.count("post") == 0);
}

TEST_CASE("a series makes no post whose picture cannot be made to fit just now, and says why") {
    Gallery it;
    auto& home = it.server.home;
    const auto words = home.add({"Good morning."});
    const auto medium = it.upload(large_picture());
    const auto ordered = it.server.call(
        "POST",
        "/api/v1/series",
        {{"content_id", words.id.text()}, {"accounts", {"sky"}}, {"every", "daily 09:00"}});
    REQUIRE(ordered.status == 201);
    const auto path =
        "/api/v1/series/" + ordered.json.at("items").at(0).at("id").get<std::string>();
    const auto problem = [&] {
        return json::text_or(it.server.call("GET", path).json, "problem", "");
    };
    REQUIRE(home.count("post") == 2);
    home.store.write([&](store::Transaction& transaction) {
        content::Draft draft;
        draft.body.parts.push_back({"Look", {medium}});
        content::add_version(
            transaction, home.owner.workspace, home.ids, home.clock.now(), words.id, draft);
    });
    std::filesystem::rename(home.folder / "media", home.folder / "away");
    home.clock.advance(std::chrono::hours(23));

    CHECK(flow::top_up_series(home.tools).posts == 0);
    CHECK(home.count("post") == 2);
    CHECK_FALSE(problem().empty());

    std::filesystem::rename(home.folder / "away", home.folder / "media");
    home.clock.advance(std::chrono::minutes(5));
    CHECK(flow::top_up_series(home.tools).posts == 1);
    CHECK(home.count("rendition") == 1);
    CHECK(problem().empty());
}

TEST_CASE("a picture has a small one of itself, made when it is first asked for") {
    Gallery it;
    const auto path = "/api/v1/media/" + it.upload(large_picture()) + "/file?thumbnail=1";

    const auto small = it.server.call("GET", path);

    REQUIRE(small.status == 200);
    const auto facts = media::probe(media::bytes_of_text(small.text));
    CHECK(facts.width == 320);
    CHECK(facts.height == 213);
    CHECK(small.text.size() <= 100'000);
    CHECK(it.server.call("GET", path).text == small.text);
    CHECK(it.server.home.count("rendition") == 1);
}

TEST_CASE("what was made of a medium goes with it") {
    Gallery it;
    const auto medium = it.upload(large_picture());
    it.server.call("GET", "/api/v1/media/" + medium + "/file?thumbnail=1");
    REQUIRE(it.server.call("DELETE", "/api/v1/media/" + medium).status == 200);

    it.server.home.clock.advance(std::chrono::hours(25));

    CHECK(flow::sweep_media(it.server.home.tools) == 2);
    CHECK(it.server.home.count("media_file") == 0);
}

}  // namespace
}  // namespace caas
