#include "cli/print/size.h"

#include <doctest/doctest.h>

namespace caas::cli::print {
namespace {

TEST_CASE("a size is told in the unit in which it is a small number") {
    CHECK(size_text(0) == "0 B");
    CHECK(size_text(72) == "72 B");
    CHECK(size_text(999) == "999 B");
    CHECK(size_text(1'000) == "1.0 kB");
    CHECK(size_text(12'345) == "12 kB");
    CHECK(size_text(1'200'000) == "1.2 MB");
    CHECK(size_text(250'000'000) == "250 MB");
    CHECK(size_text(3'000'000'000) == "3.0 GB");
}

}  // namespace
}  // namespace caas::cli::print
