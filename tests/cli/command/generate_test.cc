#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

constexpr auto made =
    R"({"id":"01997d3a-0000-7000-8000-00001a2b3c4d","latest":1,"text":"Hello",)"
    R"("version":{"number":1,"provider":"offline","parts":[{"text":"Hello"}],"overrides":{}},)"
    R"("platforms":[{"platform":"x","length":5,"limit":280,"unit":"weighted","valid":true,)"
    R"("issues":[{"rule":"x.text.short","severity":"warning","message":"very short"}]}],)"
    R"("candidates":[{"version":1,"rank":1,"errors":0,"warnings":1}]})";

TEST_CASE("generate sends what was asked for and prints the text") {
    Stage stage;
    stage.answer(201, made);

    CHECK(
        stage.run(
            {"generate",
             "Our app now works offline",
             "--platform",
             "twitter,linkedin",
             "--tone",
             "casual",
             "--provider",
             "offline",
             "--variants",
             "2"}) == 0);

    CHECK(stage.asked().path == "content/generate");
    CHECK(stage.asked().query.empty());
    CHECK(
        stage.asked_json() ==
        Json::parse(R"({"prompt":"Our app now works offline","platforms":["x","linkedin"],)"
                    R"("tone":"casual","provider":"offline","variants":2})"));
    CHECK(stage.terminal.out == "Hello\n");
    CHECK(stage.terminal.err.find("x.text.short") != std::string::npos);
    CHECK(stage.terminal.err.find("caas schedule 1a2b3c4d") != std::string::npos);
}

TEST_CASE("what lint found is said without colours, also where the text has them") {
    Stage stage;
    stage.terminal.out_is_terminal = true;
    stage.answer(201, made);

    CHECK(stage.run({"generate", "hello"}) == 0);

    CHECK(stage.terminal.err.find("    warning  x.text.short  very short\n") != std::string::npos);
}

TEST_CASE("generate reads its prompt from standard input") {
    Stage stage;
    stage.terminal.input = "a long brief\nof two lines\n";
    stage.answer(201, made);

    CHECK(stage.run({"generate", "-"}) == 0);

    CHECK(stage.asked_json().at("prompt") == "a long brief\nof two lines\n");
}

TEST_CASE("generate refuses a prompt of ten megabytes and one that is no text") {
    Stage stage;
    stage.terminal.input = std::string(10U << 20U, 'a');
    CHECK(stage.run({"generate", "-"}) == 4);
    CHECK(stage.run({"generate", std::string(10U << 20U, 'a')}) == 4);
    CHECK(stage.run({"generate", "caf\xe9"}) == 4);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("generate says when a mend failed, also with json") {
    const auto warned = std::string(made).substr(0, std::string(made).size() - 1) +
                        R"(,"warnings":[{"code":"mend_failed","message":"The mend failed."}]})";
    Stage stage;
    stage.answer(201, warned);
    stage.answer(201, warned);

    CHECK(stage.run({"generate", "hello"}) == 0);
    CHECK(stage.terminal.err.find("The mend failed.") != std::string::npos);
    stage.terminal.err.clear();
    CHECK(stage.run({"generate", "hello", "--json"}) == 0);
    CHECK(stage.terminal.err.find("The mend failed.") != std::string::npos);
}

TEST_CASE("generate says that a model makes no difference offline") {
    Stage stage;
    stage.answer(201, made);
    stage.answer(201, made);

    CHECK(stage.run({"generate", "hello", "--provider", "offline"}) == 0);
    CHECK(stage.terminal.err.find("--model") == std::string::npos);
    CHECK(stage.run({"generate", "hello", "--model", "large"}) == 0);

    CHECK(stage.terminal.err.find("--model changed nothing") != std::string::npos);
}

TEST_CASE("generate names the platform that was mistyped") {
    Stage stage;

    CHECK(stage.run({"generate", "hello", "--platform", "linkdin"}) == 4);

    CHECK(stage.terminal.err.find("linkedin") != std::string::npos);
    CHECK(stage.script.asked.empty());
}

TEST_CASE("generate refuses more variants than there may be") {
    Stage stage;

    CHECK(stage.run({"generate", "hello", "--variants", "9"}) == 2);
    CHECK(stage.run({"generate", "hello", "--variants", "many"}) == 2);
}

TEST_CASE("generate that only prints stores nothing and names no id") {
    Stage stage;
    stage.answer(
        200,
        R"({"id":null,"version":{"parts":[{"text":"Hello"}],"overrides":{}},"candidates":[]})");

    CHECK(stage.run({"generate", "hello", "--print"}) == 0);

    CHECK(stage.asked_json().at("store") == false);
    CHECK(stage.terminal.out == "Hello\n");
    CHECK(stage.terminal.err.empty());
}

TEST_CASE("generate says quietly the id alone") {
    Stage stage;
    stage.answer(201, made);

    CHECK(stage.run({"generate", "hello", "--quiet"}) == 0);

    CHECK(stage.terminal.out == "01997d3a-0000-7000-8000-00001a2b3c4d\n");
    CHECK(stage.terminal.err.empty());
}

TEST_CASE("generate ranks its candidates") {
    Stage stage;
    stage.answer(
        201,
        R"({"id":"1","version":{"parts":[{"text":"b"}],"overrides":{}},"candidates":[)"
        R"({"version":2,"rank":1,"errors":0,"warnings":0},)"
        R"({"version":1,"rank":2,"errors":1,"warnings":0}]})");

    CHECK(stage.run({"generate", "hello", "--variants", "2"}) == 0);

    CHECK(
        stage.terminal.out ==
        "b\n\nRANK  VERSION  ERRORS  WARNINGS\n   1        2       0         0\n"
        "   2        1       1         0\n");
}

TEST_CASE("generate shows the text on a terminal while it is written") {
    Stage stage;
    stage.terminal.out_is_terminal = true;
    stage.terminal.err_is_terminal = true;
    stage.terminal.variables = {{"NO_COLOR", "1"}};
    stage.script.exchanges.push_back(
        {{200, {}, ""},
         {{"stage", R"({"stage":"asking"})"},
          {"text", R"({"platform":"x","text":"Hel"})"},
          {"text", R"({"platform":"x","text":"lo"})"},
          {"done", made}}});

    CHECK(stage.run({"generate", "hello"}) == 0);

    CHECK(stage.asked().query == Query{{"stream", "1"}});
    CHECK(stage.terminal.out == "x\nHello\n");
    CHECK(stage.terminal.err.find("asking") != std::string::npos);
}

TEST_CASE("generate shows the text of each platform once") {
    Stage stage;
    stage.script.exchanges.push_back(
        {{200, {}, ""},
         {{"text", R"({"platform":"linkedin","text":"Long"})"},
          {"text", R"({"platform":"x","text":"Short"})"},
          {"done",
           R"({"id":"1","version":{"parts":[{"text":"Short"}],)"
           R"("overrides":{"linkedin":{"parts":[{"text":"Long"}]}}}})"}}});

    CHECK(stage.run({"generate", "hello", "--stream"}) == 0);

    CHECK(stage.terminal.out == "linkedin\nLong\n\nx\nShort\n");
}

TEST_CASE("generate shows once the text of a platform that has options and none of its own") {
    Stage stage;
    stage.script.exchanges.push_back(
        {{200, {}, ""},
         {{"text", R"({"platform":"x","text":"Hello"})"},
          {"done",
           R"({"id":"1","version":{"parts":[{"text":"Hello"}],"overrides":{"x":{"parts":[]}}}})"}}});

    CHECK(stage.run({"generate", "hello", "--stream"}) == 0);

    CHECK(stage.terminal.out == "x\nHello\n");
}

TEST_CASE("generate prints what was kept when it is not what was streamed") {
    Stage stage;
    stage.script.exchanges.push_back(
        {{200, {}, ""}, {{"text", R"({"platform":"x","text":"too long"})"}, {"done", made}}});

    CHECK(stage.run({"generate", "hello", "--stream"}) == 0);

    CHECK(stage.terminal.out == "x\ntoo long\nHello\n");
}

TEST_CASE("generate that fails while streaming exits as the problem says") {
    Stage stage;
    stage.script.exchanges.push_back(
        {{200, {}, ""},
         {{"text", R"({"platform":"x","text":"Hel"})"},
          {"error", R"({"status":502,"code":"provider_quota","detail":"used up"})"}}});

    CHECK(stage.run({"generate", "hello", "--stream"}) == 9);

    CHECK(stage.terminal.err.find("used up") != std::string::npos);
}

TEST_CASE("generate whose stream breaks off is told from one that is complete") {
    Stage stage;
    stage.script.exchanges.push_back(
        {{200, {}, ""}, {{"text", R"({"platform":"x","text":"Hel"})"}}});

    CHECK(stage.run({"generate", "hello", "--stream"}) == 75);
}

TEST_CASE("generate with json does not stream, on a terminal either") {
    Stage stage;
    stage.terminal.out_is_terminal = true;
    stage.answer(201, made);

    CHECK(stage.run({"generate", "hello", "--json"}) == 0);

    CHECK(stage.asked().query.empty());
    CHECK(stage.terminal.out == std::string(made) + "\n");
}

TEST_CASE("the exit status of each kind of failure of a provider") {
    const auto status_of = [](const std::string& code, int http) {
        Stage stage;
        stage.answer(http, R"({"detail":"no","code":")" + code + R"("})");
        return stage.run({"generate", "hello"});
    };

    CHECK(status_of("provider_key", 502) == 3);
    CHECK(status_of("provider_quota", 502) == 9);
    CHECK(status_of("provider_rate_limited", 503) == 75);
    CHECK(status_of("provider_blocked", 502) == 7);
    CHECK(status_of("provider_too_long", 422) == 4);
    CHECK(status_of("provider_cut_off", 502) == 7);
    CHECK(status_of("provider_timeout", 504) == 75);
}

}  // namespace
}  // namespace caas::cli
