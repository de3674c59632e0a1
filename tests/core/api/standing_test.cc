// Who stands where, and for how long: what ends while somebody is in the middle of something, and
// those who belong nowhere.
#include "core/api/standing.h"

#include <doctest/doctest.h>

#include "core/access/member.h"
#include "core/access/session.h"
#include "core/access/token.h"
#include "tests/core/api/auth_rig.h"

namespace caas {
namespace {

using api::Auth;
using api::secret_words;

TEST_CASE("whoever is in no organization is told so and makes one, once by one key") {
    Auth it;
    const auto token = Auth::access_token(it.join());
    it.home.store.write(
        [](store::Transaction& transaction) { transaction.execute("DELETE FROM member", {}); });
    const auto me = it.principal(token);
    REQUIRE(me);

    const auto shown = it.as(*me, "GET", "/api/v1/auth/me");
    CHECK(shown.json.at("organization_id").is_null());
    CHECK(shown.json.at("workspace_id").is_null());
    const auto refused = it.as(*me, "POST", "/api/v1/content", {{"text", "x"}});
    CHECK(refused.status == 403);
    CHECK(refused.text.find("in no organization") != std::string::npos);
    CHECK(it.as(*me, "GET", "/api/v1/events").status == 200);

    const auto make = [&] {
        return it.send(
            "POST",
            "/api/v1/organizations",
            std::make_unique<api::TextBody>(R"({"name":"Anew"})"),
            me,
            {{"Content-Type", "application/json"}, {"Idempotency-Key", "one"}});
    };
    const auto before = it.home.count("organization");
    const auto first = make();
    CHECK(first.status == 201);
    CHECK(make().json == first.json);
    CHECK(it.home.count("organization") == before + 1);
}

}  // namespace
}  // namespace caas
