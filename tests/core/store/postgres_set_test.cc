#include "core/store/postgres_set.h"

#include <doctest/doctest.h>

namespace caas::store {
namespace {

std::string text_of(const Value& value) {
    return std::string(value.text().value_or("none"));
}

}  // namespace

TEST_CASE("an UPDATE for each row becomes one for a list of rows") {
    const auto set = as_set(
        "UPDATE thing\nSET number = $2,\n    word = (SELECT max(word) FROM other WHERE id = $1)"
        "\nWHERE id = $1\n    AND word <> '$2'",
        {{"a", 1}, {"b", Value()}});
    REQUIRE(set);
    CHECK(
        set->sql ==
        "UPDATE thing\nSET number = many.p2,\n    word = (SELECT max(word) FROM other WHERE id = "
        "many.p1)"
        "\nFROM unnest(CAST($1 AS TEXT[]), CAST($2 AS BIGINT[])) WITH ORDINALITY"
        " AS many (p1, p2, place)"
        "\nWHERE id = many.p1\n    AND word <> '$2'"
        "\nRETURNING many.place");
    CHECK(set->tells_rows);
    REQUIRE(set->values.size() == 2);
    CHECK(text_of(set->values[0]) == R"({"a","b"})");
    CHECK(text_of(set->values[1]) == "{1,NULL}");
}

TEST_CASE("an INSERT for each row becomes one from a list of rows") {
    const auto set = as_set(
        "INSERT INTO thing (id, word, number)\nVALUES ($1, $2, (SELECT count(*) FROM thing))",
        {{"a", Value()}, {"b", Value()}});
    REQUIRE(set);
    CHECK(
        set->sql ==
        "INSERT INTO thing (id, word, number)\nSELECT many.p1, NULL, (SELECT count(*) FROM thing)"
        "\nFROM unnest(CAST($1 AS TEXT[])) WITH ORDINALITY AS many (p1, place)");
    CHECK_FALSE(set->tells_rows);
}

TEST_CASE("no text can leave its place in a list") {
    const auto set = as_set(
        "INSERT INTO thing (id)\nVALUES ($1)",
        {{"NULL"}, {R"(a"b\c,}d)"}, {""}, {"two\nlines"}, {"\xc3\xbc"}});
    REQUIRE(set);
    CHECK(
        text_of(set->values[0]) == R"({"NULL","a\"b\\c,}d","","two)"
                                   "\n"
                                   R"(lines",")"
                                   "\xc3\xbc"
                                   R"("})");
}

TEST_CASE("what cannot be said for a list of rows is left as it is") {
    const std::vector<Values> rows{{"a"}, {"b"}};
    CHECK_FALSE(as_set("UPDATE thing\nSET number = 1\nWHERE id = $1", {{"a"}}));
    CHECK_FALSE(as_set("UPDATE thing SET number = 1 WHERE id = $1", rows));
    CHECK_FALSE(as_set("UPDATE thing\nSET number = 1\nFROM other\nWHERE thing.id = $1", rows));
    CHECK_FALSE(as_set("UPDATE thing\nSET number = 1\nWHERE id = $1\nRETURNING id", rows));
    CHECK_FALSE(as_set("DELETE FROM thing\nWHERE id = $1", rows));
    CHECK_FALSE(as_set("INSERT INTO thing (id)\nVALUES ($1)\nON CONFLICT (id) DO NOTHING", rows));
    CHECK_FALSE(as_set("INSERT INTO thing (id)\nVALUES ($1)", {{"a"}, {1}}));
    CHECK_FALSE(as_set("INSERT INTO thing (id)\nVALUES ($1)", {{1.5}, {2.5}}));
    CHECK_FALSE(as_set("INSERT INTO thing (id)\nVALUES ($1)", {{"a", "b"}, {"c", "d"}}));
}

}  // namespace caas::store
