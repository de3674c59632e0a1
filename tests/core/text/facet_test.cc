#include "core/text/facet.h"

#include <doctest/doctest.h>

#include "tests/core/text/random_text.h"

namespace caas::text {
namespace {

std::string found(std::string_view text) {
    std::string out;
    for (const Facet& facet : facets(text)) {
        out += (out.empty() ? "" : " ") + std::string(name(facet.kind)) + ":" + facet.value;
    }
    return out;
}

TEST_CASE("links keep their text and get a scheme in their URI") {
    CHECK(found("see https://example.com/a?b=1") == "link:https://example.com/a?b=1");
    CHECK(found("see example.com/a") == "link:https://example.com/a");
    CHECK(found("(bsky.app)") == "link:https://bsky.app");
}

TEST_CASE("one closing mark and an unopened bracket are cut from a link") {
    CHECK(found("https://example.com.") == "link:https://example.com");
    CHECK(found("https://example.com?!") == "link:https://example.com?");
    CHECK(found("(https://example.com)") == "link:https://example.com");
    CHECK(found("https://example.com/a_(b)") == "link:https://example.com/a_(b)");
    CHECK(found("(https://example.com).") == "link:https://example.com");
}

TEST_CASE("a name without a known ending is no link") {
    CHECK(found("file.notatld e.g. v1.2").empty());
    CHECK(found("Example.COM").empty());
    CHECK(found("my-site.com").empty());
}

TEST_CASE("what the network would refuse as a URI is left out") {
    CHECK(found("https://. https:///x https://").empty());
    CHECK(found("httpbin.org") == "link:https://httpbin.org");
    CHECK(found("https://example.com/" + std::string(9000, 'a')).empty());
}

TEST_CASE("mentions are handles under a known ending or .test") {
    CHECK(found("hi @ana.bsky.social!") == "mention:ana.bsky.social");
    CHECK(found("(@bob.test)") == "mention:bob.test");
    CHECK(found("@ana @ana.notatld x@ana.com @.com").empty());
    CHECK(found("@a-b.com.") == "mention:a-b.com");
}

TEST_CASE("tags end at white space and lose closing punctuation") {
    CHECK(found("#tag #a.b! #日本語") == "tag:tag tag:a.b tag:日本語");
    CHECK(found("＃x") == "tag:x");
    CHECK(found("#1 #... a#b # #️⃣").empty());
    CHECK(found("#a\u200Bb") == "tag:a");
}

TEST_CASE("a tag has 64 units at most") {
    CHECK(found("#" + std::string(64, 't')) == "tag:" + std::string(64, 't'));
    CHECK(found("#" + std::string(65, 't')).empty());
}

TEST_CASE("cashtags are tags in capitals") {
    CHECK(found("buy $aapl, ($MSFT)") == "tag:$AAPL tag:$MSFT");
    CHECK(found("$1a $toolong $a-b US$A").empty());
}

TEST_CASE("offsets are bytes") {
    const std::string text = "Grüße ＃tag";

    const Facet facet = facets(text).front();

    CHECK(facet.begin == 8);
    CHECK(facet.end == text.size());
}

TEST_CASE("facets come in order and never overlap") {
    CHECK(found("#a https://x.com/(@b.com $C") == "tag:a link:https://x.com/(@b.com tag:$C");
    RandomText chance(5);
    for (int i = 0; i < 300; ++i) {
        const std::string text = chance.below(2) == 0 ? chance.bytes(60) : chance.prose(12);
        std::size_t end = 0;
        for (const Facet& facet : facets(text)) {
            CHECK(facet.begin >= end);
            CHECK(facet.end > facet.begin);
            CHECK(facet.end <= text.size());
            end = facet.end;
        }
    }
}

}  // namespace
}  // namespace caas::text
