#include "core/content/voice.h"

#include <doctest/doctest.h>

#include "tests/core/content/desk.h"

namespace caas {
namespace {

using fake::code_of;
using fake::Desk;

content::Voice set(Desk& desk, std::string_view name, std::string_view text) {
    return desk.store.write([&](store::Transaction& t) {
        return content::set_voice(t, desk.mine, desk.ids, desk.clock.now(), name, text);
    });
}

TEST_CASE("a voice is set, found by its name and listed") {
    Desk desk;
    set(desk, "formal", "Speak plainly.");
    const auto made = set(desk, "bold", "Be bold.");

    desk.read([&](store::Reader& r) {
        const auto found = content::find_voice(r, desk.mine, "bold");
        REQUIRE(found);
        CHECK(found->id == made.id);
        CHECK(found->text == "Be bold.");
        const auto all = content::list_voices(r, desk.mine);
        REQUIRE(all.size() == 2);
        CHECK(all[0].name == "bold");
        CHECK(content::get_voice(r, desk.mine, made.id.text()).name == "bold");
    });
}

TEST_CASE("a voice whose name is another one's id is not taken for it") {
    Desk desk;
    const auto bold = set(desk, "bold", "Be bold.");
    set(desk, bold.id.text(), "Shout.");

    desk.read([&](store::Reader& r) {
        CHECK(content::get_voice(r, desk.mine, bold.id.text()).id == bold.id);
    });
}

TEST_CASE("setting a voice again changes its text and keeps its id") {
    Desk desk;
    const auto first = set(desk, "bold", "one");
    desk.clock.advance(Milliseconds(5));
    const auto second = set(desk, "bold", "two");

    CHECK(second.id == first.id);
    CHECK(second.text == "two");
    CHECK(second.created_at == first.created_at);
    CHECK(second.updated_at == desk.clock.now());
}

TEST_CASE("a voice that is not there is an error that names those there are") {
    Desk desk;
    set(desk, "bold", "one");
    try {
        desk.read([&](store::Reader& r) { return content::get_voice(r, desk.mine, "bald"); });
        FAIL("found");
    } catch (const Error& e) {
        CHECK(e.code() == Code::not_found);
        CHECK(e.hint() == "There are: bold");
    }
}

TEST_CASE("a removed voice is gone") {
    Desk desk;
    set(desk, "bold", "one");
    const auto remove = [&](const WorkspaceId& workspace) {
        return code_of([&] {
            desk.store.write(
                [&](store::Transaction& t) { content::remove_voice(t, workspace, "bold"); });
        });
    };

    CHECK(remove(desk.theirs) == "not_found");
    CHECK(remove(desk.mine) == "fine");
    CHECK(remove(desk.mine) == "not_found");
}

TEST_CASE("names are free in another workspace, and voices stay in theirs") {
    Desk desk;
    set(desk, "bold", "one");
    desk.read([&](store::Reader& r) {
        CHECK_FALSE(content::find_voice(r, desk.theirs, "bold"));
        CHECK(content::list_voices(r, desk.theirs).empty());
    });
    desk.store.write([&](store::Transaction& t) {
        content::set_voice(t, desk.theirs, desk.ids, desk.clock.now(), "bold", "theirs");
    });
    CHECK(
        desk.read([&](store::Reader& r) { return content::get_voice(r, desk.mine, "bold"); })
            .text == "one");
}

TEST_CASE("a voice needs a short name and a text") {
    Desk desk;
    CHECK(code_of([&] { set(desk, "", "x"); }) == "invalid");
    CHECK(code_of([&] { set(desk, "a\nb", "x"); }) == "invalid");
    CHECK(code_of([&] { set(desk, "..", "x"); }) == "invalid");
    CHECK(code_of([&] { set(desk, std::string(101, 'a'), "x"); }) == "invalid");
    CHECK(code_of([&] { set(desk, "a", " \n"); }) == "invalid");
    CHECK(code_of([&] { set(desk, "a", std::string(10001, 'x')); }) == "invalid");
    CHECK(code_of([&] { set(desk, "a", "\xff"); }) == "invalid");
    CHECK(code_of([&] { set(desk, "a", std::string("x\0", 2)); }) == "invalid");
}

}  // namespace
}  // namespace caas
