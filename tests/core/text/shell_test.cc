#include "core/text/shell.h"

#include <doctest/doctest.h>

namespace caas::text {
namespace {

TEST_CASE("what a shell reads as one word stays as it is") {
    CHECK(shell_word("@ana.example") == "@ana.example");
    CHECK(shell_word("Grüße") == "Grüße");
}

TEST_CASE("anything else is quoted") {
    CHECK(shell_word("The sandbox") == "'The sandbox'");
    CHECK(shell_word("Ana's $HOME") == R"('Ana'\''s $HOME')");
    CHECK(shell_word("") == "''");
}

}  // namespace
}  // namespace caas::text
