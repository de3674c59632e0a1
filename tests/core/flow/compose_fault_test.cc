// What generate refuses, and what it says when the provider does not deliver. Nothing is stored.
#include <doctest/doctest.h>

#include "tests/core/flow/compose_rig.h"

namespace caas {
namespace {

using flow::Desk;

struct Row {
    sandbox::Fault fault;
    std::string_view code;
    int exit_status;
};

const std::vector<Row> faults{
    {sandbox::Fault::bad_key, "provider_key", 3},
    {sandbox::Fault::forbidden, "provider_refused", 7},
    {sandbox::Fault::quota, "provider_quota", 9},
    {sandbox::Fault::rate_limit, "provider_rate_limited", 75},
    {sandbox::Fault::rate_limit_long, "provider_rate_limited", 75},
    {sandbox::Fault::server_error, "provider_unavailable", 75},
    {sandbox::Fault::html, "provider_unavailable", 75},
    {sandbox::Fault::broken, "provider_unavailable", 75},
    {sandbox::Fault::no_model, "provider_refused", 7},
    {sandbox::Fault::bad_request, "provider_refused", 7},
    {sandbox::Fault::too_long, "provider_too_long", 4},
    {sandbox::Fault::hang, "provider_timeout", 75},
    {sandbox::Fault::blocked, "provider_blocked", 7},
    {sandbox::Fault::refusal, "provider_blocked", 7},
    {sandbox::Fault::cut_off, "provider_cut_off", 7},
    {sandbox::Fault::empty, "provider_malformed", 75},
    {sandbox::Fault::malformed, "provider_malformed", 75},
    {sandbox::Fault::wrong_shape, "provider_malformed", 75},
    {sandbox::Fault::not_json, "provider_malformed", 75},
};

TEST_CASE("every fault of a provider has its code and exit status and stores nothing") {
    for (const auto& row : faults) {
        CAPTURE(sandbox::name(row.fault));
        Desk desk;
        desk.pretend();
        desk.order.prompt += " fault:" + std::string(sandbox::name(row.fault));

        const auto error = desk.refusal();

        CHECK(facts(error.code()).name == row.code);
        CHECK(facts(error.code()).exit_status == row.exit_status);
        CHECK(desk.home.count("content") == 0);
        CHECK(desk.home.count("version") == 0);
        CHECK(std::string(error.what()).find("sk-good") == std::string::npos);
    }
}

TEST_CASE("a key with a line end in it is said to be wrong, and not shown") {
    for (const auto* key : {"sk-good\r", "sk-good\nX-Evil: 1", "sk good", "sk-g\u00f6\u00f6d"}) {
        Desk desk(flow::Variables{{"OPENAI_API_KEY", key}});

        const auto error = desk.refusal();

        CHECK(error.code() == Code::provider_key);
        CHECK(std::string(error.what()).find("sk") == std::string::npos);
        CHECK(desk.home.http.asked.empty());
    }
}

TEST_CASE("a long wait is told and not waited for") {
    Desk desk;
    desk.pretend();
    desk.order.prompt += " fault:rate_limit_long";

    CHECK(desk.refusal().retry_after_s() == 3600);
    CHECK(desk.home.clock.slept().empty());
}

TEST_CASE("a fault that strikes once is overcome") {
    for (const auto* name : {"rate_limit", "server_error", "html", "hang"}) {
        CAPTURE(name);
        Desk desk;
        desk.pretend();
        desk.order.prompt += " fault:" + std::string(name) + ":1";

        CHECK(desk.stored(desk.generate()).latest == 1);
    }
}

TEST_CASE("a candidate that fails spoils none of those before it, and is said") {
    Desk desk;
    desk.order.variants = 3;
    desk.answer_x("Good.");
    desk.home.http.answer(401, R"({"error":{"message":"no","code":"invalid_api_key"}})");

    const auto generated = desk.generate();

    CHECK(desk.stored(generated).version.body.parts[0].text == "Good.");
    CHECK(desk.home.http.asked.size() == 2);
    REQUIRE(generated.failures.size() == 1);
    CHECK(generated.failures.front().code() == Code::provider_key);
}

TEST_CASE("an answer that cannot be used spoils none of those after it") {
    Desk desk;
    desk.order.variants = 3;
    desk.answer_x("\u3000");
    desk.answer_x("Good.");
    desk.answer("no posts");

    const auto generated = desk.generate();

    CHECK(desk.stored(generated).latest == 1);
    CHECK(desk.stored(generated).version.body.parts[0].text == "Good.");
    CHECK(generated.failures.size() == 2);
}

TEST_CASE("when every candidate fails, nothing is stored") {
    Desk desk;
    desk.order.variants = 2;
    desk.answer("no posts");
    desk.answer("no posts");

    CHECK(desk.refusal().code() == Code::provider_malformed);

    CHECK(desk.home.count("content") == 0);
}

TEST_CASE("a mend that fails keeps what the first call gave, shortened, marked and said so") {
    Desk desk;
    desk.answer_x("The first sentence. " + std::string(400, 'a'));
    desk.home.http.answer(401, R"({"error":{"message":"no","code":"invalid_api_key"}})");

    const auto generated = desk.generate();

    CHECK(desk.home.http.asked.size() == 2);
    const auto& best = generated.candidates.front();
    REQUIRE(best.mend_failure);
    CHECK(best.mend_failure->code() == Code::provider_key);
    CHECK(best.errors == 0);
    CHECK(best.mends == 1);
    const auto version = desk.stored(generated).version;
    CHECK(version.body.marks == std::vector<std::string>{"x.text.shortened"});
    CHECK(version.body.parts[0].text == "The first sentence…");
    CHECK(version.making.input_tokens == 100);
    CHECK(version.making.output_tokens == 50);
}

TEST_CASE("a mend whose answer is nonsense, cut off or blocked spoils nothing either") {
    for (const auto* answer :
         {R"({"id":"r","status":"completed","model":"m","output":[{"type":"message",)"
          R"("role":"assistant","content":[{"type":"output_text","text":"not json"}]}]})",
          R"({"id":"r","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},)"
          R"("model":"m","output":[]})",
          "<html>"}) {
        CAPTURE(answer);
        Desk desk;
        desk.answer_x("Fine. " + std::string(400, 'a'));
        desk.home.http.handler = [&](const net::Request&) -> net::Result {
            if (!desk.home.http.answers.empty()) {
                auto result = std::move(desk.home.http.answers.front());
                desk.home.http.answers.pop_front();
                return result;
            }
            return net::Response{200, {{"Content-Type", "application/json"}}, answer};
        };

        const auto generated = desk.generate();

        CHECK(generated.candidates.front().mend_failure);
        CHECK(desk.stored(generated).version.body.marks.size() == 1);
    }
}

TEST_CASE("who stops during a mend gets nothing stored") {
    Desk desk;
    desk.answer_x(std::string(400, 'a'));
    desk.watcher.on_stage = [&](std::string_view) { desk.stop.request_stop(); };

    CHECK(desk.refusal().code() == Code::canceled);
    CHECK(desk.home.count("content") == 0);
}

TEST_CASE("a model that never keeps to the limit is shortened for every platform") {
    Desk desk;
    desk.pretend();
    desk.order.prompt += " fault:over_limit";
    desk.order.platforms = {"x", "linkedin", "bluesky", "mastodon", "threads"};

    const auto generated = desk.generate();

    CHECK(generated.candidates.front().errors == 0);
    CHECK(generated.candidates.front().body.marks.size() == 5);
}

TEST_CASE("who stops gets nothing stored, whoever writes") {
    for (const auto* provider : {"openai", "offline"}) {
        CAPTURE(provider);
        Desk desk;
        desk.pretend();
        desk.order.provider = provider;
        desk.stop.request_stop();

        CHECK(desk.refusal().code() == Code::canceled);
        CHECK(desk.home.count("content") == 0);
    }
}

TEST_CASE("who stops while the text is shown gets nothing stored") {
    Desk desk;
    desk.pretend();
    desk.watcher.on_text = [&](std::string_view, std::string_view) { desk.stop.request_stop(); };

    CHECK(desk.refusal().code() == Code::canceled);
    CHECK(desk.home.count("content") == 0);
}

TEST_CASE("an order is refused before the provider is asked") {
    const auto refused = [](const std::function<void(flow::GenerateOrder&)>& change) {
        Desk desk;
        change(desk.order);
        auto error = desk.refusal();
        CHECK(desk.home.http.asked.empty());
        CHECK(desk.home.count("content") == 0);
        return error;
    };

    SUBCASE("empty prompt") {
        CHECK(refused([](auto& o) { o.prompt = ""; }).details().front().pointer == "/prompt");
    }
    SUBCASE("blank prompt") {
        CHECK(refused([](auto& o) { o.prompt = " \n\t "; }).code() == Code::invalid);
    }
    SUBCASE("blank prompt of other blanks") {
        CHECK(refused([](auto& o) { o.prompt = "\u00a0\u2003\u3000"; }).code() == Code::invalid);
    }
    SUBCASE("prompt that is not UTF-8") {
        CHECK(refused([](auto& o) { o.prompt = "caf\xe9"; }).code() == Code::invalid);
    }
    SUBCASE("prompt with a NUL") {
        CHECK(refused([](auto& o) { o.prompt = std::string("a\0b", 3); }).code() == Code::invalid);
    }
    SUBCASE("prompt of ten megabytes") {
        const auto error = refused([](auto& o) { o.prompt.assign(10'000'000, 'a'); });
        CHECK(error.code() == Code::too_large);
        CHECK(std::string(error.what()).size() < 200);
    }
    SUBCASE("unknown platform") {
        const auto error = refused([](auto& o) { o.platforms = {"linkdin"}; });
        CHECK(error.code() == Code::invalid);
        CHECK(error.hint().find("linkedin") != std::string::npos);
    }
    SUBCASE("no platform") {
        CHECK(refused([](auto& o) { o.platforms.clear(); }).code() == Code::invalid);
    }
    SUBCASE("unknown tone") {
        const auto error = refused([](auto& o) { o.tone = "profesional"; });
        CHECK(error.code() == Code::invalid);
        CHECK(error.hint() == "did you mean professional?");
    }
    SUBCASE("unknown provider") {
        const auto error = refused([](auto& o) { o.provider = "opnai"; });
        CHECK(error.code() == Code::invalid);
        CHECK(error.hint().find("openai") != std::string::npos);
    }
    SUBCASE("unknown language") {
        for (const auto* tag :
             {"e", "e1", "en_US", "en-", "-en", "english language", "abcdefghi"}) {
            CAPTURE(tag);
            const auto error = refused([&](auto& o) { o.language = tag; });
            CHECK(error.code() == Code::invalid);
            CHECK(error.details().front().pointer == "/language");
        }
    }
    SUBCASE("unknown voice") {
        CHECK(refused([](auto& o) { o.voice = "nobody's"; }).code() == Code::not_found);
    }
    SUBCASE("number of variants") {
        CHECK(refused([](auto& o) { o.variants = 0; }).code() == Code::invalid);
        CHECK(refused([](auto& o) { o.variants = 9; }).code() == Code::invalid);
    }
}

TEST_CASE("a provider without a key says where the key goes") {
    Desk desk(flow::Variables{});

    const auto error = desk.refusal();

    CHECK(error.code() == Code::provider_key);
    CHECK(error.hint().find("OPENAI_API_KEY") != std::string::npos);
    CHECK(desk.home.http.asked.empty());
}

TEST_CASE("the provider with a key is the default one, the model can be named") {
    Desk desk;
    desk.order.provider.clear();
    desk.order.model = "gpt-5.4-nano";
    desk.pretend();

    const auto version = desk.stored(desk.generate()).version;

    CHECK(version.making.provider == "openai");
    CHECK(version.making.model == "gpt-5.4-nano");
    CHECK(desk.sent(0)["model"] == "gpt-5.4-nano");
}

}  // namespace
}  // namespace caas
