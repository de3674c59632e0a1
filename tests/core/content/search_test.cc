#include "core/content/search.h"

#include <doctest/doctest.h>

#include "tests/core/content/desk.h"

namespace caas {
namespace {

using fake::code_of;
using fake::Desk;

using Titles = std::vector<std::string>;

Titles found(Desk& desk, std::string_view query) {
    Titles titles;
    const auto slice =
        desk.read([&](store::Reader& r) { return content::search(r, desk.mine, query, {}); });
    for (const auto& content : slice.items)
        titles.push_back(content.title);
    return titles;
}

TEST_CASE("contents with every word are found, newest first") {
    Desk desk;
    desk.add("red apple");
    desk.add("green apple");
    desk.add("red pear");

    CHECK(found(desk, "apple") == Titles{"green apple", "red apple"});
    CHECK(found(desk, "red apple") == Titles{"red apple"});
    CHECK(found(desk, "apple red") == Titles{"red apple"});
    CHECK(found(desk, "blue").empty());
    CHECK(found(desk, "apple blue").empty());
}

TEST_CASE("only the last word may be a beginning") {
    Desk desk;
    desk.add("red apple");

    CHECK(found(desk, "app") == Titles{"red apple"});
    CHECK(found(desk, "red ap") == Titles{"red apple"});
    CHECK(found(desk, "re apple").empty());
    CHECK(found(desk, "pple").empty());
}

TEST_CASE("case and accents do not matter") {
    Desk desk;
    desk.add(
        "\xc3\x9c"
        "ber CAF\xc3\x89");

    CHECK(found(desk, "uber").size() == 1);
    CHECK(found(desk, "caf\xc3\xa9").size() == 1);
    CHECK(found(desk, "CAFE").size() == 1);
}

TEST_CASE("words of every part, of overrides and of the title count") {
    Desk desk;
    auto draft = Desk::draft("first");
    draft.body.parts.push_back({"second", {}});
    draft.body.overrides["x"] = {{{"third", {}}}, "{}"};
    desk.store.write([&](store::Transaction& t) {
        content::create(t, desk.mine, desk.ids, desk.clock.now(), draft, "fourth");
    });

    CHECK(found(desk, "first second third fourth").size() == 1);
}

TEST_CASE("words follow the newest version, the title and the deletion") {
    Desk desk;
    const auto made = desk.add("apple");
    desk.edit(made, "pear");
    CHECK(found(desk, "apple").empty());
    CHECK(found(desk, "pear").size() == 1);

    desk.store.write([&](store::Transaction& t) {
        content::restore(t, desk.mine, desk.ids, desk.clock.now(), made.id, 1);
    });
    CHECK(found(desk, "apple").size() == 1);
    CHECK(found(desk, "pear").empty());

    desk.store.write([&](store::Transaction& t) {
        content::rename(t, desk.mine, desk.clock.now(), made.id, "quince");
    });
    CHECK(found(desk, "apple quince").size() == 1);

    desk.remove(made);
    CHECK(found(desk, "apple").empty());
    CHECK(desk.read([](store::Reader& r) { return r.query("SELECT word FROM term", {}); }).empty());
}

TEST_CASE("a search is paged") {
    Desk desk;
    for (int i = 0; i < 5; ++i)
        desk.add("apple " + std::to_string(i));

    std::string order;
    store::Page page{2, ""};
    for (int pages = 0; pages < 3; ++pages) {
        const auto slice = desk.read(
            [&](store::Reader& r) { return content::search(r, desk.mine, "apple", page); });
        for (const auto& content : slice.items)
            order += content.title.back();
        order += '|';
        page.cursor = slice.next_cursor.value_or("");
    }
    CHECK(order == "43|21|0|");
    CHECK(page.cursor.empty());
}

TEST_CASE("nobody finds the content of another workspace") {
    Desk desk;
    desk.add("apple");
    const auto slice =
        desk.read([&](store::Reader& r) { return content::search(r, desk.theirs, "apple", {}); });
    CHECK(slice.items.empty());
}

TEST_CASE("a search without words, too long or with wrong bytes is refused") {
    Desk desk;
    CHECK(code_of([&] { found(desk, ""); }) == "invalid");
    CHECK(code_of([&] { found(desk, "  !? "); }) == "invalid");
    CHECK(code_of([&] { found(desk, std::string(1001, 'a')); }) == "invalid");
    CHECK(code_of([&] { found(desk, "a\xff"); }) == "invalid");
    CHECK(code_of([&] { found(desk, "%"); }) == "invalid");
    CHECK(code_of([&] {
              desk.read([&](store::Reader& r) {
                  content::search(r, desk.mine, "a", {50, "nonsense"});
              });
          }) == "invalid");
}

TEST_CASE("forgetting the words of one content does not read the words of all") {
    if (fake::is_on_postgres())
        return;  // how a plan reads is of the engine; the index is the same
    Desk desk;
    const auto plan = desk.read([](store::Reader& r) {
        return r
            .query(
                "EXPLAIN QUERY PLAN DELETE FROM term WHERE workspace_id = $1 AND content_id = $2",
                {"w", "c"})
            .at(0)
            .text(3);
    });
    CHECK(plan.find("term_content") != std::string::npos);
}

TEST_CASE("contents are found alike whether their words were put in order already or not") {
    Desk desk;
    const auto old = desk.add("apple old");
    const auto other = desk.add("apple other");
    for (int i = 0; i < 150; ++i)
        desk.add("filler number" + std::to_string(i));
    desk.add("apple young");
    const auto rows = [&](const std::string& table) {
        return desk.read([&](store::Reader& r) {
            return r.query("SELECT count(DISTINCT content_id) FROM " + table, {}).at(0).integer(0);
        });
    };
    CHECK(rows("term") == 128);
    CHECK(rows("unsorted_term") == 25);

    CHECK(found(desk, "apple") == Titles{"apple young", "apple other", "apple old"});
    CHECK(found(desk, "app") == Titles{"apple young", "apple other", "apple old"});
    CHECK(found(desk, "apple ol") == Titles{"apple old"});
    CHECK(found(desk, "young ap") == Titles{"apple young"});

    desk.edit(old, "pear");
    CHECK(found(desk, "apple") == Titles{"apple young", "apple other"});
    CHECK(found(desk, "pear").size() == 1);
    desk.store.write(
        [&](store::Transaction& t) { content::remove(t, desk.mine, desk.clock.now(), other.id); });
    CHECK(found(desk, "apple") == Titles{"apple young"});
    CHECK(rows("term") == 126);
    CHECK(rows("unsorted_term") == 26);
}

TEST_CASE("signs of the pattern language are not special") {
    Desk desk;
    desk.add("hundred percent");
    CHECK(found(desk, "h%d").empty());
    CHECK(found(desk, "hundred_").size() <= 1);
}

}  // namespace
}  // namespace caas
