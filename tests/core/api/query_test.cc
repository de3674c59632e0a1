#include "core/api/query.h"

#include <doctest/doctest.h>

#include "core/base/error.h"

namespace caas {
namespace {

TEST_CASE("a query is decoded name by name") {
    api::Query query("q=hello+w%C3%B6rld&limit=20&on=1&off=0&cursor=");

    CHECK(query.text("q") == "hello wörld");
    CHECK(query.integer("limit", 1, 200) == 20);
    CHECK(query.is_on("on"));
    CHECK_FALSE(query.is_on("off"));
    CHECK_FALSE(query.text("absent"));
    CHECK(query.text_or_empty("cursor").empty());
    CHECK(query.text_or_empty("absent").empty());
}

TEST_CASE("a value that was lost is refused, and not taken for no filter") {
    const api::Query query("account=&limit=&on");

    CHECK_THROWS_WITH_AS(query.text("account"), "`account` is empty", Error);
    CHECK_THROWS_WITH_AS(query.integer("limit", 1, 200), "`limit` is empty", Error);
    CHECK_THROWS_WITH_AS(query.is_on("on"), "`on` is empty", Error);
}

TEST_CASE("an unknown query parameter is refused") {
    const api::Query query("limt=20");

    CHECK_NOTHROW(query.require_only({"cursor", "limt"}));
    CHECK_THROWS_WITH_AS(
        query.require_only({"cursor", "limit"}), "There is no query parameter `limt` here", Error);
}

TEST_CASE("a doubled name or a broken escape is refused") {
    CHECK_THROWS_AS(api::Query("a=1&a=2"), Error);
    CHECK_THROWS_AS(api::Query("a=%4"), Error);
    CHECK_THROWS_AS(api::Query("a=%zz"), Error);
}

TEST_CASE("a number with a tail is refused") {
    api::Query query("limit=20x");

    CHECK_THROWS_AS(query.integer("limit", 1, 200), Error);
}

TEST_CASE("on and off are said by 1 and 0 or true and false, and by nothing else") {
    const api::Query query("a=true&b=false&c=no&d=FALSE");

    CHECK(query.is_on("a"));
    CHECK_FALSE(query.is_on("b"));
    CHECK_FALSE(query.is_on("absent"));
    CHECK_THROWS_WITH_AS(query.is_on("c"), "`c` must be 1 or 0", Error);
    CHECK_THROWS_AS(query.is_on("d"), Error);
}

TEST_CASE("a plus sign stays in a path") {
    CHECK(api::percent_decode("a+b%2F", false) == "a+b/");
}

}  // namespace
}  // namespace caas
