#include "core/content/search.h"

#include <cstdint>
#include <memory>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "tests/core/content/desk.h"
#include "tests/fake/watched_store.h"

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

// Whose words are in order, and how many wait for it.
std::set<std::string> sorted(Desk& desk) {
    std::set<std::string> ids;
    for (const auto& row :
         desk.read([](store::Reader& r) { return r.query("SELECT content_ids FROM term", {}); })) {
        std::istringstream list(row.text(0));
        for (std::string id; list >> id;)
            ids.insert(id);
    }
    return ids;
}

std::int64_t unsorted(Desk& desk) {
    return desk.read([](store::Reader& r) {
        return r.query("SELECT count(*) FROM unsorted_term", {}).at(0).integer(0);
    });
}

// Contents with these words and a number each, in one transaction.
std::vector<content::Content> add_many(Desk& desk, const std::string& words, int count) {
    return desk.store.write([&](store::Transaction& t) {
        std::vector<content::Content> made;
        for (int i = 0; i < count; ++i)
            made.push_back(content::create(
                t, desk.mine, desk.ids, desk.clock.now(), Desk::draft(words + std::to_string(i))));
        return made;
    });
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
    const auto made = desk.add("apple old");
    add_many(desk, "apple early", 64);
    // In a list behind those of its neighbours, so that it is looked for in either way.
    desk.edit(made, "apple older");
    add_many(desk, "apple late", 64);

    std::set<std::string> asked;
    fake::Watch watch;
    watch.before = [&](std::string_view doing) {
        for (const auto* piece : {"FROM term", "UPDATE term"})
            if (doing.find(piece) != std::string_view::npos)
                asked.emplace(doing);
    };
    store::Store watched(
        std::make_unique<fake::WatchedConnector>(desk.database.connector(), watch), desk.clock);
    watched.write([&](store::Transaction& t) {
        content::add_version(
            t, desk.mine, desk.ids, desk.clock.now(), made.id, Desk::draft("pear"));
    });

    CHECK(asked.size() == 4);  // two ways to find a list; some are shortened, some end
    for (const auto& sql : asked) {
        store::Values none;
        while (sql.find("$" + std::to_string(none.size() + 1)) != std::string::npos)
            none.emplace_back();
        for (const auto& row : desk.read(
                 [&](store::Reader& r) { return r.query("EXPLAIN QUERY PLAN " + sql, none); })) {
            const auto step = row.text(3);
            CAPTURE(step);
            CHECK(step.starts_with("SCAN") == (step == "SCAN nearest"));
        }
    }
}

TEST_CASE("contents are found alike whether their words were put in order already or not") {
    Desk desk;
    const auto old = desk.add("apple old");
    const auto other = desk.add("apple other");
    add_many(desk, "filler number", 150);
    desk.add("apple young");
    CHECK(sorted(desk).size() == 128);
    CHECK(unsorted(desk) == 25);

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
    CHECK(sorted(desk).size() == 126);
    CHECK(unsorted(desk) == 26);
}

TEST_CASE("a content that was put in order later than its neighbours is forgotten all the same") {
    Desk desk;
    const auto old = desk.add("apple old");
    add_many(desk, "apple early", 64);
    desk.edit(old, "apple older");
    add_many(desk, "apple late", 64);
    CHECK(found(desk, "apple older") == Titles{"apple older"});

    desk.edit(old, "pear");
    CHECK(found(desk, "apple older").empty());
    CHECK(found(desk, "old").empty());
    CHECK(sorted(desk).count(old.id.text()) == 0);
    CHECK(found(desk, "apple early0").size() == 1);
}

TEST_CASE("lists of one content, as older versions kept them, are read and forgotten alike") {
    Desk desk;
    const auto made = add_many(desk, "apple number", 64);
    desk.store.write([&](store::Transaction& t) {
        t.execute("DELETE FROM term WHERE word = 'apple'", {});
        for (const auto& content : made)
            t.execute(
                "INSERT INTO term (workspace_id, word, last_id, content_ids) "
                "VALUES ($1, 'apple', $2, $2)",
                {desk.mine, content.id});
    });
    CHECK(found(desk, "apple number7") == Titles{"apple number7"});

    desk.edit(made[7], "pear");
    CHECK(found(desk, "apple number7").empty());
    CHECK(found(desk, "apple number8") == Titles{"apple number8"});
}

TEST_CASE("a word that could not be forgotten does not keep others from being kept") {
    Desk desk;
    const auto made = desk.add("apple");
    desk.store.write([&](store::Transaction& t) {
        t.execute(
            "INSERT INTO term (workspace_id, word, last_id, content_ids) VALUES ($1, $2, $3, $3)",
            {desk.mine, "apple", made.id});
    });
    add_many(desk, "apple pie ", 64);

    CHECK(sorted(desk).size() == 64);
    CHECK(found(desk, "apple pie").size() == 50);
    CHECK(found(desk, "apple 63") == Titles{"apple pie 63"});
}

TEST_CASE("a word that could not be forgotten does not keep others from being edited") {
    Desk desk;
    const auto made = add_many(desk, "apple pie ", 64);
    desk.store.write([&](store::Transaction& t) {
        t.execute(
            "INSERT INTO term (workspace_id, word, last_id, content_ids) VALUES ($1, $2, $3, $3)",
            {desk.mine, "apple", made[62].id});
    });

    desk.edit(made[63], "pear");
    CHECK(found(desk, "apple 63").empty());
    CHECK(found(desk, "apple 62") == Titles{"apple pie 62"});
    CHECK(found(desk, "pie 1").size() == 11);
}

TEST_CASE("signs of the pattern language are not special") {
    Desk desk;
    desk.add("hundred percent");
    CHECK(found(desk, "h%d").empty());
    CHECK(found(desk, "hundred_").size() <= 1);
}

}  // namespace
}  // namespace caas
