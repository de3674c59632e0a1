#include "core/text/remote_mention.h"

#include <string>

#include <doctest/doctest.h>

namespace caas::text {
namespace {

std::string found(const std::string& text) {
    std::string out;
    for (const RemoteMention& mention : remote_mentions(text)) {
        out += text.substr(mention.begin, mention.host - mention.begin) + "|" +
               text.substr(mention.host, mention.end - mention.host) + " ";
    }
    return out;
}

TEST_CASE("a mention with a server is found with its two parts") {
    CHECK(found("@ana@example.com") == "@ana|@example.com ");
    CHECK(found("hi (@a.b-c@köln.de), @x@y!") == "@a.b-c|@köln.de @x|@y ");
}

TEST_CASE("closing dots are not part of it") {
    CHECK(found("@ana@example.com.") == "@ana|@example.com ");
    CHECK(found("@ana@example.com...") == "@ana|@example.com ");
}

TEST_CASE("mail addresses, local mentions and URLs are none") {
    CHECK(found("ana@example.com").empty());
    CHECK(found("@ana").empty());
    CHECK(found("@ana@").empty());
    CHECK(found("https://example.com/@ana@example.org").empty());
    CHECK(found("@.ana@example.com").empty());
    CHECK(found("no at all").empty());
}

}  // namespace
}  // namespace caas::text
