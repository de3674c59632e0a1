#include "core/base/json.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace caas {
namespace {

std::string nested(int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
}

TEST_CASE("JSON nested 64 levels deep is read, deeper is refused") {
    CHECK_NOTHROW(json::parse(nested(64), "it"));
    CHECK_THROWS_WITH_AS(
        json::parse(nested(66), "the body"), "the body is nested deeper than 64 levels", Error);
    CHECK_FALSE(json::try_parse(nested(66)));
}

TEST_CASE("a million brackets are refused without a crash") {
    CHECK_FALSE(json::try_parse(std::string(1000000, '[')));
    std::string objects;
    for (int i = 0; i < 100000; ++i)
        objects += R"({"a":)";
    CHECK_FALSE(json::try_parse(objects));
}

TEST_CASE("what is no JSON names what was read and where") {
    CHECK_THROWS_WITH_AS(
        json::parse("{\"a\":}", "the body"), "the body is not valid JSON (at byte 6)", Error);
    CHECK_THROWS_AS(json::parse("", "it"), Error);
    CHECK_THROWS_AS(json::parse("{} x", "it"), Error);
    CHECK_THROWS_AS(json::parse("\"\xff\"", "it"), Error);
    CHECK_FALSE(json::try_parse("nope"));
    CHECK(json::try_parse("null"));
}

TEST_CASE("bytes that are not UTF-8 are replaced when written") {
    CHECK(json::dump(Json("a\xff")) == "\"a\xef\xbf\xbd\"");
    CHECK_NOTHROW(json::dump_pretty(Json("\x80")));
}

TEST_CASE("keys are written in sorted order") {
    CHECK(json::dump(json::parse(R"({"b":1,"a":2})", "it")) == R"({"a":2,"b":1})");
}

TEST_CASE("getters give nothing for what is absent, null or of another type") {
    const auto value = json::parse(
        R"({"text":"t","n":5,"f":3.9,"yes":true,"none":null,"big":18446744073709551615})", "it");

    CHECK(json::text(value, "text") == "t");
    CHECK_FALSE(json::text(value, "n"));
    CHECK_FALSE(json::text(value, "none"));
    CHECK_FALSE(json::text(value, "absent"));
    CHECK(json::text_or(value, "absent", "else") == "else");
    CHECK(json::integer(value, "n") == 5);
    CHECK_FALSE(json::integer(value, "f"));
    CHECK_FALSE(json::integer(value, "big"));
    CHECK_FALSE(json::integer(value, "text"));
    CHECK(json::integer_or(value, "f", 7) == 7);
    CHECK(json::truth(value, "yes") == true);
    CHECK_FALSE(json::truth(value, "n"));
    CHECK_FALSE(json::text(Json(5), "text"));
    CHECK_FALSE(json::text(Json::array(), "text"));
}

TEST_CASE("a path is followed down to what is missing") {
    const auto value = json::parse(R"({"a":{"b":{"c":1}}})", "it");

    REQUIRE(json::path(value, {"a", "b", "c"}) != nullptr);
    CHECK(json::path(value, {"a", "x", "c"}) == nullptr);
    CHECK(json::path(value, {"a", "b", "c", "d"}) == nullptr);
    CHECK(json::path(value, {}) == &value);
}

}  // namespace
}  // namespace caas
