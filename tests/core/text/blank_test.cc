#include "core/text/blank.h"

#include <doctest/doctest.h>

namespace caas {
namespace {

TEST_CASE("what shows nothing is blank, whatever it is made of") {
    for (const auto* text :
         {"",
          " \t\r\n",
          "\u00a0\u2003\u3000",
          "\u200b\u200b",
          "\ufeff",
          "\u202e\u202c",
          "\u2066\u2069",
          "\u00ad",
          "\u2800",
          "\u3164",
          "\ufe0f",
          "\U000e0041",
          "\x7f"}) {
        CAPTURE(text);
        CHECK(text::is_blank(text));
    }
}

TEST_CASE("what shows something is not blank") {
    for (const auto* text :
         {"a", ".", "\u200bx", "\u05d0", "\u0627", "\U0001f98a", "\u0301", "\xff"}) {
        CAPTURE(text);
        CHECK_FALSE(text::is_blank(text));
    }
}

}  // namespace
}  // namespace caas
