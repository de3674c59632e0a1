#include "core/text/diff.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/core/text/random_text.h"

namespace caas::text {
namespace {

// "same [-gone-]{+come+}", as git's word diff shows it.
std::string shown(std::string_view before, std::string_view after) {
    std::string out;
    for (const Change& change : diff(before, after)) {
        out += change.op == Op::equal   ? change.text
               : change.op == Op::erase ? "[-" + change.text + "-]"
                                        : "{+" + change.text + "+}";
    }
    return out;
}

TEST_CASE("equal texts have one equal piece, empty ones none") {
    CHECK(shown("the same", "the same") == "the same");
    CHECK(diff("", "").empty());
}

TEST_CASE("words change as wholes") {
    CHECK(shown("the quick fox", "the slow fox") == "the [-quick-]{+slow+} fox");
    CHECK(shown("offline", "offlines") == "[-offline-]{+offlines+}");
    CHECK(shown("Grüße an alle", "Grüsse an alle") == "[-Grüße-]{+Grüsse+} an alle");
}

TEST_CASE("punctuation and spaces are pieces of their own") {
    CHECK(shown("Done.", "Done!") == "Done[-.-]{+!+}");
    CHECK(shown("a b", "a  b") == "a[- -]{+  +}b");
    CHECK(shown("a\nb", "a\n\nb") == "a\n{+\n+}b");
}

TEST_CASE("what is added or taken away is shown alone") {
    CHECK(shown("", "new text") == "{+new text+}");
    CHECK(shown("old text", "") == "[-old text-]");
    CHECK(shown("a c", "a b c") == "a {+b +}c");
}

TEST_CASE("neighbouring replaced words are one replacement") {
    CHECK(shown("one two three", "uno dos three") == "[-one two-]{+uno dos+} three");
}

TEST_CASE("scripts without spaces change by character, emoji as wholes") {
    CHECK(shown("日本語です", "日本人です") == "日本[-語-]{+人+}です");
    CHECK(shown("👩‍⚕️!", "👨‍⚕️!") == "[-👩‍⚕️-]{+👨‍⚕️+}!");
}

TEST_CASE("the changes give both texts back, whatever they are") {
    RandomText chance(11);
    for (int i = 0; i < 200; ++i) {
        const std::string before = chance.below(3) == 0 ? chance.bytes(60) : chance.prose(30);
        const std::string after = chance.below(3) == 0 ? chance.bytes(60) : chance.prose(30);

        const std::vector<Change> changes = diff(before, after);

        CHECK(before_of(changes) == before);
        CHECK(after_of(changes) == after);
    }
}

TEST_CASE("two different texts of fifty kilobytes are compared in bounded time") {
    RandomText chance(12);
    std::string before;
    std::string after;
    while (before.size() < 50000) {
        before += chance.prose(20);
        after += chance.prose(20);
    }

    const std::vector<Change> changes = diff(before, after);

    CHECK(before_of(changes) == before);
    CHECK(after_of(changes) == after);
}

TEST_CASE("JSON lists what was done with what") {
    CHECK(
        to_json(diff("a b", "a c")).dump() ==
        R"([{"op":"equal","text":"a "},{"op":"erase","text":"b"},{"op":"insert","text":"c"}])");
}

TEST_CASE("the unified form is that of diff") {
    CHECK(
        unified("one\ntwo\nthree\n", "one\n2\nthree\n", {"v1", "v2"}) ==
        "--- v1\n+++ v2\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n");
}

TEST_CASE("the unified form of equal texts is empty") {
    CHECK(unified("a\n", "a\n").empty());
}

TEST_CASE("the unified form says where a line end is missing") {
    CHECK(
        unified("a\n", "a") ==
        "--- before\n+++ after\n@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n");
}

TEST_CASE("the unified form of new and of erased texts names line zero") {
    CHECK(unified("", "a\n") == "--- before\n+++ after\n@@ -0,0 +1 @@\n+a\n");
    CHECK(unified("a\nb\n", "") == "--- before\n+++ after\n@@ -1,2 +0,0 @@\n-a\n-b\n");
}

TEST_CASE("changes far apart have hunks of their own, near ones share one") {
    const std::string lines = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

    CHECK(
        unified(lines, "x\n2\n3\n4\n5\n6\n7\n8\ny\n", {}, 1) ==
        "--- before\n+++ after\n@@ -1,2 +1,2 @@\n-1\n+x\n 2\n@@ -8,2 +8,2 @@\n 8\n-9\n+y\n");
    CHECK(
        unified("1\n2\n3\n", "x\n2\ny\n", {}, 1) ==
        "--- before\n+++ after\n@@ -1,3 +1,3 @@\n-1\n+x\n 2\n-3\n+y\n");
}

}  // namespace
}  // namespace caas::text
