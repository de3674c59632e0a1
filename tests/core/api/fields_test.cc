#include "core/api/fields.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace caas {
namespace {

Error refusal_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& e) {
        return e;
    }
    FAIL("nothing was thrown");
    return Error(Code::internal, "");
}

TEST_CASE("a request's fields are read by name and type") {
    const auto json = Json::parse(R"({"a":"text","n":7,"t":true,"l":["x","y"],"nothing":null})");
    api::Fields fields(json);

    CHECK(fields.text("a") == "text");
    CHECK(fields.integer("n", 1, 10) == 7);
    CHECK(fields.truth("t") == true);
    CHECK(fields.texts("l") == std::vector<std::string>{"x", "y"});
    CHECK_FALSE(fields.text("nothing"));
    CHECK_FALSE(fields.text("absent"));
    CHECK_NOTHROW(fields.finish());
}

TEST_CASE("a field nobody asked for is refused with the nearest name") {
    const auto json = Json::parse(R"({"promt":"hi"})");
    api::Fields fields(json);
    fields.text("prompt");

    const auto refusal = refusal_of([&] { fields.finish(); });

    CHECK(refusal.code() == Code::invalid);
    CHECK(refusal.hint() == "did you mean `prompt`?");
    CHECK(refusal.details().at(0).pointer == "/promt");
}

TEST_CASE("a field of the wrong type is refused with its pointer") {
    const auto json = Json::parse(R"({"n":"seven"})");
    api::Fields fields(json, "/options");

    const auto refusal = refusal_of([&] { fields.integer("n", 1, 10); });

    CHECK(refusal.code() == Code::invalid);
    CHECK(refusal.details().at(0).pointer == "/options/n");
}

TEST_CASE("a number out of range or with a fraction is refused") {
    const auto json = Json::parse(R"({"big":11,"half":1.5,"huge":18446744073709551615})");
    api::Fields fields(json);

    CHECK_THROWS_AS(fields.integer("big", 1, 10), Error);
    CHECK_THROWS_AS(fields.integer("half", 1, 10), Error);
    CHECK_THROWS_AS(fields.integer("huge", 1, INT64_MAX), Error);
}

TEST_CASE("a missing required field is named") {
    const auto json = Json::object();
    api::Fields fields(json);

    const auto refusal = refusal_of([&] { fields.required_text("prompt"); });

    CHECK(std::string(refusal.what()) == "`prompt` is missing");
    CHECK(refusal.details().at(0).rule == "required");
}

TEST_CASE("a body that is no object is refused") {
    const auto json = Json::array();

    CHECK_THROWS_AS(api::Fields{json}, Error);
}

}  // namespace
}  // namespace caas
