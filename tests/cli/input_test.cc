#include "cli/input.h"

#include <doctest/doctest.h>

#include "core/base/error.h"

namespace caas::cli {
namespace {

TEST_CASE("three dashes on a line of their own separate the parts of a thread") {
    CHECK(
        parts_of("one\n---\ntwo\nmore\n---\nthree\n") ==
        std::vector<std::string>{"one", "two\nmore", "three"});
    CHECK(parts_of("one\r\n---\r\ntwo\r\n") == std::vector<std::string>{"one", "two"});
    CHECK(parts_of("one\r\ntwo\r\n") == std::vector<std::string>{"one\ntwo"});
    CHECK(parts_of("a\rb\n") == std::vector<std::string>{"a\rb"});
}

TEST_CASE("dashes inside a line separate nothing") {
    CHECK(parts_of("a --- b\n----\n") == std::vector<std::string>{"a --- b\n----"});
}

TEST_CASE("only the last line end of a text is dropped") {
    CHECK(parts_of("text") == std::vector<std::string>{"text"});
    CHECK(parts_of("text\n") == std::vector<std::string>{"text"});
    CHECK(parts_of("text\n\n") == std::vector<std::string>{"text\n"});
    CHECK(parts_of("") == std::vector<std::string>{""});
}

TEST_CASE("what an editor shows is read back as the same parts") {
    const std::vector<std::string> parts{"one\n\nstill one", "two", ""};

    CHECK(parts_of(joined_parts(parts)) == parts);
}

TEST_CASE("a part's own line of dashes stays within its part") {
    const std::vector<std::string> parts{"one\n---\nstill one", "---", "\\---\n"};

    CHECK(joined_parts(parts) == "one\n\\---\nstill one\n---\n\\---\n---\n\\\\---\n\n");
    CHECK(parts_of(joined_parts(parts)) == parts);
}

TEST_CASE("lengths of time are read in the units people use") {
    CHECK(seconds_of("2s", "in") == 2);
    CHECK(seconds_of("90m", "in") == 5400);
    CHECK(seconds_of("1d12h", "in") == 129600);
    CHECK(seconds_of("2 h", "in") == 7200);
    CHECK(seconds_of("1w", "in") == 604800);
    CHECK(seconds_of("0s", "in") == 0);
}

// What the person is told.
std::string refusal(const std::string& given) {
    try {
        seconds_of(given, "in");
    } catch (const Error& error) {
        CHECK(error.code() == Code::usage);
        return error.what();
    }
    return "nothing";
}

TEST_CASE("what is no length of time is refused") {
    for (const std::string wrong :
         {"", "2", "h", "2x", "-2h", "2h!", "1.5h", "-99999999999999999999h", "9999999", " "})
        CHECK(refusal(wrong) == "`--in` takes a length of time, not `" + wrong + "`");
}

TEST_CASE("a length of time beyond what can be planned is too long, and still one") {
    CHECK(seconds_of("1830d", "in") == 158'112'000);
    for (const std::string wrong :
         {"1830d1s", "100000d", "99999999999999999999h", "1000w1000w1000w"})
        CHECK(refusal(wrong) == "`" + wrong + "` is too long for `--in`");
}

}  // namespace
}  // namespace caas::cli
