#include "core/store/page.h"

#include <doctest/doctest.h>

#include "core/base/digest.h"
#include "core/base/error.h"

namespace caas {
namespace {

constexpr std::string_view id = "01a202b2-c500-7abc-8def-0123456789ab";

store::PagedList things(std::string_view shape) {
    return {.name = "things", .owner = "w1", .shape = std::string(shape)};
}

// A cursor of those things with `keys`, written as JSON, in it.
std::string with_keys(const std::string& keys) {
    const auto mark = to_base64url(sha256("things\nw1")).substr(0, 8);
    return to_base64url("[\"" + mark + "\"" + keys + "]");
}

TEST_CASE("a cursor gives back the keys it was made of") {
    const auto cursor = store::encode_cursor({1795341600000, id}, things("ni"));
    const auto keys = store::decode_cursor(cursor, things("ni"));

    CHECK(*keys.at(0).integer() == 1795341600000);
    CHECK(keys.at(1).text() == id);
    CHECK(
        cursor.find_first_not_of(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
        std::string::npos);
}

TEST_CASE("no cursor gives nulls to bind") {
    const auto keys = store::decode_cursor("", things("ni"));
    REQUIRE(keys.size() == 2);
    CHECK(keys.at(0).is_null());
}

void refuses(std::string_view cursor, const store::PagedList& list) {
    CAPTURE(cursor);
    try {
        store::decode_cursor(cursor, list);
        FAIL("accepted");
    } catch (const Error& e) {
        CHECK(e.code() == Code::invalid);
        CHECK(e.details().at(0).pointer == "/cursor");
    }
}

TEST_CASE("what is no cursor of this list is refused") {
    refuses("!", things("i"));
    refuses("abc", things("i"));
    refuses(std::string(100000, 'A'), things("i"));
    refuses(to_base64url("{}"), things("i"));
    refuses(to_base64url("[]"), things("i"));
    refuses(to_base64url("[1,2,3]"), things("n"));
    refuses(to_base64url("[\"" + std::string(id) + "\"]"), things("i"));
    CHECK(*store::decode_cursor(with_keys(",1"), things("n")).at(0).integer() == 1);
    refuses(with_keys(""), things("i"));
    refuses(with_keys(",1"), things("i"));
    refuses(with_keys(R"(,"x")"), things("i"));
    refuses(with_keys(R"(,"x")"), things("n"));
    refuses(with_keys(",1.5"), things("n"));
    refuses(with_keys(",null"), things("n"));
    refuses(with_keys(",[[[1]]]"), things("n"));
    refuses(with_keys(",1,2"), things("n"));
    refuses(store::encode_cursor({id, 5}, things("ni")), things("ni"));
}

TEST_CASE("a cursor of another list is refused, however like its keys are") {
    const auto cursor = store::encode_cursor({id}, things("i"));

    CHECK(store::decode_cursor(cursor, things("i")).at(0).text() == id);
    refuses(cursor, {.name = "others", .owner = "w1", .shape = "i"});
    refuses(cursor, {.name = "things", .owner = "w2", .shape = "i"});
    refuses(cursor, {.name = "things", .owner = {}, .shape = "i"});
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

    const auto first = store::slice(std::vector<int>{1, 2, 3}, page, things("n"), key);
    CHECK(first.items == std::vector<int>{1, 2});
    REQUIRE(first.next_cursor);
    CHECK(*store::decode_cursor(*first.next_cursor, things("n")).at(0).integer() == 2);
    CHECK_FALSE(store::slice(std::vector<int>{1, 2}, page, things("n"), key).next_cursor);
    CHECK_FALSE(store::slice(std::vector<int>{}, page, things("n"), key).next_cursor);
}

}  // namespace
}  // namespace caas
