#include "core/text/entity.h"

#include <doctest/doctest.h>

#include "core/text/utf8.h"
#include "tests/core/text/random_text.h"

namespace caas::text {
namespace {

// "url:example.com mention:ana": short to compare, readable when it fails.
std::string found(std::string_view text) {
    std::string out;
    for (const Entity& entity : entities(text)) {
        out += (out.empty() ? "" : " ") + std::string(name(entity.kind)) + ":" + entity.text;
    }
    return out;
}

TEST_CASE("URLs are found with a scheme and without") {
    CHECK(found("see https://example.com/a?b=1#c.") == "url:https://example.com/a?b=1#c");
    CHECK(found("see example.com, ok") == "url:example.com");
    CHECK(found("HTTP://EXAMPLE.COM/A") == "url:HTTP://EXAMPLE.COM/A");
    CHECK(urls("https://a.com b.com").front().has_scheme);
    CHECK_FALSE(urls("https://a.com b.com").back().has_scheme);
}

TEST_CASE("only known endings make a URL without a scheme") {
    CHECK(found("index.html v1.2 e.g. file.notatld").empty());
    CHECK(found("http://localhost").empty());
    CHECK(found("main.py") == "url:main.py");
}

TEST_CASE("a port, a path and a query belong to a URL, a closing full stop does not") {
    CHECK(found("http://example.com:8080/x/.") == "url:http://example.com:8080/x/");
    CHECK(found("http://example.com/a_(b)") == "url:http://example.com/a_(b)");
    CHECK(found("(http://example.com/a)") == "url:http://example.com/a");
    CHECK(found("http://example.com?q=1!") == "url:http://example.com?q=1");
    CHECK(found("http://example.com/a~(b)") == "url:http://example.com/a");
}

TEST_CASE("without a scheme a query counts only behind a path") {
    CHECK(found("example.com?q=1") == "url:example.com");
    CHECK(found("example.com/?q=1") == "url:example.com/?q=1");
}

TEST_CASE("what stands in front can forbid a URL") {
    CHECK(found("-example.com").empty());
    CHECK(found("ana@example.com").empty());
    CHECK(found("$example.com").empty());
    CHECK(found("/example.com").empty());
}

TEST_CASE("without a scheme only the ASCII part of a domain counts") {
    CHECK(found("中文example.com/a") == "url:example.com/a");
    CHECK(found("http://例え.jp") == "url:http://例え.jp");
    CHECK(found("例え.jp").empty());
}

TEST_CASE("a short link of X ends behind its code") {
    CHECK(found("https://t.co/abc/def") == "url:https://t.co/abc");
    CHECK(found("https://t.co/abc?x=1") == "url:https://t.co/abc?x=1");
    CHECK(found("https://t.co/" + std::string(41, 'a')).empty());
}

TEST_CASE("URLs and labels that are too long are none") {
    CHECK(found("http://" + std::string(63, 'a') + ".com") != "");
    CHECK(found("http://" + std::string(64, 'a') + ".com").empty());
    CHECK(found("http://example.com/" + std::string(4100, 'a')).empty());
}

TEST_CASE("mentions and lists") {
    CHECK(found("@ana and @bob/team") == "mention:ana list:bob/team");
    CHECK(found("RT @ana: rt:@bob") == "mention:ana mention:bob");
    CHECK(found("＠ana") == "mention:ana");
    CHECK(found("@a234567890123456789012") == "mention:a2345678901234567890");
}

TEST_CASE("what is no mention") {
    CHECK(found("mail ana@example.com").empty());
    CHECK(found("@@ana").empty());
    CHECK(found("@ana@example").empty());
    CHECK(found("@anaé").empty());
    CHECK(found("@ana://x").empty());
    CHECK(found("@").empty());
}

TEST_CASE("hashtags of any script, with a letter") {
    CHECK(found("#tag #日本語 ＃x") == "hashtag:tag hashtag:日本語 hashtag:x");
    CHECK(found("#1a #a_b") == "hashtag:1a hashtag:a_b");
    CHECK(found("#123 a#b &#amp #tag://x").empty());
    CHECK(found("#a#b").empty());
    CHECK(found("#️⃣").empty());
}

TEST_CASE("cashtags stand alone") {
    CHECK(found("buy $AAPL, $BRK.A") == "cashtag:AAPL cashtag:BRK.A");
    CHECK(found("US$AAPL $1 $TOOLONG $a1").empty());
}

TEST_CASE("of overlapping entities the first wins") {
    CHECK(found("http://example.com/#tag @ana") == "url:http://example.com/#tag mention:ana");
    CHECK(found("http://example.com/@ana") == "url:http://example.com/@ana");
}

TEST_CASE("offsets are given in bytes and in UTF-16 units") {
    const std::string text = "Grüße 😀 #tag";

    const Entity tag = entities(text).front();

    CHECK(text.substr(tag.begin, tag.end - tag.begin) == "#tag");
    CHECK(tag.utf16_begin == 9);
    CHECK(tag.utf16_end == 13);
    CHECK(utf16_offset(text, tag.begin) == tag.utf16_begin);
}

TEST_CASE("any bytes can be searched, and entities never overlap") {
    RandomText chance(4);
    for (int i = 0; i < 300; ++i) {
        const std::string text = chance.below(2) == 0 ? chance.bytes(60) : chance.prose(12);
        std::size_t end = 0;
        for (const Entity& entity : entities(text)) {
            CHECK(entity.begin >= end);
            CHECK(entity.end > entity.begin);
            CHECK(entity.end <= text.size());
            end = entity.end;
        }
    }
}

}  // namespace
}  // namespace caas::text
