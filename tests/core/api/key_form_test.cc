#include "core/api/key_form.h"

#include <doctest/doctest.h>

#include "core/base/error.h"

namespace caas {
namespace {

TEST_CASE("blanks around a key are no part of it, and those within are") {
    CHECK(api::require_key("nightly") == "nightly");
    CHECK(api::require_key(" \tjob 7, step 2 ") == "job 7, step 2");
    CHECK(api::require_key(std::string(255, 'k') + " ") == std::string(255, 'k'));
}

TEST_CASE("a key is printable ASCII") {
    for (const std::string wrong :
         {"", "  ", "\t", "a\nb", "a\tb", "a\x7f", "caf\xc3\xa9", "a\r\nX-Other: b"})
        CHECK_THROWS_AS(api::require_key(wrong), Error);
    CHECK_THROWS_AS(api::require_key(std::string(256, 'k')), Error);
}

}  // namespace
}  // namespace caas
