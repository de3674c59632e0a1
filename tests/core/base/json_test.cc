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

TEST_CASE("a number that no computer number can hold is the sender's mistake") {
    try {
        json::parse("[1e999]", "The request body");
        FAIL("accepted");
    } catch (const Error& e) {
        CHECK(e.code() == Code::bad_request);
        CHECK(std::string(e.what()) == "The request body holds a number that is too large");
    }
    CHECK_FALSE(json::try_parse("[1e999]"));
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

TEST_CASE("a text is written without a tree as with one") {
    std::string all;
    for (int byte = 0; byte < 128; ++byte)
        all += static_cast<char>(byte);
    for (const auto& text :
         {std::string(),
          std::string("plain"),
          all,
          std::string("Zażółć \"🎉\"\n"),
          std::string("a\xff\"b"),
          std::string("caf\xc3")}) {
        std::string out = "[";
        json::append_text(out, text);
        CHECK(out == "[" + json::dump(Json(text)));
    }
}

TEST_CASE("members are found in a JSON text without reading it") {
    const auto text = json::dump(
        Json::parse(R"({"a":"x\"},{","b":[{"c":"]"},[]],"d":{},"e":-1.5e3,"f":null,"g":""})"));

    CHECK(json::slice_of(text, "a") == R"("x\"},{")");
    CHECK(json::slice_of(text, "b") == R"([{"c":"]"},[]])");
    CHECK(json::slice_of(text, "d") == "{}");
    CHECK(json::slice_of(text, "e") == "-1500.0");
    CHECK(json::slice_of(text, "f") == "null");
    CHECK(json::slice_of(text, "g") == R"("")");
    CHECK_FALSE(json::slice_of(text, "c"));
    CHECK_FALSE(json::slice_of("[1]", "c"));
    CHECK_FALSE(json::slice_of("", "c"));
    CHECK(json::first_slice(R"([{"c":"]"},[]])") == R"({"c":"]"})");
    CHECK(json::first_slice("[1,2]") == "1");
    CHECK(json::first_slice("[1]") == "1");
    CHECK_FALSE(json::first_slice("[]"));
}

TEST_CASE("broken JSON ends the search for members and nothing else") {
    for (const std::string_view text :
         {"{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":[", "{\"a\\", "{]", "{,", "{\"a\":1"}) {
        json::slice_of(text, "b");
        json::first_slice(text);
    }
    CHECK(json::slice_of("{\"a\":", "a").value_or("") == "");
}

}  // namespace
}  // namespace caas
