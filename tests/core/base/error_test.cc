#include "core/base/error.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

namespace caas {
namespace {

TEST_CASE("every code has a row of its own with a name scripts can compare") {
    std::set<std::string_view> names;
    for (const auto& row : all_codes()) {
        CAPTURE(row.name);
        CHECK(&facts(row.code) == &row);
        CHECK_FALSE(row.title.empty());
        CHECK(std::all_of(row.name.begin(), row.name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || c == '_';
        }));
        names.insert(row.name);
    }
    CHECK(names.size() == all_codes().size());
}

TEST_CASE("every code ends in a status that the interfaces know") {
    const std::set<int> exits{1, 2, 3, 4, 5, 6, 7, 8, 9, 75, 130};
    for (const auto& row : all_codes()) {
        CAPTURE(row.name);
        CHECK(exits.contains(row.exit_status));
        CHECK(row.http_status >= 400);
        CHECK(row.http_status < 600);
        CHECK((row.exit_status != 75 || row.is_temporary));
    }
}

TEST_CASE("a code that time alone does not mend is lasting") {
    CHECK(is_lasting("forbidden"));
    CHECK_FALSE(is_lasting("platform_unavailable"));
    CHECK_FALSE(is_lasting("webhook.http_503"));
    CHECK_FALSE(is_lasting(""));
}

TEST_CASE("an error carries its words, hint, details and time to wait") {
    Error error(Code::invalid, "The input is wrong", "Mend it.", {{"/a", "rule", "why"}});
    error.retry_after(7);

    CHECK(error.code() == Code::invalid);
    CHECK(std::string(error.what()) == "The input is wrong");
    CHECK(error.hint() == "Mend it.");
    REQUIRE(error.details().size() == 1);
    CHECK(error.details()[0].pointer == "/a");
    CHECK(error.retry_after_s() == 7);
}

}  // namespace
}  // namespace caas
