#include "core/platform/lint.h"

#include <algorithm>
#include <set>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/json.h"

namespace caas::platform {
namespace {

std::string times(std::string_view word, int count) {
    std::string out;
    for (int i = 0; i < count; ++i)
        out += word;
    return out;
}

Report check(
    std::string_view platform,
    const std::string& text,
    MediaRule media_rule = MediaRule::may_come_later) {
    const std::vector<Part> parts{{text, {}}};
    return lint(get(platform), parts, media_rule);
}

// "error x.text.too_long, warning …": what a table of cases needs.
std::string brief(const Report& report) {
    std::string out;
    for (const auto& issue : report.issues)
        out += (out.empty() ? "" : ", ") + std::string(name(issue.severity)) + " " + issue.rule;
    return out;
}

std::string broken(std::string_view platform, const std::string& text) {
    return brief(check(platform, text));
}

TEST_CASE("a short text breaks no rule of X") {
    const auto report = check("x", "Our app now works offline #news");

    CHECK(report.is_valid());
    CHECK(report.issues.empty());
    CHECK(report.length == 31);
    CHECK(report.limit == 280);
    CHECK(report.unit == Unit::weighted);
}

TEST_CASE("X takes 280 counted characters and not one more") {
    CHECK(broken("x", times("a", 280)).empty());
    CHECK(broken("x", times("a", 281)) == "error x.text.too_long");
    CHECK(broken("x", times("\xE4\xBD\xA0", 140)).empty());
    CHECK(broken("x", times("\xE4\xBD\xA0", 141)) == "error x.text.too_long");
}

TEST_CASE("the place of an overlong text is what does not fit, in UTF-16 units") {
    // Each of these counts 2 for X and is two UTF-16 units.
    const auto report = check("x", times("\xF0\x9F\x98\x80", 141));

    REQUIRE(report.issues.size() == 1);
    CHECK(report.issues[0].start == 280);
    CHECK(report.issues[0].end == 282);
    CHECK(
        report.issues[0].message ==
        "282 characters as X counts them: 2 more than the 280 that X takes");
}

TEST_CASE("a character that X refuses is named with its place") {
    const auto report = check("x", "ab\xEF\xBF\xBE");

    REQUIRE(brief(report) == "error x.text.invalid_character");
    CHECK(report.issues[0].start == 2);
    CHECK(report.issues[0].end == 3);
    CHECK(report.issues[0].message == "X takes no post with the character U+FFFE");
}

TEST_CASE("a refused character that cannot be seen is named by its number") {
    CHECK(
        check("x", "a\xEF\xBB\xBF").issues.at(0).message ==
        "X takes no post with the character U+FEFF");
    CHECK(
        check("linkedin", std::string("a\0b", 3)).issues.at(0).message ==
        "LinkedIn takes no post with the character U+0000");
}

TEST_CASE("X takes one cashtag") {
    CHECK(broken("x", "$AAPL").empty());
    const auto report = check("x", "$AAPL and $MSFT");
    REQUIRE(brief(report) == "error x.cashtags.too_many");
    CHECK(report.issues[0].start == 10);
    CHECK(report.issues[0].end == 15);
}

TEST_CASE("LinkedIn recommends 1300 characters and takes 3000") {
    CHECK(broken("linkedin", times("a", 1300)).empty());
    CHECK(broken("linkedin", times("a", 1301)) == "warning linkedin.text.over_recommended");
    CHECK(check("linkedin", times("a", 1301)).is_valid());
    CHECK(broken("linkedin", times("a", 3000)) == "warning linkedin.text.over_recommended");
    CHECK(broken("linkedin", times("a", 3001)) == "error linkedin.text.too_long");
}

TEST_CASE("Instagram takes 2200 characters, 30 hashtags and 20 mentions") {
    const auto of = [](const std::string& text) {
        auto report = check("instagram", text);
        std::erase_if(
            report.issues, [](const Issue& i) { return i.rule == "instagram.media.required"; });
        return brief(report);
    };

    CHECK(of(times("a", 2200)).empty());
    CHECK(of(times("a", 2201)) == "error instagram.text.too_long");
    CHECK(of(times("#a ", 11)) == "warning instagram.hashtags.over_recommended");
    CHECK(of(times("#a ", 30)) == "warning instagram.hashtags.over_recommended");
    CHECK(of(times("#a ", 31)) == "error instagram.hashtags.too_many");
    CHECK(of(times("@a ", 20)).empty());
    CHECK(of(times("@a ", 21)) == "error instagram.mentions.too_many");
    CHECK(of("See https://example.com") == "warning instagram.links.not_clickable");
}

TEST_CASE("missing media are a warning while writing and an error before publishing") {
    CHECK(broken("instagram", "Hello") == "warning instagram.media.required");
    CHECK(check("instagram", "Hello").is_valid());
    CHECK(
        brief(check("instagram", "Hello", MediaRule::must_be_there)) ==
        "error instagram.media.required");
}

TEST_CASE("a picture needs no words on Instagram") {
    const std::vector<Part> parts{
        {"", {Medium{.id = "media", .type = "image/jpeg", .width = 400, .height = 400}}}};
    CHECK(brief(lint(get("instagram"), parts, MediaRule::must_be_there)).empty());
}

TEST_CASE("Bluesky counts graphemes and bytes") {
    CHECK(broken("bluesky", times("a", 300)).empty());
    CHECK(broken("bluesky", times("a", 301)) == "error bluesky.text.too_long");
    // A family of four is one grapheme and 25 bytes.
    const std::string family =
        "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7\xE2\x80\x8D"
        "\xF0\x9F\x91\xA6";
    CHECK(broken("bluesky", times(family, 120)).empty());
    const auto report = check("bluesky", times(family, 121));
    CHECK(brief(report) == "error bluesky.text.too_many_bytes");
    CHECK(report.length == 121);
}

TEST_CASE("Mastodon counts links as 23 and hosts of mentions not at all") {
    CHECK(broken("mastodon", times("a", 500)).empty());
    CHECK(broken("mastodon", times("a", 501)) == "error mastodon.text.too_long");
    CHECK(check("mastodon", "https://example.com/" + times("a", 600)).length == 23);
    CHECK(check("mastodon", "@ana@social.example hi").length == 7);
}

TEST_CASE("an instance's own limits are used where it has some") {
    const auto limits =
        limits_with(get("mastodon").limits, R"({"limits":{"text_limit":1000,"url_length":30}})");
    const std::vector<Part> parts{{times("a", 900) + " https://example.com", {}}};

    const auto report = lint(get("mastodon"), parts, MediaRule::may_come_later, limits);

    CHECK(report.is_valid());
    CHECK(report.limit == 1000);
    CHECK(report.length == 931);
}

TEST_CASE("a configuration without sense changes no limit") {
    const auto& limits = get("mastodon").limits;

    CHECK(limits_with(limits, "").text_limit == 500);
    CHECK(
        limits_with(limits, R"({"limits":{"text_limit":-1,"url_length":"x"}})").text_limit == 500);
    CHECK(limits_with(limits, R"({"limits":7})").text_limit == 500);
}

TEST_CASE("Mastodon counts the warning in front of a text with it") {
    const std::vector<Part> parts{{times("a", 495), {}}};
    const auto& driver = get("mastodon");

    const auto report = lint(
        driver, parts, MediaRule::may_come_later, driver.limits, R"({"spoiler_text":"politics"})");

    REQUIRE(brief(report) == "error mastodon.text.too_long");
    CHECK(report.length == 503);
    CHECK(report.issues[0].start == 492);
}

TEST_CASE("options are checked by name and value") {
    const auto of = [](std::string_view options) {
        const std::vector<Part> parts{{"Hello", {}}};
        const auto& driver = get("mastodon");
        return brief(lint(driver, parts, MediaRule::may_come_later, driver.limits, options));
    };

    CHECK(of(R"({"visibility":"unlisted","sensitive":true,"spoiler_text":"x"})").empty());
    CHECK(of(R"({"visibility":"secret"})") == "error mastodon.options.invalid");
    CHECK(of(R"({"visibility":"public unlisted"})") == "error mastodon.options.invalid");
    CHECK(of(R"({"sensitive":"true"})") == "error mastodon.options.invalid");
    CHECK(of(R"({"spoiler_text":7})") == "error mastodon.options.invalid");
    CHECK(of(R"({"visibilty":"public"})") == "error mastodon.options.unknown");
    CHECK(of("nonsense").empty());
}

TEST_CASE("Threads takes 500 characters, emoji by their bytes") {
    CHECK(broken("threads", times("a", 500)).empty());
    CHECK(broken("threads", times("a", 501)) == "error threads.text.too_long");
    CHECK(broken("threads", times("\xC3\xA4", 500)).empty());
    CHECK(broken("threads", times("\xF0\x9F\x98\x80", 125)).empty());
    const auto report = check("threads", times("\xF0\x9F\x98\x80", 126));
    REQUIRE(brief(report) == "error threads.text.too_long");
    CHECK(report.issues[0].start == 250);
    CHECK(broken("threads", "#one #two") == "warning threads.hashtags.over_recommended");
}

TEST_CASE("Facebook takes 63206 characters") {
    CHECK(check("facebook", times("a", 63206)).is_valid());
    CHECK(broken("facebook", times("a", 63207)) == "error facebook.text.too_long");
}

TEST_CASE("the outbox and a webhook take any length") {
    CHECK(broken("outbox", times("a", 100000)).empty());
    CHECK(to_json(check("webhook", times("a", 100000))).at("limit").is_null());
}

TEST_CASE("an empty text is refused everywhere") {
    for (const auto* driver : all()) {
        const auto report = check(driver->id, " \n\t ");
        CHECK(brief(report).starts_with("error " + std::string(driver->id) + ".text.empty"));
    }
    CHECK(brief(lint(get("x"), {}, MediaRule::may_come_later)) == "error x.text.empty");
}

TEST_CASE("bytes that are no UTF-8 are an issue and no crash") {
    const auto report = check("bluesky", "ab\xFF\xFEwords");

    REQUIRE(brief(report) == "error bluesky.text.invalid_utf8");
    CHECK(report.issues[0].start == 2);
    CHECK(json::dump(to_json(report)).find("invalid_utf8") != std::string::npos);
}

TEST_CASE("a NUL is refused everywhere") {
    CHECK(broken("linkedin", std::string("a\0b", 3)) == "error linkedin.text.invalid_character");
}

TEST_CASE("every part of a thread is checked on its own") {
    const std::vector<Part> parts{{"Fine", {}}, {times("a", 301), {}}, {"", {}}};

    const auto report = lint(get("bluesky"), parts, MediaRule::may_come_later);

    REQUIRE(brief(report) == "error bluesky.text.too_long, error bluesky.text.empty");
    CHECK(report.issues[0].part == 1);
    CHECK(report.issues[1].part == 2);
    CHECK(report.length == 301);
    CHECK(report.lengths == std::vector<std::int64_t>{4, 301, 0});
}

TEST_CASE("a thread is refused where there are none, and said once") {
    const std::vector<Part> parts{{"One", {}}, {"Two", {}}, {"Three", {}}};

    auto alone = get("facebook").limits;
    alone.has_threads = false;
    alone.has_comments = false;
    const auto report = lint(get("facebook"), parts, MediaRule::may_come_later, alone);

    REQUIRE(brief(report) == "error facebook.parts.not_supported");
    CHECK(
        report.issues[0].message.ends_with(" has no threads: 3 parts, but only one can be posted"));
    CHECK(lint(get("facebook"), parts, MediaRule::may_come_later).is_valid());  // as comments
    CHECK(lint(get("x"), parts, MediaRule::may_come_later).is_valid());
}

TEST_CASE("a thread has an end on X") {
    const std::vector<Part> parts(101, {"Again", {}});
    CHECK(brief(lint(get("x"), parts, MediaRule::may_come_later)) == "error x.parts.too_many");
}

TEST_CASE("media are counted, and refused where this version cannot send them") {
    const Medium picture{
        .id = "medium", .type = "image/jpeg", .size = 1000, .width = 400, .height = 400};
    const std::vector<Part> five{{"Hello", std::vector<Medium>(5, picture)}};
    const std::vector<Part> one{{"Hello", {picture}}};

    CHECK(
        brief(lint(get("bluesky"), five, MediaRule::must_be_there)) ==
        "error bluesky.media.too_many");
    CHECK(brief(lint(get("bluesky"), one, MediaRule::must_be_there)).empty());
    CHECK(brief(lint(get("x"), one, MediaRule::may_come_later)).empty());
    CHECK(brief(lint(get("outbox"), one, MediaRule::must_be_there)).empty());
}

TEST_CASE("a report is the JSON that scripts rely on") {
    const auto out = to_json(check("x", times("a", 281)));

    CHECK(
        out ==
        Json{
            {"platform", "x"},
            {"length", 281},
            {"limit", 280},
            {"unit", "weighted"},
            {"valid", false},
            {"issues",
             Json::array(
                 {{{"rule", "x.text.too_long"},
                   {"severity", "error"},
                   {"message", "281 characters as X counts them: 1 more than the 280 that X takes"},
                   {"start", 280},
                   {"end", 281},
                   {"part", 0}}})}});
}

TEST_CASE("rules have names of their own and messages without an unknown place") {
    std::set<std::string_view> names;
    for (const auto& rule : rules()) {
        CHECK(names.insert(rule.name).second);
        CHECK(rule.message.find("{}") == std::string_view::npos);
    }
    CHECK(rule_id(get("twitter"), rules().front()) == "x.text.empty");
}

TEST_CASE("limits measure texts for those who shorten them") {
    CHECK(text::fits(times("a", 280), fits(get("x").limits)));
    CHECK_FALSE(text::fits(times("a", 281), fits(get("x").limits)));
    CHECK_FALSE(text::fits(times("\xF0\x9F\x98\x80", 126), fits(get("threads").limits)));
    CHECK(text::fits(times("a", 100000), fits(get("outbox").limits)));
}

}  // namespace
}  // namespace caas::platform
