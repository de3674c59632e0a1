#include "core/text/html.h"

#include <doctest/doctest.h>

namespace caas::text {
namespace {

TEST_CASE("nothing of a text can end what it stands in, nor begin anything") {
    CHECK(
        html_escaped("<b class=\"a\">'&amp;'</b>") ==
        "&lt;b class=&quot;a&quot;&gt;&#39;&amp;amp;&#39;&lt;/b&gt;");
}

TEST_CASE("other text stays as it is") {
    CHECK(html_escaped("Grüße, 1/2 = 50 %\n") == "Grüße, 1/2 = 50 %\n");
    CHECK(html_escaped("").empty());
}

}  // namespace
}  // namespace caas::text
