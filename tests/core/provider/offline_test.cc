#include <algorithm>
#include <set>

#include "core/provider/offline_width.h"
#include "core/text/utf8.h"
#include "tests/core/provider/asking.h"

namespace caas {
namespace {

const std::vector<std::string> platforms{
    "bluesky",
    "facebook",
    "instagram",
    "linkedin",
    "mastodon",
    "outbox",
    "threads",
    "webhook",
    "x"};

provider::Posts posts(
    const std::string& prompt,
    const std::string& tone,
    int variant = 0,
    const std::string& language = "") {
    fake::Asking it;
    it.ask.schema.clear();
    it.ask.brief = {prompt, tone, language, "", platforms, variant};
    return provider::parse_posts(it.answer("offline").text, platforms);
}

std::size_t limit_of(const std::string& platform) {
    if (platform == "x")
        return 280;
    if (platform == "bluesky")
        return 300;
    if (platform == "mastodon" || platform == "threads")
        return 500;
    return platform == "linkedin" ? 1300 : 2200;
}

TEST_CASE("offline says that it is a template and costs little") {
    fake::Asking it;
    it.endpoint.key = Secret();

    const auto answer = it.answer("offline");

    CHECK(answer.model == "template-1");
    CHECK(answer.usage.is_known);
    CHECK(answer.usage.input == 4);
    CHECK(answer.usage.output > 4);
    CHECK(answer.usage.output < 200);
    CHECK(it.http.asked.empty());
}

TEST_CASE("offline answers in the form of the schema") {
    fake::Asking it;

    const auto answer = Json::parse(it.answer("offline").text);

    CHECK(answer["x"]["parts"].size() == 1);
    CHECK(answer["linkedin"]["text"].is_string());
}

TEST_CASE("offline posts say the brief, for every tone and platform, within the limits") {
    for (const auto tone : provider::tones()) {
        for (const auto& [platform, parts] :
             posts("our app now works offline", std::string(tone))) {
            CAPTURE(tone);
            const auto& shown_platform = platform;  // clang 14 captures no bindings
            CAPTURE(shown_platform);
            REQUIRE(parts.size() == 1);
            CHECK(parts[0].find("Our app now works offline") != std::string::npos);
            CHECK(provider::width(parts[0]) <= limit_of(platform));
            CHECK(text::is_utf8(parts[0]));
            CHECK(parts[0].find("{}") == std::string::npos);
        }
    }
}

TEST_CASE("offline is the same for the same brief and differs by variant and tone") {
    const std::string prompt = "Our app now works offline";

    CHECK(posts(prompt, "casual") == posts(prompt, "casual"));
    std::set<std::string> seen;
    for (int variant = 0; variant < 9; ++variant)
        seen.insert(posts(prompt, "casual", variant).at("x")[0]);
    CHECK(seen.size() == 9);
    CHECK(posts(prompt, "casual").at("x") != posts(prompt, "professional").at("x"));
}

TEST_CASE("offline turns an order into a topic") {
    const auto text = posts("Announce our new platform", "professional").at("linkedin")[0];

    CHECK(text.find("Announce") == std::string::npos);
    CHECK(text.find("our new platform") != std::string::npos);
    CHECK(
        posts("Announce that the shop is open", "casual").at("x")[0].find("The shop is open.") !=
        std::string::npos);
}

TEST_CASE("offline frames the brief in its language, or not at all") {
    const auto german = posts("Unsere App läuft jetzt ohne Netz", "casual").at("x")[0];
    const auto french = posts("Our app works offline", "casual", 0, "fr-FR").at("x")[0];
    const auto japanese = posts("アプリがオフラインで動くようになりました。", "casual").at("x")[0];

    CHECK(german.find("look") == std::string::npos);
    CHECK(
        (german.find("Gute Nachricht") != std::string::npos ||
         german.find("Es ist so weit") != std::string::npos ||
         german.find("Kurz gesagt") != std::string::npos));
    CHECK(french.find("What do you think") == std::string::npos);
    CHECK(japanese.starts_with("アプリがオフラインで動くようになりました。"));
}

TEST_CASE("offline keeps the link whole and apart") {
    const auto text =
        posts("Our app works offline, see https://example.com/a?b=c#d.", "casual").at("x")[0];

    CHECK(text.find("\n\nhttps://example.com/a?b=c#d\n") != std::string::npos);
    CHECK(text.find("offline.") != std::string::npos);
    CHECK(text.find("see") == std::string::npos);
}

TEST_CASE("offline leaves out what only leads to a link") {
    const auto text =
        posts(
            "We open a bakery in Lübeck. Breakfast is free (https://a.example/b) for all. "
            "Details at https://a.example/c",
            "casual")
            .at("instagram")[0];

    CHECK(text.find("Details") == std::string::npos);
    CHECK(text.find("Breakfast is free") != std::string::npos);
    CHECK(text.find("https://a.example/b") != std::string::npos);
    CHECK(text.find("a.example/c") == std::string::npos);
    CHECK(text.find('\x01') == std::string::npos);
    CHECK(text.find("#bakery") != std::string::npos);
}

TEST_CASE("offline begins differently on platforms that stand side by side") {
    const auto all = posts("Our app now works offline", "casual");

    CHECK(all.at("x") != all.at("linkedin"));
    CHECK(all.at("linkedin") != all.at("instagram"));
    CHECK(all.at("x") != all.at("bluesky"));
}

TEST_CASE("offline takes the first sentences of a huge brief") {
    std::string prompt = "Our app now works offline. It keeps what you write. ";
    while (prompt.size() < 10'000'000)
        prompt += "More and more words follow here and nobody reads them. ";

    fake::Asking it;
    it.ask.brief.prompt = prompt;
    it.ask.brief.platforms = platforms;
    const auto answer = it.answer("offline");

    CHECK(answer.usage.input < 1000);
    CHECK(answer.usage.output < 1000);
    for (const auto& [platform, parts] : provider::parse_posts(answer.text, platforms)) {
        const auto& shown_platform = platform;  // clang 14 captures no bindings
        CAPTURE(shown_platform);
        CHECK(provider::width(parts[0]) <= limit_of(platform));
        CHECK(parts[0].find("Our app now works offline.") != std::string::npos);
    }
}

TEST_CASE("offline shortens one endless sentence and one endless word") {
    for (const std::string unit :
         {"word ", "w", "語", "👩‍👩‍👧‍👦", "a.b ", "\xFF"}) {
        CAPTURE(unit);
        std::string prompt;
        while (prompt.size() < 20'000)
            prompt += unit;
        for (const auto& [platform, parts] : posts(prompt, "humorous")) {
            const auto& shown_platform = platform;  // clang 14 captures no bindings
            CAPTURE(shown_platform);
            CHECK(provider::width(parts[0]) <= limit_of(platform));
            CHECK(text::is_utf8(parts[0]));
        }
    }
}

TEST_CASE("offline refuses a brief that says nothing") {
    for (const auto* prompt : {"", " \n\t ", "https://example.com"}) {
        CAPTURE(prompt);
        CHECK_THROWS_AS(posts(prompt, "casual"), Error);
    }
}

TEST_CASE("offline streams its answer in pieces that cut no character") {
    fake::Asking it;
    int pieces = 0;
    std::string all;
    it.ask.brief.prompt = "Grüße 👋 aus Köln";
    it.ask.on_text = [&](std::string_view text) {
        ++pieces;
        CHECK(text::is_utf8(text));
        all += text;
    };

    const auto answer = it.answer("offline");

    CHECK(all == answer.text);
    CHECK(pieces > 3);
}

TEST_CASE("offline stops between two pieces") {
    fake::Asking it;
    std::stop_source source;
    it.ask.stop = source.get_token();
    it.ask.on_text = [&](std::string_view) { source.request_stop(); };

    CHECK_THROWS_AS(it.answer("offline"), Error);
}

TEST_CASE("a width is never less than what X counts") {
    CHECK(provider::width("hello") == 5);
    CHECK(provider::width("see a.co now") == 3 + 1 + 23 + 1 + 3);
    CHECK(provider::width("語") == 2);
    CHECK(provider::width("End. Next") == 9);
}

}  // namespace
}  // namespace caas
