#include "core/platform/option.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json.h"

namespace caas::platform {
namespace {

TEST_CASE("options are words, truths or any text, and nothing else is taken") {
    const auto schema = options_schema(get("x"));

    CHECK(schema.at("type") == "object");
    CHECK(schema.at("additionalProperties") == false);
    const auto& properties = schema.at("properties");
    CHECK(
        properties.at("reply_settings") ==
        Json{
            {"type", "string"},
            {"title", "Who may reply"},
            {"enum", {"everyone", "following", "mentionedUsers", "subscribers", "verified"}}});
    CHECK(properties.at("made_with_ai").at("type") == "boolean");
    CHECK(properties.at("community_id").at("type") == "string");
    CHECK_FALSE(properties.at("community_id").contains("enum"));
}

TEST_CASE("an option that is an address takes http and https and nothing else") {
    struct Case {
        const char* platform;
        const char* option;
    };

    for (const auto& it :
         {Case{"bluesky", "link"},
          Case{"facebook", "link"},
          Case{"linkedin", "link"},
          Case{"threads", "link_attachment"},
          Case{"instagram", "cover_url"}}) {
        CAPTURE(it.platform);
        const auto& driver = get(it.platform);
        const auto broken = [&](const Json& value) {
            return std::string(broken_option_rule(driver, it.option, value));
        };
        CHECK(broken("https://example.com/a?b=c#d").empty());
        CHECK(broken("http://example.com").empty());
        CHECK(broken("").empty());
        CHECK(broken(nullptr).empty());
        for (const auto* value :
             {"javascript:alert(1)",
              "data:text/html,x",
              "example.com",
              "//example.com",
              "ftp://a/b"})
            CHECK(broken(value) == "options.invalid");
        CHECK(broken(7) == "options.invalid");
        CHECK(options_schema(driver).at("properties").at(it.option).at("format") == "uri");
    }
}

TEST_CASE("a platform without a table of options takes any") {
    CHECK(options_schema(get("outbox")).at("additionalProperties") == true);
}

TEST_CASE("the README names every option of every platform") {
    const auto readme = read_file(CAAS_SOURCE_DIR "/README.md", 1U << 20U);
    for (const auto* driver : all()) {
        const auto row = readme.find("| " + std::string(driver->title) + " | `");
        CAPTURE(driver->id);
        REQUIRE((driver->options.empty() || row != std::string::npos));
        for (const auto& option : driver->options) {
            CAPTURE(option.name);
            CHECK(
                readme.substr(row, readme.find('\n', row) - row)
                    .find("`" + std::string(option.name) + "`") != std::string::npos);
        }
    }
}

TEST_CASE("every option of every platform has words for people") {
    for (const auto* driver : all()) {
        for (const auto& option : driver->options) {
            CAPTURE(driver->id);
            CAPTURE(option.name);
            CHECK(!option.label.empty());
        }
        const auto schema = options_schema(*driver);
        for (const auto& [name, property] : schema.at("properties").items())
            CHECK(property.contains("title"));
    }
}

}  // namespace
}  // namespace caas::platform
