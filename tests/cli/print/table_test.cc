#include "cli/print/table.h"

#include <doctest/doctest.h>

namespace caas::cli::print {
namespace {

const Paint no_colour(false);

TEST_CASE("columns are aligned by what is seen") {
    Table table({{"ID"}, {"N", true}, {"TEXT"}});
    table.add({{"a"}, {"1"}, {"日本"}});
    table.add({{"bbb"}, {"20"}, {"x"}});

    CHECK(table.text(0, no_colour) == "ID    N  TEXT\na     1  日本\nbbb  20  x\n");
}

TEST_CASE("the column that gives way is cut to the width of the terminal") {
    Table table({{"ID"}, {"TEXT", false, true}});
    table.add({{"1a2b3c4d"}, {"a text that is far too long for this"}});

    CHECK(table.text(24, no_colour) == "ID        TEXT\n1a2b3c4d  a text that i…\n");
    CHECK(table.text(0, no_colour).find("for this") != std::string::npos);
}

TEST_CASE("a column that is empty everywhere is left out") {
    Table table({{"A"}, {"B"}, {"C"}});
    table.add({{"1"}, {""}, {"3"}});

    CHECK(table.text(0, no_colour) == "A  C\n1  3\n");
}

TEST_CASE("a cell stays in its row and colours do not count as columns") {
    Table table({{"A"}, {"B"}});
    table.add({{"two\nlines", Colour::red}, {"x"}});

    CHECK(table.text(0, no_colour) == "A          B\ntwo lines  x\n");
    CHECK(
        table.text(0, Paint(true)) ==
        "\x1b[2mA\x1b[0m          \x1b[2mB\x1b[0m\n\x1b[31mtwo lines\x1b[0m  x\n");
}

TEST_CASE("fields without a value are left out") {
    CHECK(
        fields({{"name", {"Ana"}}, {"handle", {""}}, {"id", {"1"}}}, no_colour) ==
        "name  Ana\nid    1\n");
}

}  // namespace
}  // namespace caas::cli::print
