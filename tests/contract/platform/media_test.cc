// A thread of three parts with two pictures: whatever fault strikes and wherever the program is
// killed, each part is out at most once, in order, with its pictures.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/contract/platform/site.h"

namespace caas::contract {
namespace {

// Sends in several pieces.
constexpr std::int64_t large = (5LL << 19) + 11;

const std::vector<std::string> texts{"One, with a picture", "Two", "Three"};

std::vector<std::string> media_kinds() {
    return {"x", "linkedin", "linkedin organization"};
}

// LinkedIn's follow-ups are comments, which show no pictures: both are with the first part.
bool shows_with_first(const std::string& kind) {
    return kind.starts_with("linkedin");
}

std::vector<platform::Part> thread(const std::string& kind) {
    if (shows_with_first(kind))
        return {{texts[0], {picture(large), picture(700)}}, {texts[1], {}}, {texts[2], {}}};
    return {{texts[0], {picture(large)}}, {texts[1], {}}, {texts[2], {picture(700)}}};
}

std::vector<std::size_t> shown(const std::string& kind) {
    if (shows_with_first(kind))
        return {2, 0, 0};
    return {1, 0, 1};
}

void require_no_double(const std::string& kind, const Site& site, End end) {
    const auto seen = site.visible();
    const auto counts = site.media_counts();
    const auto expected = shown(kind);
    REQUIRE(seen.size() <= texts.size());
    REQUIRE(counts.size() == seen.size());
    CHECK(std::equal(seen.begin(), seen.end(), texts.begin()));
    CHECK(std::equal(counts.begin(), counts.end(), expected.begin()));
    if (end == End::published)
        CHECK(seen == texts);
    CHECK(site.is_one_thread());
}

TEST_CASE("a thread with pictures appears in order, each picture with its part") {
    for (const auto& kind : media_kinds()) {
        CAPTURE(kind);
        Site site(kind);

        CHECK(site.publish(thread(kind)) == End::published);

        CHECK(site.visible() == texts);
        CHECK(site.media_counts() == shown(kind));
    }
}

TEST_CASE("a thread with pictures is not doubled, whatever fault strikes where") {
    for (const auto& kind : media_kinds()) {
        Site whole(kind);
        whole.publish(thread(kind));
        const int requests = whole.platform()->requests();
        for (const auto fault : sandbox::platform_faults()) {
            for (int at = 0; at < requests; ++at) {
                CAPTURE(kind);
                CAPTURE(std::string(sandbox::name(fault)));
                CAPTURE(at);
                Site site(kind);
                site.platform()->queue(fault, at);

                const auto end = site.publish(thread(kind));

                CAPTURE(site.last_code);
                require_no_double(kind, site, end);
                CHECK((end != End::failed || site.needs_sign_in));
            }
        }
    }
}

TEST_CASE("a thread with pictures goes on after a kill at any step") {
    for (const auto& kind : media_kinds()) {
        Site whole(kind);
        whole.publish(thread(kind));
        for (int at = 0; at < whole.performances; ++at) {
            CAPTURE(kind);
            CAPTURE(at);
            Site site(kind);

            const auto end = site.publish(thread(kind), at);

            require_no_double(kind, site, end);
            // Nobody can read back what a member posted, nor any comment.
            CHECK((end == End::published || (kind != "x" && end == End::unknown)));
        }
    }
}

std::vector<platform::Part> film() {
    // More than one part of every platform's.
    auto video = picture((4LL << 20) + 100);
    video.type = "video/mp4";
    video.alt.clear();
    return {{"A film", {std::move(video)}}};
}

TEST_CASE("a video goes up in parts, is waited for and shown once, also after a kill at any step") {
    for (const auto& kind : media_kinds()) {
        Site whole(kind);
        CHECK(whole.publish(film()) == End::published);
        CHECK(whole.media_counts() == std::vector<std::size_t>{1});
        for (int at = 0; at < whole.performances; ++at) {
            CAPTURE(kind);
            CAPTURE(at);
            Site site(kind);

            const auto end = site.publish(film(), at);

            CHECK(site.visible() == std::vector<std::string>{"A film"});
            CHECK((end == End::published || (kind == "linkedin" && end == End::unknown)));
        }
    }
}

TEST_CASE("a fault while a picture goes up leaves no doubt about the post") {
    using sandbox::PlatformFault;
    for (const auto& kind : media_kinds()) {
        for (const auto fault : {PlatformFault::lost_before, PlatformFault::error_after}) {
            CAPTURE(kind);
            Site site(kind);
            site.platform()->queue(fault, 1);

            CHECK(site.publish(thread(kind)) == End::published);
            CHECK(site.visible() == texts);
        }
    }
}

}  // namespace
}  // namespace caas::contract
