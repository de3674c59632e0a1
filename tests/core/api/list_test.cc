// Every list comes in pages: limit, cursor, next_cursor; nothing twice, nothing left out.
#include <map>
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

// A server with more than a page of one of each shape of cursor.
struct Shelf : Server {
    Shelf() {
        for (auto* id : {&first, &second}) {
            *id = add("Once.");
            REQUIRE(call("PATCH", "/api/v1/content/" + *id, {{"text", "Again."}}).status == 200);
        }
        fill(*this, voices());
        home.store.write([&](store::Transaction& transaction) {
            const auto now = home.clock.now();
            const auto person = access::create_person(transaction, home.ids, now, "bo");
            access::set_member(
                transaction, now, home.owner.organization, person.id, access::Role::viewer);
        });
    }

    std::string voices() const { return "/api/v1/workspaces/" + workspace() + "/voices"; }

    std::string members() const { return "/api/v1/organizations/" + organization() + "/members"; }

    static std::string versions(const std::string& content) {
        return "/api/v1/content/" + content + "/versions";
    }

    std::string cursor_of(const std::string& path) {
        return call("GET", path + "?limit=1").json.at("next_cursor").get<std::string>();
    }

    std::string path_of(const api::Route& route) const {
        std::string out(route.pattern);
        const std::map<std::string, std::string> owners{
            {"/organizations/", organization()},
            {"/workspaces/", workspace()},
            {"/content/", first}};
        for (const auto& [folder, id] : owners)
            if (const auto at = out.find(folder + "{id}"); at != std::string::npos)
                out.replace(at + folder.size(), 4, id);
        return out;
    }

    void refuses(const std::string& target) {
        CAPTURE(target);
        const auto answer = call("GET", target);
        REQUIRE(answer.status == 422);
        CHECK(answer.json.at("errors").at(0).at("pointer") == "/cursor");
    }

    std::string first, second;
};

TEST_CASE("the cursor of one list is refused by every other list") {
    Shelf shelf;
    std::map<std::string, std::string> cursors;
    for (const auto& path :
         {std::string("/api/v1/content"),
          Shelf::versions(shelf.first),
          shelf.voices(),
          shelf.members()})
        cursors[path] = shelf.cursor_of(path);

    std::size_t lists = 0;
    for (const auto& route : api::routes()) {
        if (route.query.find("cursor") == std::string_view::npos)
            continue;
        ++lists;
        const auto path = shelf.path_of(route);
        // The calendar asks for its days.
        const std::string query = path.ends_with("/calendar")
                                      ? "?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&cursor="
                                      : "?cursor=";
        for (const auto& [origin, cursor] : cursors) {
            if (origin == path)
                CHECK(shelf.call("GET", path + query + cursor).status == 200);
            else
                shelf.refuses(path + query + cursor);
        }
    }
    CHECK(lists > cursors.size());
}

TEST_CASE("the cursor of one content's history is refused by that of another") {
    Shelf shelf;
    const auto cursor = shelf.cursor_of(Shelf::versions(shelf.first));

    shelf.refuses(Shelf::versions(shelf.second) + "?cursor=" + cursor);
}

TEST_CASE("the cursor of all contents is refused by a search, and that of a search by all") {
    Shelf shelf;
    const auto of_all = shelf.cursor_of("/api/v1/content");
    const auto of_search = shelf.call("GET", "/api/v1/content?q=again&limit=1")
                               .json.at("next_cursor")
                               .get<std::string>();

    shelf.refuses("/api/v1/content?q=again&cursor=" + of_all);
    shelf.refuses("/api/v1/content?cursor=" + of_search);
}

}  // namespace
}  // namespace caas
