#include "core/content/content.h"

#include <doctest/doctest.h>

#include "core/content/search.h"
#include "tests/core/content/desk.h"

namespace caas {
namespace {

using fake::code_of;
using fake::Desk;

std::vector<std::string> titles(const store::Slice<content::Content>& slice) {
    std::vector<std::string> out;
    for (const auto& content : slice.items)
        out.push_back(content.title);
    return out;
}

using Titles = std::vector<std::string>;

TEST_CASE("a new content has a first version and a title from its text") {
    Desk desk;
    const auto made = desk.add("First line\nsecond");

    const auto found =
        desk.read([&](store::Reader& r) { return content::get(r, desk.mine, made.id); });
    CHECK(found.title == "First line");
    CHECK(found.latest == 1);
    CHECK(found.version.number == 1);
    CHECK(found.version.id == made.version.id);
    CHECK(found.version.body == made.version.body);
    CHECK(found.version.digest == content::digest(found.version.body));
    CHECK(found.created_at == desk.clock.now());
}

TEST_CASE("all that a version took to make is kept") {
    Desk desk;
    auto draft = Desk::draft("text");
    auto& making = draft.making;
    making.origin = content::Origin::generated;
    making.provider = "openai";
    making.model = "m";
    making.brief = R"({"prompt":"p"})";
    making.template_name = "post";
    making.template_digest = "d";
    making.input_tokens = 1;
    making.output_tokens = 2;
    making.latency_ms = 3;
    making.cost_microdollars = 4;
    const auto made = desk.add(draft);

    const auto found = desk.read(
        [&](store::Reader& r) { return content::find_version(r, desk.mine, made.id, 1); });
    REQUIRE(found);
    CHECK(content::name(found->making.origin) == "generated");
    CHECK(found->making.provider == "openai");
    CHECK(found->making.model == "m");
    CHECK(found->making.brief == R"({"prompt":"p"})");
    CHECK(found->making.template_name == "post");
    CHECK(found->making.template_digest == "d");
    CHECK(found->making.input_tokens == 1);
    CHECK(found->making.output_tokens == 2);
    CHECK(found->making.latency_ms == 3);
    CHECK(found->making.cost_microdollars == 4);
    CHECK_FALSE(found->making.person);
    CHECK_FALSE(found->making.restored_from);
}

TEST_CASE("a content that breaks a rule is not stored") {
    Desk desk;
    CHECK(code_of([&] { desk.add(""); }) == "invalid");
    CHECK(code_of([&] { desk.add("\xff"); }) == "invalid");
    CHECK(
        desk.read([&](store::Reader& r) { return content::list(r, desk.mine, {}); }).items.empty());
}

TEST_CASE("an edit makes a version and leaves the old one as it was") {
    Desk desk;
    const auto made = desk.add("one");
    const auto second = desk.edit(made, "two");

    CHECK(second.number == 2);
    const auto found =
        desk.read([&](store::Reader& r) { return content::get(r, desk.mine, made.id); });
    CHECK(found.latest == 2);
    CHECK(found.title == "two");
    CHECK(found.version.body.parts[0].text == "two");
    CHECK(found.updated_at == desk.clock.now());
    CHECK(found.created_at < found.updated_at);
    const auto first = desk.read(
        [&](store::Reader& r) { return content::find_version(r, desk.mine, made.id, 1); });
    REQUIRE(first);
    CHECK(first->body.parts[0].text == "one");
    CHECK(first->digest == made.version.digest);
}

TEST_CASE("an edit that changes nothing makes no version") {
    Desk desk;
    const auto made = desk.add("one");
    const auto same = desk.edit(made, "one");

    CHECK(same.id == made.version.id);
    CHECK(
        desk.read([&](store::Reader& r) { return content::get(r, desk.mine, made.id); }).latest ==
        1);
}

TEST_CASE("an edit of what has changed in the meantime is refused") {
    Desk desk;
    const auto made = desk.add("one");
    desk.edit(made, "two");
    const auto attempt = [&](std::int64_t expected) {
        return code_of([&] {
            desk.store.write([&](store::Transaction& t) {
                content::require_latest(content::get(t, desk.mine, made.id), expected);
            });
        });
    };

    CHECK(attempt(1) == "stale");
    CHECK(attempt(2) == "fine");
}

TEST_CASE("a title that was given stays when the text changes") {
    Desk desk;
    const auto made = desk.store.write([&](store::Transaction& t) {
        return content::create(
            t, desk.mine, desk.ids, desk.clock.now(), Desk::draft("text"), "Launch");
    });
    desk.edit(made, "other");
    const auto title = [&] {
        return desk.read([&](store::Reader& r) { return content::get(r, desk.mine, made.id); })
            .title;
    };
    CHECK(title() == "Launch");

    const auto rename = [&](std::string_view to) {
        return code_of([&] {
            desk.store.write([&](store::Transaction& t) {
                content::rename(t, desk.mine, desk.clock.now(), made.id, to);
            });
        });
    };
    CHECK(rename("Start") == "fine");
    CHECK(title() == "Start");
    CHECK(rename("") == "invalid");
    CHECK(rename("a\nb") == "invalid");
    CHECK(rename("\xff") == "invalid");
    CHECK(rename(std::string(1001, 'a')) == "invalid");
    CHECK(title() == "Start");
}

TEST_CASE("restoring an old version makes a new one that says where it came from") {
    Desk desk;
    const auto made = desk.add("one");
    desk.edit(made, "two");
    const auto restored = desk.store.write([&](store::Transaction& t) {
        return content::restore(t, desk.mine, desk.ids, desk.clock.now(), made.id, 1);
    });

    CHECK(restored.number == 3);
    CHECK(restored.digest == made.version.digest);
    CHECK(restored.id != made.version.id);
    CHECK(restored.making.origin == content::Origin::restored);
    CHECK(restored.making.restored_from == 1);
}

TEST_CASE("only a version that is there and says something else can be restored") {
    Desk desk;
    const auto made = desk.add("one");
    desk.edit(made, "two");
    const auto attempt = [&](std::int64_t number) {
        return code_of([&] {
            desk.store.write([&](store::Transaction& t) {
                content::restore(t, desk.mine, desk.ids, desk.clock.now(), made.id, number);
            });
        });
    };

    CHECK(attempt(2) == "conflict");
    CHECK(attempt(3) == "not_found");
    CHECK(attempt(0) == "not_found");
    CHECK(attempt(-1) == "not_found");
}

TEST_CASE("the history is listed newest first, page by page") {
    Desk desk;
    const auto made = desk.add("1");
    for (int i = 2; i <= 5; ++i)
        desk.edit(made, std::to_string(i));

    std::string numbers;
    store::Page page{2, ""};
    for (int pages = 0; pages < 3; ++pages) {
        const auto slice = desk.read(
            [&](store::Reader& r) { return content::list_versions(r, desk.mine, made.id, page); });
        for (const auto& version : slice.items)
            numbers += std::to_string(version.number);
        numbers += '|';
        page.cursor = slice.next_cursor.value_or("");
    }
    CHECK(numbers == "54|32|1|");
    CHECK(page.cursor.empty());
}

TEST_CASE("contents are listed newest first, and a page does not slip when others come") {
    Desk desk;
    for (int i = 1; i <= 5; ++i)
        desk.add(std::to_string(i));

    const auto list = [&](const store::Page& page) {
        return desk.read([&](store::Reader& r) { return content::list(r, desk.mine, page); });
    };
    const auto first = list({2, ""});
    CHECK(titles(first) == Titles{"5", "4"});
    desk.add("6");
    const auto second = list({2, first.next_cursor.value_or("")});
    CHECK(titles(second) == Titles{"3", "2"});
    const auto third = list({2, second.next_cursor.value_or("")});
    CHECK(titles(third) == Titles{"1"});
    CHECK_FALSE(third.next_cursor);
    CHECK(code_of([&] { list({2, "nonsense"}); }) == "invalid");
    CHECK(code_of([&] { list({0, ""}); }) == "invalid");
}

TEST_CASE("a deleted content is gone from lists and history, but its versions stay on record") {
    Desk desk;
    const auto made = desk.add("one");
    const auto other = desk.add("other");
    desk.remove(made);

    desk.read([&](store::Reader& r) {
        CHECK(titles(content::list(r, desk.mine, {})) == Titles{"other"});
        CHECK_FALSE(content::find(r, desk.mine, made.id));
        CHECK_FALSE(content::find_version(r, desk.mine, made.id, 1));
        CHECK(content::list_versions(r, desk.mine, made.id, {}).items.empty());
        CHECK(code_of([&] { content::resolve(r, desk.mine, made.id.text()); }) == "not_found");
        const auto version = content::find_version(r, desk.mine, made.version.id);
        REQUIRE(version);
        CHECK(version->body.parts[0].text == "one");
    });
    CHECK(code_of([&] { desk.edit(made, "two"); }) == "not_found");
    CHECK(code_of([&] { desk.remove(made); }) == "not_found");
}

TEST_CASE("a content is found by its id, its beginning and its end") {
    Desk desk;
    const auto made = desk.add("one");
    const auto id = made.id.text();
    const auto resolve = [&](const std::string& fragment) {
        return desk.read(
            [&](store::Reader& r) { return content::resolve(r, desk.mine, fragment).text(); });
    };

    CHECK(resolve(id) == id);
    CHECK(resolve(id.substr(0, 20)) == id);
    CHECK(resolve(id.substr(28)) == id);
    CHECK(code_of([&] { resolve(id.substr(0, 3)); }) == "not_found");
    CHECK(code_of([&] { resolve("ffffffff"); }) == "not_found");
    desk.add("two");
    CHECK(code_of([&] { resolve(id.substr(0, 8)); }) == "conflict");
}

TEST_CASE("nobody reads or changes the content of another workspace") {
    Desk desk;
    const auto made = desk.add("one");

    desk.read([&](store::Reader& r) {
        CHECK_FALSE(content::find(r, desk.theirs, made.id));
        CHECK(content::list(r, desk.theirs, {}).items.empty());
        CHECK_FALSE(content::find_version(r, desk.theirs, made.id, 1));
        CHECK_FALSE(content::find_version(r, desk.theirs, made.version.id));
        CHECK(content::list_versions(r, desk.theirs, made.id, {}).items.empty());
        CHECK(code_of([&] { content::resolve(r, desk.theirs, made.id.text()); }) == "not_found");
    });
    const auto now = desk.clock.now();
    const auto attempt = [&](auto function) {
        return code_of([&] { desk.store.write([&](store::Transaction& t) { function(t); }); });
    };
    CHECK(attempt([&](store::Transaction& t) {
              content::remove(t, desk.theirs, now, made.id);
          }) == "not_found");
    CHECK(attempt([&](store::Transaction& t) {
              content::rename(t, desk.theirs, now, made.id, "x");
          }) == "not_found");
    CHECK(attempt([&](store::Transaction& t) {
              content::add_version(t, desk.theirs, desk.ids, now, made.id, Desk::draft("x"));
          }) == "not_found");
    CHECK(attempt([&](store::Transaction& t) {
              content::restore(t, desk.theirs, desk.ids, now, made.id, 1);
          }) == "not_found");
    CHECK(titles(desk.read([&](store::Reader& r) {
              return content::list(r, desk.mine, {});
          })) == Titles{"one"});
}

TEST_CASE("a body that was damaged in the database is named as such") {
    Desk desk;
    const auto made = desk.add("one");
    desk.store.write(
        [&](store::Transaction& t) { t.execute("UPDATE version SET body = '{'", {}); });

    CHECK(code_of([&] {
              desk.read([&](store::Reader& r) { return content::get(r, desk.mine, made.id); });
          }) == "storage_corrupt");
}

TEST_CASE("a content whose body was damaged can be deleted, and then nobody finds it") {
    Desk desk;
    const auto made = desk.add("one");
    desk.store.write(
        [&](store::Transaction& t) { t.execute("UPDATE version SET body = '{'", {}); });

    desk.remove(made);
    CHECK(code_of([&] { desk.remove(made); }) == "not_found");
    CHECK(desk.read([&](store::Reader& r) { return content::search(r, desk.mine, "one", {}); })
              .items.empty());
}

}  // namespace
}  // namespace caas
