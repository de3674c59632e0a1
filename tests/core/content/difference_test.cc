#include "core/content/difference.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace caas {
namespace {

content::Version version(std::int64_t number, std::vector<content::Part> parts) {
    content::Version made;
    made.number = number;
    made.body.parts = std::move(parts);
    made.digest = content::digest(made.body);
    return made;
}

TEST_CASE("the words that changed are marked, with both texts to be had back") {
    const auto from = version(1, {{"The old cat sat.", {}}});
    const auto to = version(3, {{"The new cat sat.", {}}});
    const auto made = content::difference(from, to);

    CHECK(made.from == 1);
    CHECK(made.to == 3);
    CHECK_FALSE(made.is_same);
    REQUIRE(made.sections.size() == 1);
    CHECK(made.sections[0].platform.empty());
    CHECK(text::before_of(made.sections[0].changes) == "The old cat sat.");
    CHECK(text::after_of(made.sections[0].changes) == "The new cat sat.");
    CHECK(made.sections[0].unified.find("--- version 1\n+++ version 3\n") == 0);
}

TEST_CASE("equal versions have one equal section") {
    const auto made = content::difference(version(1, {{"a", {}}}), version(2, {{"a", {}}}));

    CHECK(made.is_same);
    REQUIRE(made.sections.size() == 1);
    CHECK(made.sections[0].unified.empty());
    REQUIRE(made.sections[0].changes.size() == 1);
    CHECK(made.sections[0].changes[0].op == text::Op::equal);
}

TEST_CASE("the parts of a thread are compared as one text") {
    const auto made =
        content::difference(version(1, {{"one", {}}}), version(2, {{"one", {}}, {"two", {}}}));

    CHECK(text::after_of(made.sections[0].changes) == "one\n\n---\n\ntwo");
}

TEST_CASE(
    "the comparison by lines is a patch for the text as a file, which ends with its last line") {
    const auto one = version(1, {{"old", {}}});
    const auto two = version(2, {{"new", {}}});
    const auto thread = version(3, {{"new", {}}, {"more", {}}});
    const auto empty = version(4, {{"", {}}});

    CHECK(
        content::difference(one, two).sections[0].unified ==
        "--- version 1\n+++ version 2\n@@ -1 +1 @@\n-old\n+new\n");
    CHECK(
        content::difference(two, thread).sections[0].unified ==
        "--- version 2\n+++ version 3\n@@ -1 +1,3 @@\n new\n+---\n+more\n");
    CHECK(
        content::difference(empty, one).sections[0].unified ==
        "--- version 4\n+++ version 1\n@@ -1 +1 @@\n-\n+old\n");
}

TEST_CASE("one part with a line of dashes and two parts are not the same text") {
    const auto one = version(1, {{"a\n\n---\n\nb", {}}});
    const auto two = version(2, {{"a\n", {}}, {"\nb", {}}});
    const auto three = version(3, {{"a", {}}, {"b", {}}});

    CHECK(
        content::difference(one, two).sections[0].unified.find("-\\---\n+---\n") !=
        std::string::npos);
    CHECK_FALSE(content::difference_for(one, two, "x").is_same);
    const auto words = content::difference(one, three).sections[0].changes;
    CHECK(text::before_of(words) == "a\n\n\\---\n\nb");
    CHECK(text::after_of(words) == "a\n\n---\n\nb");
}

TEST_CASE("a platform whose own text came, changed or went has a section") {
    auto from = version(1, {{"common", {}}});
    auto to = from;
    to.number = 2;
    from.body.overrides["bluesky"] = {{{"gone", {}}}, "{}"};
    from.body.overrides["mastodon"] = {{{"same", {}}}, "{}"};
    to.body.overrides["mastodon"] = {{{"same", {}}}, "{}"};
    to.body.overrides["x"] = {{{"came", {}}}, "{}"};
    const auto made = content::difference(from, to);

    REQUIRE(made.sections.size() == 3);
    CHECK(made.sections[1].platform == "bluesky");
    CHECK(text::before_of(made.sections[1].changes) == "gone");
    CHECK(text::after_of(made.sections[1].changes) == "common");
    CHECK(made.sections[2].platform == "x");
    CHECK(text::before_of(made.sections[2].changes) == "common");
    CHECK(text::after_of(made.sections[2].changes) == "came");
    CHECK(made.sections[2].unified.find("--- version 1 for x\n") == 0);
}

TEST_CASE("options that changed are shown before and after") {
    auto from = version(1, {{"common", {}}});
    auto to = from;
    from.body.overrides["mastodon"] = {{}, R"({"visibility":"public"})"};
    to.body.overrides["mastodon"] = {{}, R"({"visibility":"unlisted"})"};
    const auto json = content::to_json(content::difference(from, to));

    REQUIRE(json["sections"].size() == 2);
    CHECK(json["sections"][0]["platform"].is_null());
    CHECK(json["sections"][0]["options"].is_null());
    CHECK(json["sections"][1]["platform"] == "mastodon");
    CHECK(json["sections"][1]["options"]["before"]["visibility"] == "public");
    CHECK(json["sections"][1]["options"]["after"]["visibility"] == "unlisted");
}

TEST_CASE("the JSON of a difference names its versions and changes") {
    const auto json =
        content::to_json(content::difference(version(1, {{"a b", {}}}), version(2, {{"a c", {}}})));

    CHECK(json["from"] == 1);
    CHECK(json["to"] == 2);
    CHECK(json["same"] == false);
    CHECK(json["sections"][0]["changes"].is_array());
    CHECK(json["sections"][0]["changes"][0]["op"] == "equal");
}

}  // namespace
}  // namespace caas
