#include "core/content/text_form.h"

#include <doctest/doctest.h>

namespace caas {
namespace {

TEST_CASE("three dashes on a line of their own part a text, however the line ends") {
    CHECK(content::is_part_line("---"));
    CHECK(content::is_part_line("---\n"));
    CHECK(content::is_part_line("---\r\n"));
    CHECK_FALSE(content::is_part_line("----"));
    CHECK_FALSE(content::is_part_line(" ---"));
    CHECK_FALSE(content::is_part_line("\\---"));
}

TEST_CASE("a line of a part that would part the text has a backslash in front") {
    CHECK(content::escaped("one\n---\ntwo") == "one\n\\---\ntwo");
    CHECK(content::escaped("---") == "\\---");
    CHECK(content::escaped("---\r\n---\r") == "\\---\r\n\\---\r");
    CHECK(content::escaped("\\---") == "\\\\---");
}

TEST_CASE("every other line of a part is as it is") {
    for (const auto* part : {"", "\n", "----", "a ---\n--- b", "\\", "\\--", "\\n---n"})
        CHECK(content::escaped(part) == part);
}

TEST_CASE("what stands in the text is read back as the same part") {
    for (const auto* part :
         {"", "---", "\\---", "\\\\---\n---\n\n", "---\r\nmore", "a\n\\", "\\----"})
        CHECK(content::unescaped(content::escaped(part)) == part);
}

}  // namespace
}  // namespace caas
