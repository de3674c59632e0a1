#include "core/platform/option.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

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

TEST_CASE("a platform without a table of options takes any") {
    CHECK(options_schema(get("outbox")).at("additionalProperties") == true);
}

}  // namespace
}  // namespace caas::platform
