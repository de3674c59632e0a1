#include "core/api/post_address.h"

#include <doctest/doctest.h>

#include "core/base/error.h"

namespace caas::api {
namespace {

bool is_taken(const std::string& platform, const std::string& url) {
    platform::Account account;
    account.platform = platform;
    account.base_url = "https://social.example";
    try {
        require_post_address(account, url);
    } catch (const Error& error) {
        CHECK(error.code() == Code::invalid);
        CHECK(error.details().at(0).pointer == "/url");
        return false;
    }
    return true;
}

TEST_CASE("a post is at its platform, on whichever of its hosts") {
    CHECK(is_taken("x", "https://x.com/ana/status/1"));
    CHECK(is_taken("x", "https://mobile.twitter.com/ana/status/1"));
    CHECK(is_taken("linkedin", "https://www.linkedin.com/feed/update/urn:li:share:1"));
    CHECK(is_taken("facebook", "https://www.facebook.com/1/posts/2"));
    CHECK(is_taken("instagram", "https://www.instagram.com/p/a/"));
    CHECK(is_taken("threads", "https://www.threads.net/@ana/post/a"));
    CHECK(is_taken("threads", "https://www.threads.com/@ana/post/a"));
}

TEST_CASE("an address of another place is none of a post, however alike it looks") {
    for (const auto* platform : {"x", "linkedin", "facebook", "instagram", "threads", "mastodon"}) {
        CAPTURE(platform);
        CHECK_FALSE(is_taken(platform, "https://example.com/"));
        CHECK_FALSE(is_taken(platform, "foo"));
        CHECK_FALSE(is_taken(platform, ""));
    }
    CHECK_FALSE(is_taken("x", "https://notx.com/ana/status/1"));
    CHECK_FALSE(is_taken("x", "https://x.com.example/ana/status/1"));
}

TEST_CASE("a post at Mastodon is on the server of its account, where its number is right") {
    CHECK(is_taken("mastodon", "https://social.example/@ana/1"));
    CHECK_FALSE(is_taken("mastodon", "https://elsewhere.example/@ana@social.example/2"));
}

TEST_CASE("what has no host of its own is taken anywhere") {
    CHECK(is_taken("webhook", "https://example.com/1"));
    CHECK(is_taken("outbox", "file:///srv/outbox/1.json"));
    CHECK(is_taken("bluesky", "https://deck.example/profile/ana/post/3k"));
    CHECK(is_taken("bluesky", "at://did:plc:a/app.bsky.feed.post/3k"));
}

}  // namespace
}  // namespace caas::api
