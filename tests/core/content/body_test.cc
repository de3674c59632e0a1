#include "core/content/body.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/error.h"

namespace caas {
namespace {

using content::Body;

Body body_of(const std::string& text) {
    Body body;
    body.parts = {{text, {}}};
    return body;
}

// The rules a body breaks, each as pointer and rule, in order.
std::vector<std::string> faults_of(const Body& body) {
    std::vector<std::string> faults;
    try {
        content::check(body);
    } catch (const Error& e) {
        for (const auto& detail : e.details())
            faults.push_back(detail.pointer + " " + detail.rule);
        if (faults.empty())
            faults.emplace_back(facts(e.code()).name);
    }
    return faults;
}

using Faults = std::vector<std::string>;

TEST_CASE("the canonical text of a body has every key, sorted, without blanks") {
    Body body;
    body.parts = {{"Hello \xf0\x9f\x8c\x8d", {"m1"}}, {"again", {}}};
    body.overrides["x"] = {{{"short", {}}}, R"({ "b": 1, "a": [ 2 ] })"};
    body.language = "en";
    body.marks = {"x.text.shortened"};

    CHECK(
        content::canonical(body) ==
        R"({"language":"en","marks":["x.text.shortened"],"overrides":{"x":{"options":{"a":[2],"b":1},)"
        R"("parts":[{"media":[],"text":"short"}]}},"parts":[{"media":["m1"],"text":"Hello )"
        "\xf0\x9f\x8c\x8d"
        R"("},{"media":[],"text":"again"}]})");
    CHECK(content::digest(body) == sha256_hex(content::canonical(body)));
}

TEST_CASE("a body that was written and read has the same digest") {
    Body body = body_of("a\n\"b\"\\ \x01 \xe2\x80\xa8");
    body.overrides["bluesky"] = {{}, R"({"z":{"y":"x"},"a":1.5})"};
    const auto again = content::parse_body(content::canonical(body));

    CHECK(content::digest(again) == content::digest(body));
    CHECK(again.parts == body.parts);
    CHECK(content::parse_body(content::canonical(again)) == again);
}

TEST_CASE("bodies that differ in anything have other digests") {
    const auto body = body_of("a");
    auto spaced = body_of("a ");
    auto language = body;
    language.language = "de";
    auto marked = body;
    marked.marks = {"m"};
    auto own = body;
    own.overrides["x"] = {};
    auto media = body;
    media.parts[0].media = {"1"};

    CHECK(content::digest(spaced) != content::digest(body));
    CHECK(content::digest(language) != content::digest(body));
    CHECK(content::digest(marked) != content::digest(body));
    CHECK(content::digest(own) != content::digest(body));
    CHECK(content::digest(media) != content::digest(body));
}

TEST_CASE("what is no body is damage of the database") {
    for (const auto* text :
         {"",
          "nope",
          "{}",
          "[]",
          R"({"parts":"x"})",
          R"({"parts":[],"overrides":[1],"language":"","marks":[]})",
          R"({"parts":[{"text":1,"media":[]}],"overrides":{},"language":"","marks":[]})"}) {
        CAPTURE(text);
        try {
            content::parse_body(text);
            FAIL("accepted");
        } catch (const Error& e) {
            CHECK(e.code() == Code::storage_corrupt);
        }
    }
}

TEST_CASE("a platform gets its own parts, or the common ones with its own options") {
    Body body = body_of("common");
    body.overrides["x"] = {{{"own", {}}}, "{}"};
    body.overrides["mastodon"] = {{}, R"({"visibility":"unlisted"})"};

    CHECK(content::parts_for(body, "x")[0].text == "own");
    CHECK(content::parts_for(body, "mastodon")[0].text == "common");
    CHECK(content::parts_for(body, "bluesky")[0].text == "common");
    CHECK(content::options_for(body, "mastodon") == R"({"visibility":"unlisted"})");
    CHECK(content::options_for(body, "bluesky") == "{}");
}

TEST_CASE("a plain body is fine") {
    CHECK(faults_of(body_of("Hello")).empty());
    Body media;
    media.parts = {{"", {"m"}}};
    CHECK(faults_of(media).empty());
}

TEST_CASE("a body needs a part, and a part needs something to say") {
    CHECK(faults_of(Body()) == Faults{"/parts parts.none"});
    CHECK(faults_of(body_of("")) == Faults{"/parts/0/text text.empty"});
    CHECK(faults_of(body_of(" \n\t")) == Faults{"/parts/0/text text.empty"});
}

TEST_CASE("text must be UTF-8 without NUL") {
    CHECK(faults_of(body_of("a\xff")) == Faults{"/parts/0/text text.utf8"});
    CHECK(faults_of(body_of(std::string("a\0b", 3))) == Faults{"/parts/0/text text.nul"});
    CHECK(faults_of(body_of("\xed\xa0\x80")) == Faults{"/parts/0/text text.utf8"});
}

TEST_CASE("a part, a thread and the whole have bounds") {
    CHECK(faults_of(body_of(std::string(content::most_part_bytes, 'a'))).empty());
    CHECK(
        faults_of(body_of(std::string(content::most_part_bytes + 1, 'a'))) ==
        Faults{"/parts/0/text text.too_long"});
    Body many;
    many.parts.assign(content::most_parts + 1, {"a", {}});
    CHECK(faults_of(many) == Faults{"/parts parts.too_many"});
    Body large;
    large.parts.assign(20, {std::string(content::most_part_bytes, 'a'), {}});
    CHECK(faults_of(large) == Faults{"too_large"});
    Body media = body_of("a");
    media.parts[0].media.assign(content::most_media + 1, "m");
    CHECK(faults_of(media) == Faults{"/parts/0/media media.too_many"});
}

TEST_CASE("overrides name platforms and hold objects") {
    Body body = body_of("a");
    body.overrides["no platform!"] = {};
    body.overrides["x"] = {{{"", {}}}, "[1]"};
    body.overrides["y"] = {{}, "nope"};
    body.overrides["z"] = {{}, R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}"};

    CHECK(
        faults_of(body) == Faults{
                               "/overrides overrides.platform",
                               "/overrides/x/parts/0/text text.empty",
                               "/overrides/x/options options.object",
                               "/overrides/y/options options.object",
                               "/overrides/z/options options.nested"});
}

TEST_CASE("a language is a tag") {
    Body body = body_of("a");
    body.language = "pt-BR";
    CHECK(faults_of(body).empty());
    body.language = "not a tag";
    CHECK(faults_of(body) == Faults{"/language language.tag"});
}

TEST_CASE("all that is wrong is said at once, up to twenty things") {
    Body body;
    body.parts.assign(50, {"", {}});
    CHECK(faults_of(body).size() == 20);
}

TEST_CASE("a title is the first line that says something") {
    CHECK(content::title_of(body_of("\n\n  Hello\tworld \r\nmore")) == "Hello world");
    CHECK(content::title_of(body_of("a\x1b[31mb")) == "a [31mb");
    CHECK(content::title_of(Body()) == "(empty)");
    Body media;
    media.parts = {{"", {"m"}}};
    CHECK(content::title_of(media) == "(media)");
}

TEST_CASE("a title has at most eighty characters as people see them") {
    CHECK(content::title_of(body_of(std::string(200, 'a'))) == std::string(80, 'a'));
    std::string families;
    for (int i = 0; i < 100; ++i)
        families += "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7";
    CHECK(content::title_of(body_of(families)).size() == 80U * 11U);
    std::string endless = "a";
    for (int i = 0; i < 5000; ++i)
        endless += "\xcc\x81";
    CHECK(content::title_of(body_of(endless)).size() <= 1003);
}

}  // namespace
}  // namespace caas
