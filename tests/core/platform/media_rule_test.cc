// What each platform takes of pictures and videos, and what can be made to fit.
#include <doctest/doctest.h>

#include "core/platform/fit.h"
#include "core/platform/lint.h"

namespace caas::platform {
namespace {

Medium picture(std::int64_t size, int width, int height, std::string type = "image/jpeg") {
    Medium medium;
    medium.id = "a medium";
    medium.type = std::move(type);
    medium.size = size;
    medium.width = width;
    medium.height = height;
    return medium;
}

Medium video(std::int64_t ms) {
    auto medium = picture(1'000'000, 1280, 720, "video/mp4");
    medium.duration = Milliseconds(ms);
    medium.frame_rate = 30;
    medium.codec = "h264";
    return medium;
}

Medium moving(int frames) {
    auto medium = picture(1'000'000, 640, 480, "image/gif");
    medium.frames = frames;
    medium.duration = Milliseconds(3000);
    return medium;
}

// The rules that are broken, without those of what this version cannot do.
std::string broken(std::string_view platform, std::vector<Medium> media, Limits limits) {
    std::string out;
    const std::vector<Part> parts{{"Look", std::move(media)}};
    for (const auto& issue : lint(get(platform), parts, MediaRule::may_come_later, limits).issues) {
        if (issue.rule.find(".media.") != std::string::npos)
            out += (out.empty() ? "" : ", ") + issue.rule.substr(issue.rule.find('.') + 1);
    }
    return out;
}

std::string broken(std::string_view platform, std::vector<Medium> media) {
    return broken(platform, std::move(media), get(platform).limits);
}

std::string recipe(std::string_view platform, const Medium& medium) {
    const auto fit = fit_for(medium, get(platform).limits);
    return fit ? fit->recipe() : "as it is";
}

TEST_CASE("a usual picture is taken everywhere") {
    for (const auto* driver : all())
        CHECK_MESSAGE(broken(driver->id, {picture(400'000, 1200, 900)}).empty(), driver->id);
}

TEST_CASE("a medium that is not there any more is told") {
    CHECK(broken("outbox", {Medium{.id = "gone"}}) == "media.unknown");
}

TEST_CASE("a picture that is too large for Bluesky is sent smaller, a larger one elsewhere not") {
    CHECK(broken("bluesky", {picture(1'000'000, 4000, 3000)}).empty());
    CHECK(broken("bluesky", {picture(1'000'001, 4000, 3000)}) == "media.fitted");
    CHECK(broken("x", {picture(1'000'001, 4000, 3000)}).empty());
    CHECK(recipe("bluesky", picture(1'000'001, 4000, 3000)) == "image/jpeg 1000000 4000x3000");
    CHECK(recipe("x", picture(1'000'001, 4000, 3000)) == "as it is");
}

TEST_CASE("a format that is not taken becomes one that is, and no picture a GIF") {
    CHECK(
        recipe("instagram", picture(1000, 400, 400, "image/png")) == "image/jpeg 8000000 400x400");
    CHECK(
        recipe("facebook", picture(1000, 400, 400, "image/webp")) ==
        "image/png image/jpeg 4000000 400x400");
    CHECK(
        recipe("bluesky", picture(1000, 400, 400, "image/gif")) ==
        "image/png image/jpeg 1000000 400x400");
    CHECK(broken("instagram", {picture(1000, 400, 400, "image/png")}) == "media.fitted");
    for (const auto* driver : all()) {
        for (const auto* type : {"image/jpeg", "image/png", "image/webp", "image/gif"}) {
            const auto fit = fit_for(picture(90'000'000, 9000, 9000, type), driver->limits);
            CHECK_FALSE((fit && fit->type == "image/gif"));
        }
    }
}

TEST_CASE("a picture of too many pixels is scaled down in proportion and never up") {
    const auto fit = fit_for(picture(10'000'000, 12'000, 6000), get("mastodon").limits);
    REQUIRE(fit);
    CHECK(std::int64_t{fit->width} * fit->height <= 33'177'600);
    CHECK(fit->width / 2 == doctest::Approx(fit->height).epsilon(0.01));
    CHECK(fit->width > 8000);
    const auto small = fit_for(picture(2'000'000, 30, 20), get("bluesky").limits);
    REQUIRE(small);
    CHECK(small->width == 30);
    CHECK(small->height == 20);
}

TEST_CASE("what moves is not made over: it fits or it does not") {
    CHECK(broken("x", {moving(350)}).empty());
    CHECK(broken("x", {moving(351)}) == "media.too_many_frames");
    CHECK(broken("bluesky", {moving(2)}) == "media.kind");
    CHECK(broken("instagram", {moving(2)}) == "media.kind");
    CHECK(recipe("bluesky", moving(2)) == "as it is");
    auto large = moving(10);
    large.size = 15'000'001;
    CHECK(broken("x", {large}) == "media.too_large");
}

TEST_CASE("a video has bounds of length, speed, shape and codec") {
    CHECK(broken("x", {video(140'000)}).empty());
    CHECK(broken("x", {video(140'001)}) == "media.duration");
    CHECK(broken("x", {video(400)}) == "media.duration");
    auto fast = video(5000);
    fast.frame_rate = 60.02;
    CHECK(broken("x", {fast}).empty());
    fast.frame_rate = 120;
    CHECK(broken("x", {fast}) == "media.frame_rate");
    auto modern = video(5000);
    modern.codec = "av1";
    CHECK(broken("x", {modern}) == "media.codec");
    CHECK(broken("mastodon", {modern}).empty());
    auto tall = video(5000);
    tall.width = 100;
    tall.height = 400;
    CHECK(broken("x", {tall}) == "media.ratio");
    auto wide = video(5000);
    wide.width = 1920;
    CHECK(broken("x", {wide}) == "media.dimensions");
    CHECK(broken("bluesky", {video(5000)}).empty());
    auto film = video(5000);
    film.type = "video/quicktime";
    CHECK(broken("bluesky", {film}) == "media.kind");
}

TEST_CASE("Instagram crops nothing: a picture must have a shape that it takes") {
    CHECK(broken("instagram", {picture(1000, 800, 1000)}).empty());
    CHECK(broken("instagram", {picture(1000, 799, 1000)}) == "media.ratio");
    CHECK(broken("instagram", {picture(1000, 1910, 1000)}).empty());
    CHECK(broken("instagram", {picture(1000, 1920, 1000)}) == "media.ratio");
    CHECK(broken("instagram", {picture(1000, 319, 319)}) == "media.too_small");

    const auto words = [](int width, int height) {
        const std::vector<Part> parts{{"Look", {picture(1000, width, height)}}};
        for (const auto& issue : lint(get("instagram"), parts, MediaRule::must_be_there).issues) {
            if (issue.rule == "instagram.media.ratio")
                return issue.message.substr(issue.message.find("its width"));
        }
        return std::string();
    };
    CHECK(words(400'000, 400) == "its width to its height is 1000:1; at most 1.91:1");
    CHECK(words(1000, 2000) == "its width to its height is 0.5:1; at least 0.8:1");
    CHECK(words(2005, 1000) == "its width to its height is 2.005:1; at most 1.91:1");
}

TEST_CASE("pictures and what moves are not mixed where that is refused") {
    CHECK(broken("x", {picture(1000, 400, 400), moving(3)}) == "media.mixed");
    CHECK(broken("x", {video(5000), video(5000)}) == "media.mixed");
    CHECK(broken("x", {picture(1000, 400, 400), picture(1000, 400, 400)}).empty());
    CHECK(broken("instagram", {picture(1000, 400, 400), video(5000)}).empty());
}

TEST_CASE("alt texts have a length, and are missed where somebody insists") {
    auto told = picture(1000, 400, 400);
    told.alt = std::string(1001, 'a');
    CHECK(broken("x", {told}) == "media.alt_too_long");
    CHECK(broken("mastodon", {told}).empty());
    auto insisting = get("x").limits;
    insisting.needs_alt = true;
    CHECK(broken("x", {picture(1000, 400, 400)}, insisting) == "media.alt_missing");
    CHECK(broken("x", {told}, insisting) == "media.alt_too_long");
}

TEST_CASE("an instance's own limits count") {
    const auto own = limits_with(
        get("mastodon").limits,
        R"({"limits":{"picture_bytes":1000,"picture_pixels":10000,"video_bytes":99,"alt_limit":5}})");
    CHECK(own.picture.bytes == 1000);
    CHECK(own.picture.pixels == 10'000);
    CHECK(own.video.bytes == 99);
    CHECK(own.alt_limit == 5);
    CHECK(broken("mastodon", {video(5000)}, own) == "media.too_large");
    const auto fit = fit_for(picture(2000, 200, 100), own);
    REQUIRE(fit);
    CHECK(fit->width * fit->height <= 10'000);
}

}  // namespace
}  // namespace caas::platform
