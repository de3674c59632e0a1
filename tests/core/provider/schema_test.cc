#include "core/provider/schema.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"

namespace caas {
namespace {

const std::vector<std::string> both{"linkedin", "x"};

Code fault_of(std::string_view answer) {
    try {
        provider::parse_posts(answer, both);
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find("not in the form") != std::string::npos);
        return error.code();
    }
    return Code::internal;
}

TEST_CASE("the schema is strict and has a member for each platform") {
    const std::vector<provider::Shape> shapes{{"linkedin", false}, {"x", true}};

    const auto schema = Json::parse(provider::posts_schema(shapes));

    CHECK(schema == Json::parse(R"({"type":"object","properties":{
        "linkedin":{"type":"object","properties":{"text":{"type":"string"}},
          "required":["text"],"additionalProperties":false},
        "x":{"type":"object","properties":{"parts":{"type":"array","items":{"type":"string"}}},
          "required":["parts"],"additionalProperties":false}},
        "required":["linkedin","x"],"additionalProperties":false})"));
}

TEST_CASE("the shapes of a schema are read back from it") {
    const std::vector<provider::Shape> shapes{{"linkedin", false}, {"x", true}};

    const auto read = provider::shapes_of(provider::posts_schema(shapes));

    REQUIRE(read.size() == 2);
    CHECK(read[0].platform == "linkedin");
    CHECK_FALSE(read[0].has_threads);
    CHECK(read[1].has_threads);
    CHECK(provider::shapes_of("no json").empty());
}

TEST_CASE("posts are read with their parts, trimmed and without control characters") {
    const auto posts = provider::parse_posts(
        R"( {"x":{"parts":["one\r\ntwo","  three "]},"linkedin":{"text":"a\u0000b\u0007\tc"}} )",
        both);

    CHECK(posts.at("x") == std::vector<std::string>{"one\ntwo", "three"});
    CHECK(posts.at("linkedin") == std::vector<std::string>{"ab\tc"});
}

TEST_CASE("posts inside a fence of Markdown are read") {
    const std::string body = R"({"x":{"text":"a"},"linkedin":{"text":"b"}})";

    CHECK(provider::parse_posts("```json\n" + body + "\n```", both).at("x")[0] == "a");
    CHECK(provider::parse_posts("Here you are:\n```\n" + body + "\n```\nBye", both).size() == 2);
    CHECK(provider::parse_posts("```json\n" + body, both).size() == 2);
}

TEST_CASE("fences inside the texts of a fenced answer do not end it") {
    const std::string body = R"({"x":{"text":"a ```code``` b"},"linkedin":{"text":"c"}})";

    CHECK(provider::parse_posts("```json\n" + body + "\n```", both).at("x")[0] == "a ```code``` b");
    CHECK(provider::parse_posts("Here:\n```\n" + body + "\n```\nBye", both).size() == 2);
}

TEST_CASE("what a model thought before it answered is left out") {
    const std::string body = R"({"x":{"text":"a </think> b"},"linkedin":{"text":"c"}})";

    const auto posts = provider::parse_posts("<think>{Hm}</think>\n" + body, both);

    CHECK(posts.at("x")[0] == "a </think> b");
    CHECK(provider::parse_posts("<think>\n</think>```json\n" + body + "\n```", both) == posts);
    CHECK(provider::parse_posts(body, both) == posts);
}

TEST_CASE("half a surrogate pair is read as U+FFFD, as the stream shows it") {
    const auto posts = provider::parse_posts(
        R"({"x":{"text":"a\ud83d b\ude00"},"linkedin":{"text":"\ud83d\ude00 \\ud83d \ud83d\n"}})",
        both);

    CHECK(posts.at("x")[0] == "a\uFFFD b\uFFFD");
    CHECK(posts.at("linkedin")[0] == "\U0001F600 \\ud83d \uFFFD");
}

TEST_CASE("an answer in any other form is malformed") {
    const std::vector<std::string> wrong{
        "",
        "Sure, here is your post",
        "```",
        "[]",
        "42",
        R"({"x":{"text":"a"}})",
        R"({"x":{"text":"a"},"linkedin":null})",
        R"({"x":{"text":"a"},"linkedin":"b"})",
        R"({"x":{"text":"a"},"linkedin":{"text":""}})",
        R"({"x":{"text":"a"},"linkedin":{"text":" \n "}})",
        R"({"x":{"text":"a"},"linkedin":{"text":7}})",
        R"({"x":{"parts":[]},"linkedin":{"text":"b"}})",
        R"({"x":{"parts":["a",2]},"linkedin":{"text":"b"}})",
        R"({"x":{"parts":"a"},"linkedin":{"text":"b"}})",
        R"({"x":{"text":"a","hashtags":[]},"linkedin":{"text":"b"}})",
        R"({"x":{"text":"a"},"linkedin":{"text":"b"},"bluesky":{"text":"c"}})",
        R"({"x":{"text":"a"},"linkedin":{"text":"b"})",
        std::string(100'000, '['),
    };

    for (const auto& answer : wrong) {
        CAPTURE(answer.substr(0, 80));
        CHECK(fault_of(answer) == Code::provider_malformed);
    }
}

TEST_CASE("a model that writes parts without an end is stopped") {
    Json many = {{"linkedin", {{"text", "a"}}}, {"x", {{"parts", Json::array()}}}};
    for (int i = 0; i < 101; ++i)
        many["x"]["parts"].push_back("part");

    CHECK(fault_of(many.dump()) == Code::provider_malformed);
}

}  // namespace
}  // namespace caas
