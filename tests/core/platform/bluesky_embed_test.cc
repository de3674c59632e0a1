// What hangs on a record of Bluesky: a video, pictures, or a link card of the version's options.
#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/bluesky/record.h"

namespace caas::platform {
namespace {

const Json blob{{"$type", "blob"}, {"ref", {{"$link", "bafkreione"}}}, {"size", 3}};

std::optional<Json> embed_of(
    const Part& part, const bluesky::Blobs& blobs, const std::string& options) {
    const auto body = json::parse(
        bluesky::make_body(
            "did:plc:a", "3l2z3h7xk2s2a", part, blobs, options, "", {}, std::nullopt, Instant()),
        "a record");
    const auto* embed = json::path(body, {"record", "embed"});
    return embed == nullptr ? std::nullopt : std::optional(*embed);
}

Medium medium(const std::string& type) {
    Medium medium;
    medium.type = type;
    medium.width = 40;
    medium.height = 30;
    medium.alt = "A sea";
    return medium;
}

TEST_CASE("a video hangs on a record with its words and its shape") {
    const auto embed = embed_of({"Look", {medium("video/mp4")}}, {blob}, "");

    REQUIRE(embed);
    CHECK(embed->at("$type") == "app.bsky.embed.video");
    CHECK(embed->at("video") == blob);
    CHECK(embed->at("alt") == "A sea");
    CHECK(embed->at("aspectRatio") == Json{{"width", 40}, {"height", 30}});
}

TEST_CASE("a link card is what the options say, of the first link where they name none") {
    const Part part{"See https://example.com/a and https://example.com/b", {}};

    const auto card = embed_of(part, {}, R"({"link_title":"Example","link_description":"A page"})");

    REQUIRE(card);
    CHECK(card->at("$type") == "app.bsky.embed.external");
    CHECK(
        card->at("external") ==
        Json{{"uri", "https://example.com/a"}, {"title", "Example"}, {"description", "A page"}});
    const auto named = embed_of(part, {}, R"({"link":"https://example.org/c"})");
    REQUIRE(named);
    CHECK(
        named->at("external") ==
        Json{{"uri", "https://example.org/c"}, {"title", "example.org"}, {"description", ""}});
}

TEST_CASE("without options there is no card, and pictures go before one") {
    CHECK(!embed_of({"See https://example.com/a", {}}, {}, ""));
    CHECK(!embed_of({"See https://example.com/a", {}}, {}, "{}"));
    CHECK(!embed_of({"Nothing to link", {}}, {}, R"({"link_title":"Example"})"));
    const auto embed =
        embed_of({"Look", {medium("image/png")}}, {blob}, R"({"link":"https://example.org/c"})");
    REQUIRE(embed);
    CHECK(embed->at("$type") == "app.bsky.embed.images");
}

}  // namespace
}  // namespace caas::platform
