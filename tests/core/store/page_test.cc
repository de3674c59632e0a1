#include "core/store/page.h"

#include <doctest/doctest.h>

#include "core/base/digest.h"
#include "core/base/error.h"

namespace caas {
namespace {

constexpr std::string_view id = "01a202b2-c500-7abc-8def-0123456789ab";

TEST_CASE("a cursor gives back the keys it was made of") {
    const auto cursor = store::encode_cursor({1795341600000, id});
    const auto keys = store::decode_cursor(cursor, "ni");

    CHECK(*keys.at(0).integer() == 1795341600000);
    CHECK(keys.at(1).text() == id);
    CHECK(
        cursor.find_first_not_of(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
        std::string::npos);
}

TEST_CASE("no cursor gives nulls to bind") {
    const auto keys = store::decode_cursor("", "ni");
    REQUIRE(keys.size() == 2);
    CHECK(keys.at(0).is_null());
}

void refuses(std::string_view cursor, std::string_view shape) {
    CAPTURE(cursor);
    try {
        store::decode_cursor(cursor, shape);
        FAIL("accepted");
    } catch (const Error& e) {
        CHECK(e.code() == Code::invalid);
        CHECK(e.details().at(0).pointer == "/cursor");
    }
}

TEST_CASE("what is no cursor of this list is refused") {
    refuses("!", "i");
    refuses("abc", "i");
    refuses(std::string(100000, 'A'), "i");
    refuses(to_base64url("{}"), "i");
    refuses(to_base64url("[]"), "i");
    refuses(to_base64url("[1]"), "i");
    refuses(to_base64url("[\"x\"]"), "i");
    refuses(to_base64url("[\"x\"]"), "n");
    refuses(to_base64url("[1.5]"), "n");
    refuses(to_base64url("[null]"), "n");
    refuses(to_base64url("[[[[1]]]]"), "n");
    refuses(to_base64url("[1,2]"), "n");
    refuses(store::encode_cursor({id, 5}), "ni");
}

TEST_CASE("a page has one to two hundred items") {
    CHECK(store::rows_for({1, ""}) == 2);
    CHECK(store::rows_for({}) == 51);
    CHECK(store::rows_for({200, ""}) == 201);
    CHECK_THROWS_AS(store::rows_for({0, ""}), Error);
    CHECK_THROWS_AS(store::rows_for({201, ""}), Error);
}

TEST_CASE("a full page leads to the next one, the last page to none") {
    const auto key = [](int number) { return store::Values{number}; };
    const store::Page page{2, ""};

    const auto first = store::slice(std::vector<int>{1, 2, 3}, page, key);
    CHECK(first.items == std::vector<int>{1, 2});
    REQUIRE(first.next_cursor);
    CHECK(*store::decode_cursor(*first.next_cursor, "n").at(0).integer() == 2);
    CHECK_FALSE(store::slice(std::vector<int>{1, 2}, page, key).next_cursor);
    CHECK_FALSE(store::slice(std::vector<int>{}, page, key).next_cursor);
}

}  // namespace
}  // namespace caas
