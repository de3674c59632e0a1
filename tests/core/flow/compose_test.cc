// From a brief to a stored version, with the built-in provider and with a scripted model.
#include <functional>

#include <doctest/doctest.h>

#include "core/content/voice.h"
#include "core/provider/template.h"
#include "tests/core/flow/compose_rig.h"

namespace caas {
namespace {

using flow::Desk;

std::vector<std::string> all_platforms() {
    std::vector<std::string> ids;
    for (const auto* driver : platform::all()) {
        if (driver->limits.text_limit > 0)
            ids.emplace_back(driver->id);
    }
    return ids;
}

std::string long_text(std::size_t sentences) {
    std::string text;
    for (std::size_t i = 0; i < sentences; ++i)
        text += "This is sentence number " + std::to_string(10 + i) + " of a long post. ";
    text.pop_back();
    return text;
}

TEST_CASE("without any provider the built-in one writes clean posts for every platform and tone") {
    Desk desk(flow::Variables{});
    desk.order.provider.clear();
    desk.order.platforms = all_platforms();
    REQUIRE(desk.order.platforms.size() >= 7);
    for (const auto tone : provider::tones()) {
        CAPTURE(tone);
        desk.order.tone = tone;

        const auto generated = desk.generate();

        const auto& best = generated.candidates.front();
        CHECK(best.errors == 0);
        CHECK(best.reports.size() == desk.order.platforms.size());
        CHECK(best.mends == 0);
        CHECK(best.body.marks.empty());
        const auto content = desk.stored(generated);
        CHECK(content.version.making.provider == "offline");
        CHECK(content.version.making.cost_microdollars.value_or(0) == 0);
    }
    CHECK(desk.home.http.asked.empty());
    CHECK(desk.home.count("content") == 5);
}

TEST_CASE("one call serves all platforms and what differs becomes an override") {
    Desk desk;
    desk.order.platforms = {"twitter", "linkedin", "x", "mastodon"};
    desk.answer(
        {{"x", {{"parts", {"Short.", "And a second part."}}}},
         {"linkedin", {{"text", "Longer, for colleagues."}}},
         {"mastodon", {{"parts", {"Short.", "And a second part."}}}}});

    const auto generated = desk.generate();

    REQUIRE(desk.home.http.asked.size() == 1);
    const auto format = desk.sent(0)["text"]["format"];
    CHECK(format["type"] == "json_schema");
    CHECK(format["strict"] == true);
    CHECK(format["schema"]["properties"].size() == 3);
    const auto body = desk.stored(generated).version.body;
    REQUIRE(body.parts.size() == 2);
    CHECK(body.parts[1].text == "And a second part.");
    CHECK(body.overrides.size() == 1);
    CHECK(body.overrides.at("linkedin").parts[0].text == "Longer, for colleagues.");
}

TEST_CASE("a version keeps what it was made of and what that took") {
    Desk desk;
    desk.order.tone = "casual";
    desk.order.language = "pt-BR";
    desk.home.http.handler = [&](const net::Request&) -> net::Result {
        desk.home.clock.advance(Milliseconds(1250));
        desk.answer_x("Oi!");
        auto result = std::move(desk.home.http.answers.front());
        desk.home.http.answers.pop_front();
        return result;
    };

    const auto version = desk.stored(desk.generate()).version;

    const auto& making = version.making;
    CHECK(making.origin == content::Origin::generated);
    CHECK(making.person == desk.home.owner.person);
    CHECK(making.provider == "openai");
    CHECK(making.model == "gpt-5.4-mini");
    CHECK(making.input_tokens == 100);
    CHECK(making.output_tokens == 50);
    CHECK(making.latency_ms == 1250);
    // 100 tokens at 0.75 and 50 at 4.50 dollars a million.
    CHECK(making.cost_microdollars == 300);
    CHECK(making.template_name == "post.v1");
    CHECK(
        making.template_digest ==
        provider::Template::load(desk.home.tools.share / "prompts", "post.v1").digest());
    const auto brief = Json::parse(making.brief.value());
    CHECK(
        brief == Json{
                     {"prompt", "Our app works offline now"},
                     {"tone", "casual"},
                     {"language", "pt-BR"},
                     {"platforms", {"x"}}});
    CHECK(version.digest == content::digest(version.body));
    CHECK(version.body.language == "pt-BR");
}

TEST_CASE("a post that is too long is mended by one more call that asks for it alone") {
    Desk desk;
    desk.order.platforms = {"x", "linkedin"};
    desk.answer({{"x", {{"parts", {long_text(12)}}}}, {"linkedin", {{"text", "Fine."}}}});
    desk.answer({{"x", {{"parts", {"Short now."}}}}}, 70, 10);
    std::vector<std::string> stages;
    desk.watcher.on_stage = [&](std::string_view stage) { stages.emplace_back(stage); };

    const auto generated = desk.generate();

    REQUIRE(desk.home.http.asked.size() == 2);
    const auto second = desk.sent(1);
    CHECK(second["text"]["format"]["schema"]["properties"].size() == 1);
    CHECK(second["text"]["format"]["schema"]["properties"].contains("x"));
    const auto words = second["input"].get<std::string>();
    CHECK(words.find("sentence number 21") != std::string::npos);
    CHECK(words.find("280") != std::string::npos);
    CHECK(words.find("Fine.") == std::string::npos);
    CHECK(stages == std::vector<std::string>{"mending"});
    const auto& best = generated.candidates.front();
    CHECK(best.mends == 1);
    CHECK(best.errors == 0);
    CHECK(best.body.marks.empty());
    const auto version = desk.stored(generated).version;
    CHECK(version.body.parts[0].text == "Short now.");
    CHECK(version.body.overrides.at("linkedin").parts[0].text == "Fine.");
    CHECK(version.making.input_tokens == 170);
    CHECK(version.making.output_tokens == 60);
}

TEST_CASE("after two mends in vain a post is shortened at the end of a sentence and marked") {
    Desk desk;
    desk.answer_x(long_text(12));
    desk.answer_x(long_text(11));
    desk.answer_x(long_text(10));
    std::vector<std::string> stages;
    desk.watcher.on_stage = [&](std::string_view stage) { stages.emplace_back(stage); };

    const auto generated = desk.generate();

    CHECK(desk.home.http.asked.size() == 3);
    CHECK(stages == std::vector<std::string>{"mending", "mending", "shortening"});
    const auto& best = generated.candidates.front();
    CHECK(best.mends == 2);
    CHECK(best.errors == 0);
    const auto version = desk.stored(generated).version;
    CHECK(version.body.marks == std::vector<std::string>{"x.text.shortened"});
    const auto& text = version.body.parts[0].text;
    CHECK(text.ends_with("of a long post."));
    CHECK(text.size() <= 280);
    CHECK(text.size() > 200);
    CHECK(version.making.input_tokens == 300);
    CHECK(version.making.output_tokens == 150);
}

TEST_CASE("what shortening cannot mend is kept with its errors") {
    Desk desk;
    desk.order.platforms = {"instagram"};
    std::string tags = "Look";
    for (int i = 0; i < 40; ++i)
        tags += " #tag" + std::to_string(i);
    for (int i = 0; i < 3; ++i)
        desk.answer({{"instagram", {{"text", tags}}}});

    const auto generated = desk.generate();

    CHECK(generated.candidates.front().errors > 0);
    CHECK(desk.stored(generated).version.body.marks.empty());
}

TEST_CASE("variants are ranked by lint and the best becomes the newest version") {
    Desk desk;
    desk.order.variants = 3;
    desk.order.platforms = {"instagram"};
    std::string tags = "Bad";
    for (int i = 0; i < 40; ++i)
        tags += " #tag" + std::to_string(i);
    desk.answer({{"instagram", {{"text", "First clean."}}}});
    for (int i = 0; i < 3; ++i)
        desk.answer({{"instagram", {{"text", tags}}}});
    desk.answer({{"instagram", {{"text", "Second clean."}}}});

    const auto generated = desk.generate();

    REQUIRE(generated.candidates.size() == 3);
    CHECK(generated.candidates[0].body.parts[0].text == "First clean.");
    CHECK(generated.candidates[0].number == 3);
    CHECK(generated.candidates[1].body.parts[0].text == "Second clean.");
    CHECK(generated.candidates[1].number == 2);
    CHECK(generated.candidates[2].errors > 0);
    CHECK(generated.candidates[2].number == 1);
    const auto content = desk.stored(generated);
    CHECK(content.latest == 3);
    CHECK(content.version.body.parts[0].text == "First clean.");
    CHECK(desk.home.count("content") == 1);
}

TEST_CASE("equal variants are one version") {
    Desk desk;
    desk.order.variants = 2;
    desk.answer_x("The same.");
    desk.answer_x("The same.");

    const auto generated = desk.generate();

    CHECK(desk.stored(generated).latest == 1);
    CHECK(generated.candidates[0].number == 1);
    CHECK(generated.candidates[1].number == 1);
}

TEST_CASE("an order not to store leaves no trace") {
    Desk desk;
    desk.order.is_stored = false;
    desk.answer_x("Hello.");

    const auto generated = desk.generate();

    CHECK_FALSE(generated.content);
    CHECK(generated.candidates.front().number == 0);
    CHECK(generated.makings.front().provider == "openai");
    CHECK(desk.home.count("content") == 0);
    CHECK(desk.home.count("version") == 0);
}

TEST_CASE("the text is shown while it is written, and only of the first variant") {
    Desk desk;
    desk.pretend();
    desk.order.variants = 2;
    std::string seen;
    desk.watcher.on_text = [&](std::string_view platform, std::string_view piece) {
        CHECK(platform == "x");
        seen += piece;
    };

    const auto generated = desk.generate();

    CHECK(seen == generated.candidates.front().body.parts[0].text);
    CHECK(desk.home.http.asked[0].on_data);
    CHECK_FALSE(desk.home.http.asked[1].on_data);
}

TEST_CASE("a brand voice of the workspace goes into the prompt") {
    Desk desk;
    desk.home.store.write([&](store::Transaction& transaction) {
        content::set_voice(
            transaction,
            desk.home.owner.workspace,
            desk.home.ids,
            desk.home.clock.now(),
            "house",
            "We never shout.");
    });
    desk.order.voice = "house";
    desk.answer_x("Calm.");

    const auto version = desk.stored(desk.generate()).version;

    CHECK(desk.sent(0)["input"].get<std::string>().find("We never shout.") != std::string::npos);
    CHECK(Json::parse(version.making.brief.value())["voice"] == "house");
}

// What somebody who is not at the machine is told when `change` happens while the provider writes.
Error refusal_after(const std::function<void(store::Transaction&, const fake::Home&)>& change) {
    Desk desk;
    desk.home.http.handler = [&](const net::Request&) -> net::Result {
        desk.home.store.write(
            [&](store::Transaction& transaction) { change(transaction, desk.home); });
        desk.answer_x("Hello.");
        auto result = std::move(desk.home.http.answers.front());
        desk.home.http.answers.pop_front();
        return result;
    };
    auto error = fake::thrown_by(
        [&] { flow::generate(desk.home.tools, desk.home.remote(), desk.order, {}, {}); });
    CHECK(desk.home.count("content") == 0);
    return error;
}

TEST_CASE("whoever is removed or made viewer while the provider writes gets nothing stored") {
    const auto removed = refusal_after([](store::Transaction& transaction, const fake::Home&) {
        transaction.execute("DELETE FROM member", {});
    });
    const auto demoted = refusal_after([](store::Transaction& transaction, const fake::Home&) {
        transaction.execute("UPDATE member SET role = 'viewer'", {});
    });

    CHECK(removed.code() == Code::unauthenticated);
    CHECK(demoted.code() == Code::forbidden);
}

TEST_CASE("a workspace that is deleted while the provider writes is said to be gone") {
    const auto error = refusal_after([](store::Transaction& transaction, const fake::Home& home) {
        access::delete_workspace(transaction, home.owner.organization, home.owner.workspace);
    });

    CHECK(error.code() == Code::not_found);
    CHECK(std::string(error.what()) == "The workspace was deleted while this was written");
}

}  // namespace
}  // namespace caas
