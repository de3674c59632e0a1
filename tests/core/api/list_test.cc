// Every list comes in pages: limit, cursor, next_cursor; nothing twice, nothing left out.
#include <set>

#include <doctest/doctest.h>

#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Server;

// Makes three of what `path` lists, beside what is there.
void fill(Server& server, const std::string& path) {
    for (int i = 0; i < 3; ++i) {
        const auto number = std::to_string(i);
        if (path.ends_with("accounts")) {
            server.call(
                "POST",
                "/api/v1/accounts/outbox/connect",
                {{"name", "o" + number}, {"identifier", (server.home.folder / number).string()}});
        } else if (path.ends_with("workspaces")) {
            server.home.store.write([&](store::Transaction& transaction) {
                return access::create_workspace(
                    transaction,
                    server.home.ids,
                    server.home.clock.now(),
                    server.home.owner.organization,
                    "w" + number,
                    "UTC");
            });
        } else if (path.ends_with("tokens")) {
            server.call("POST", path, {{"scope", "read"}, {"name", "t" + number}});
        } else if (path.ends_with("voices")) {
            server.call("POST", path, {{"name", "v \u00fc" + number}, {"text", "Calm."}});
        } else {
            server.add("Number " + number);
        }
    }
}

TEST_CASE("every list is the same in pages of one as in a whole") {
    Server server;
    const std::vector<std::string> paths{
        "/api/v1/accounts",
        "/api/v1/workspaces",
        "/api/v1/content",
        "/api/v1/organizations/" + server.organization() + "/tokens",
        "/api/v1/workspaces/" + server.workspace() + "/voices"};
    for (const auto& path : paths) {
        CAPTURE(path);
        fill(server, path);
        const auto whole = server.call("GET", path + "?limit=200").json;
        REQUIRE(whole.at("items").size() >= 3);
        CHECK(whole.at("next_cursor").is_null());

        auto pieces = Json::array();
        std::string cursor;
        do {
            const auto page =
                server.call("GET", path + "?limit=1" + (cursor.empty() ? "" : "&cursor=" + cursor));
            REQUIRE(page.status == 200);
            REQUIRE(page.json.at("items").size() == 1);
            pieces.push_back(page.json.at("items").at(0));
            cursor = json::text_or(page.json, "next_cursor", "");
        } while (!cursor.empty() && pieces.size() < 20);

        CHECK(pieces == whole.at("items"));
        CHECK(server.call("GET", path + "?limit=0").status == 422);
        CHECK(server.call("GET", path + "?limit=201").status == 422);
        for (const auto* foreign : {"x", "W10", "WzFd", "WyJhXHUwMDAwYiJd", "bnVsbA"}) {
            CAPTURE(foreign);
            CHECK(server.call("GET", path + "?cursor=" + foreign).status == 422);
        }
    }
}

}  // namespace
}  // namespace caas
